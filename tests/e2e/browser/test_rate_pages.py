"""Rates in the console: nights that change by a pattern and go back, rate plans, and what the desk books by them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.test_console import fill, saved
from tests.e2e.browser.test_desk import Desk, desk
from tests.e2e.browser.test_desk_bookings import SMALL_PHONE, the_booking
from tests.e2e.browser.windows import DESK, OpenWindow
from tests.e2e.world import World, until

pytestmark = [pytest.mark.e2e, pytest.mark.long]
__all__ = ["desk"]

PLAN = {
    "name": "提前付 Prepaid",
    "breakfasts": 2,
    "adjustment_bp": -1000,
    "payment": "deposit",
    "deposit_bp": 3000,
    "cancel_fee_bp": 10000,
    "free_cancel_hours": None,
}


def nights(world: World, desk: Desk, count: int) -> list[dict[str, Any]]:
    """The nights from today on, as staff see them."""
    span = f"from={world.today}&to={world.today + timedelta(days=count)}"
    items: list[dict[str, Any]] = world.admin.get(f"/api/staff/rooms/{desk.room['room_id']}/nights?{span}")["items"]
    return items


def change(world: World, desk: Desk, begin: int, end: int, **facts: Any) -> None:
    """What another desk changes of the nights from one day to another."""
    span = {"from": str(world.today + timedelta(days=begin)), "to": str(world.today + timedelta(days=end))}
    world.admin.send("PUT", f"/api/staff/rooms/{desk.room['room_id']}/nights", span | facts).must(200)


def fits(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_weekends_of_a_season_are_changed_by_percent_and_go_back(
    world: World, desk: Desk, open_window: OpenWindow
) -> None:
    change(world, desk, 0, 30, max_stay=7)
    # 15 nights cost more, so that the change of the price is several calls.
    change(world, desk, 15, 30, price=50000)
    before = nights(world, desk, 200)
    window = open_window("pattern", DESK, expected=("409",))
    page = desk.log_in(window, "/calendar")
    page.get_by_role("button", name="按规律修改").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="90 天").click()
    sheet.get_by_role("button", name=re.compile("^周末")).click()
    sheet.get_by_role("button", name="按百分比").click()
    fill(sheet, percent="60", min_stay="set", min_stay_nights="8", closed_to_arrival="set")
    expect(sheet).to_contain_text("与12月" if world.today.month == 12 else "与")
    fill(sheet, min_stay_nights="2")
    # Nights that are not open stay so.
    sheet.locator("[name=opens]").uncheck()
    window.look("sheet")
    sheet.locator("[type=submit]").click()
    question = page.get_by_role("dialog", name="价格变动超过一半")
    expect(question).to_contain_text("¥400 → ¥640")
    expect(question).to_contain_text("¥500 → ¥800")
    window.look("far")
    question.get_by_role("button", name="返回修改").click()
    assert nights(world, desk, 200) == before
    sheet.locator("[type=submit]").click()
    question.get_by_role("button", name="确定修改").click()
    expect(sheet).to_have_count(0)
    after = nights(world, desk, 200)
    for was, now in zip(before, after, strict=True):
        weekend = (world.today + timedelta(days=before.index(was))).isoweekday() in {5, 6}
        changed = {"price": was["price"] * 16 // 10, "min_stay": 2, "closed_to_arrival": True} if weekend else {}
        assert now == was | changed
    column = next(n for n, it in enumerate(after) if it["min_stay"])
    cell = page.locator(f'[data-row="0"][data-column="{column}"]')
    expect(cell).to_contain_text("≥2")
    expect(cell).to_contain_text("禁入")
    expect(cell).to_have_attribute("title", re.compile("至少住 2 晚.*至多住 7 晚.*禁止入住"))
    window.look("changed")
    # All calls go back, the newest first.
    page.get_by_role("button", name=re.compile("^撤销")).click()
    expect(page.get_by_text("已撤销")).to_be_visible()
    assert nights(world, desk, 200) == before
    # What somebody else has changed since stays, and the page says so.
    page.locator('[data-row="0"][data-column="3"]').click()
    page.keyboard.press("Enter")
    fill(sheet, price="410")
    sheet.get_by_role("button", name="保存 1 间夜").click()
    expect(sheet).to_have_count(0)
    change(world, desk, 5, 6, price=42000)
    page.get_by_role("button", name=re.compile("^撤销")).click()
    expect(page.get_by_role("alert")).to_contain_text("之后房态又有改动")
    window.look("not-undone")
    assert nights(world, desk, 4)[3]["price"] == 41000


def test_a_plan_is_made_changed_by_two_and_seen_in_the_calendar(
    world: World, desk: Desk, open_window: OpenWindow
) -> None:
    room_id = desk.room["room_id"]
    path = f"/api/staff/rooms/{room_id}/rate-plans"
    window = open_window("plans", SMALL_PHONE, "en-GB", expected=("409", "422"))
    page = desk.log_in(window, f"/rooms/{desk.room['hotel_id']}/plans/{room_id}", "Log in")
    page.get_by_role("button", name="Add a plan").first.click()
    form = page.get_by_role("dialog")
    fill(form, name="含早 Breakfast", adjustment_bp="10", adjustment="-15.5", breakfasts="2", payment="deposit")
    fill(form, deposit_bp="30", cancelling="hours", free_cancel_hours="48", cancel_fee_bp="50")
    # A night of ¥400 costs ¥440 less ¥15.50, and 30% of that is due at once.
    expect(form.get_by_role("status")).to_contain_text("¥424.50")
    expect(form.get_by_role("status")).to_contain_text("¥127.35")
    form.locator('[name="days_ahead.min"]').fill("5")
    form.locator('[name="days_ahead.max"]').fill("4")
    form.get_by_role("button", name="Save").click()
    expect(form).to_contain_text("The most cannot be less than the least")
    window.look("form")
    form.locator('[name="days_ahead.max"]').fill("")
    for weekday in "67":
        form.locator(f'[name=weekdays][value="{weekday}"]').check()
    fill(form, breakfasts="21")
    form.get_by_role("button", name="Save").click()
    expect(form.locator("[name=breakfasts]")).to_be_focused()
    expect(form).to_contain_text("Enter 20 or less")
    fill(form, breakfasts="2")
    saved(page, form, "Save")
    [made] = world.admin.get(path)["items"]
    assert (made["adjustment_bp"], made["adjustment"], made["deposit_bp"]) == (1000, -1550, 3000)
    assert (made["free_cancel_hours"], made["days_ahead"], made["weekdays"]) == (48, {"min": 5, "max": None}, [6, 7])
    expect(page.locator("main")).to_contain_text("+10% −¥15.50")
    window.look("list")
    fits(page, SMALL_PHONE[0])
    # A colleague was faster: what was typed here stays, and what was typed there comes in.
    page.get_by_role("button", name="Edit Breakfast").click()
    fill(form, adjustment="-20")
    put = {name: made[name] for name in made if name not in {"rate_plan_id", "room_id"}}
    world.admin.send("PUT", f"{path}/{made['rate_plan_id']}", put | {"cancel_fee_bp": 6000}).must(200)
    form.get_by_role("button", name="Save").click()
    form.get_by_role("button", name="Reload and keep my changes").click()
    expect(form.locator("[name=cancel_fee_bp]")).to_have_value("60")
    expect(form.locator("[name=adjustment]")).to_have_value("-20")
    saved(page, form, "Save")
    [made] = world.admin.get(path)["items"]
    assert (made["adjustment"], made["cancel_fee_bp"], made["free_cancel_hours"]) == (-2000, 6000, 48)
    page.goto(f"{window.url}/staff/#/calendar")
    page.locator("[name=plan]").select_option("含早 Breakfast")
    sunday = next(n for n in range(7) if (world.today + timedelta(days=n)).isoweekday() == 7)
    expect(page.locator(f'[data-row="0"][data-column="{sunday}"]')).to_contain_text("420")
    friday = (sunday + 5) % 7
    cell = page.locator(f'[data-row="0"][data-column="{friday}"]')
    expect(cell).to_have_attribute("title", re.compile("not sold"))
    fits(page, SMALL_PHONE[0])
    window.look("calendar")


def test_the_desk_books_a_plan_and_in_spite_of_a_restriction(world: World, desk: Desk, open_window: OpenWindow) -> None:
    world.admin.send("POST", f"/api/staff/rooms/{desk.room['room_id']}/rate-plans", PLAN).must(201)
    change(world, desk, 1, 2, min_stay=3)
    window = open_window("desk-plan", DESK, "en-GB", expected=("409",))
    page = desk.log_in(window, "/bookings/new", "Log in")
    page.get_by_role("button", name="Phone", exact=True).click()
    arrival = world.today + timedelta(days=1)
    fill(page.locator("form.desk-new"), guest_name="Zoë", phone_number="13800138000", check_in=str(arrival), units="2")
    # Nothing is proposed where a restriction stands against the stay.
    prepaid = page.get_by_role("radio", name=re.compile("Prepaid"))
    expect(page.get_by_text("From 3 nights for an arrival on").first).to_be_visible()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    prepaid.check()
    expect(page.get_by_text("deposit ¥216, ¥504 at the hotel").first).to_be_visible()
    window.look("barred")
    page.get_by_role("button", name="Book", exact=True).click()
    question = page.get_by_role("dialog", name="There is a restriction")
    expect(question).to_contain_text("The booking costs ¥720")
    window.look("question")
    question.get_by_role("button", name="Back").click()
    assert world.admin.get(f"/api/staff/bookings?hotel_id={desk.room['hotel_id']}")["items"] == []
    page.get_by_role("button", name="Book", exact=True).click()
    question.get_by_role("button", name="Book all the same").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Booking of Zoë")
    expect(page.get_by_text("deposit ¥216, ¥504 at the hotel")).to_be_visible()
    window.look("booking")
    made = until(lambda: the_booking(desk), lambda it: it["total"] == 72000)
    assert (made["rate_plan_name"], made["payment"], made["due_now"]) == ("提前付 Prepaid", "deposit", 21600)
    last = world.admin.get("/api/staff/audit?limit=5")["items"]
    assert any((it["after"] or {}).get("despite_restrictions") for it in last)
    # A change back to one night is refused in words, until the desk insists.
    page.get_by_role("button", name="Change the stay of Zoë").click()
    sheet = page.get_by_role("dialog")
    fill(sheet, check_out=str(arrival + timedelta(days=2)), reason="Longer")
    expect(sheet).to_contain_text("From 3 nights for an arrival on")
    sheet.get_by_label("Change it in spite of the restriction").check()
    expect(sheet).to_contain_text("¥1,440")
    window.look("change")
    sheet.get_by_role("button", name=re.compile("^Change, ")).click()
    expect(sheet).to_have_count(0)
    assert the_booking(desk)["total"] == 144000


def test_a_room_by_the_hour_is_made_and_booked(world: World, desk: Desk, open_window: OpenWindow) -> None:
    hotel_id = desk.room["hotel_id"]
    window = open_window("day-use", SMALL_PHONE, expected=("422",))
    page = desk.log_in(window, f"/rooms/{hotel_id}")
    page.get_by_role("button", name="新增房型").click()
    form = page.get_by_role("dialog")
    fill(form, name="钟点房 Hourly", price="128", units="2", area="20", bed="大床 King")
    form.locator("[name=by_hour]").check()
    for name, value in {"hours": "4", "from": "09:00", "to": "12:00"}.items():
        form.locator(f'[name="day_use.{name}"]').fill(value)
    form.get_by_role("button", name="保存").click()
    expect(form).to_contain_text("不够住满一次")
    form.locator('[name="day_use.to"]').fill("20:00")
    window.look("form")
    saved(page, form)
    rooms = world.admin.get(f"/api/staff/hotels/{hotel_id}/rooms")["items"]
    [room] = [it for it in rooms if it["day_use"]]
    assert room["day_use"] == {"hours": 4, "from": "09:00", "to": "20:00"}
    arrival = world.today + timedelta(days=1)
    span = {"from": str(arrival), "to": str(arrival + timedelta(days=1))}
    world.admin.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", span).must(200)
    page.goto(f"{window.url}/staff/#/bookings/new")
    page.get_by_role("button", name="电话", exact=True).click()
    page.get_by_role("button", name="钟点房").click()
    fill(page.locator("form.desk-new"), guest_name="韩梅梅", phone_number="13800138000", check_in=str(arrival))
    page.locator("[name=arrival_time]").fill("16:30")
    page.get_by_role("button", name="预订", exact=True).click()
    expect(page.get_by_text("09:00 到 16:00 之间到店，住 4 小时")).to_be_visible()
    page.locator("[name=arrival_time]").fill("15:30")
    window.look("new")
    fits(page, SMALL_PHONE[0])
    page.get_by_role("button", name="预订", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("韩梅梅的订单")
    expect(page.locator("main")).to_contain_text("15:30–19:30，钟点房")
    window.look("booking")
    made = the_booking(desk)
    assert (made["check_in"], made["check_out"], made["total"]) == (str(arrival), str(arrival), 12800)
