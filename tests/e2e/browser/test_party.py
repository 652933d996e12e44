"""Rooms, guests and extras: what guests ask for is priced and booked as shown, and staff keep what can be asked for."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.test_console import fill, log_in, saved
from tests.e2e.browser.test_stay import button, enter
from tests.e2e.browser.windows import DESK, PHONE, OpenWindow
from tests.e2e.world import World, until

pytestmark = pytest.mark.long

HOLDS = {"max_adults": 2, "max_children": 1, "included_adults": 1, "extra_adult_price": 12345, "extra_child_price": 678}
EXTRAS = [("早餐 Breakfast", 6850, "guest_night"), ("接机 Pick-up", 18000, "stay"), ("停车 Parking", 3000, "night")]
CHANGED = ("hotel", "room_id", "available", "total")


@pytest.fixture
def room(world: World) -> dict[str, Any]:
    """A room type that holds few, in a hotel with extras."""
    made = world.room(units=4, price=30001)
    kept = {name: value for name, value in made.items() if name not in CHANGED}
    path = f"/api/staff/rooms/{made['room_id']}"
    changed: dict[str, Any] = world.admin.send("PUT", path, {**kept, **HOLDS}).must(200)
    for name, price, per in EXTRAS:
        extra(world, changed, name=name, price=price, per=per)
    return changed


def extra(world: World, room: dict[str, Any], **facts: Any) -> dict[str, Any]:
    path = f"/api/staff/hotels/{room['hotel_id']}/extras"
    made: dict[str, Any] = world.admin.send("POST", path, facts, Idempotency_Key=uuid.uuid4().hex).must(201)
    return made


def press(page: Page, group: str, times: int = 1, which: str = "加一") -> None:
    for _ in range(times):
        page.get_by_role("group", name=group, exact=True).get_by_role("button", name=which).click()


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_a_party_books_rooms_and_extras_for_what_it_was_shown(
    world: World, open_window: OpenWindow, room: dict[str, Any], size: tuple[int, int]
) -> None:
    window = open_window(f"party-{size[0]}", size)
    guest = world.guest()
    page = enter(window, guest, f"/#/hotels/{room['hotel_id']}")
    # Given three adults and a child, who do not fit into one room
    page.get_by_role("button", name="房间和客人").click()
    for name, times in (("成人", 2), ("儿童", 1)):
        press(page, name, times)
    window.look("sheet")
    button(page, "确定：1 间 · 3 位成人 · 1 名儿童").click()
    expect(page.locator(".room-row")).to_contain_text("住不下")
    expect(page.locator(".room-row")).to_contain_text("每间最多 2 位成人、1 名儿童")
    page.locator(".room-row").click()
    expect(page.locator(".foot")).to_contain_text("住不下 3 位成人 · 1 名儿童")
    expect(button(page, "预订")).to_be_disabled()
    # When they take two rooms, as the address then says, also to who opens it
    page.get_by_role("button", name="房间和客人").click()
    press(page, "房间数")
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^确定")).click()
    expect(page).to_have_url(re.compile(r"/rooms/\w+/[\d-]+/[\d-]+/2-3-1$"))
    page.reload()
    expect(page.locator(".foot")).to_contain_text("1 晚 · 2 间")
    window.look("room")
    page.get_by_role("link", name="预订", exact=True).click()
    # And two breakfasts for each of them, and a pick-up
    press(page, "早餐", 2)
    press(page, "接机")
    nights, guests, breakfasts = 2 * 30001, 1 * 12345 + 1 * 678, 6850 * 2 * 4
    total = nights + guests + breakfasts + 18000
    expect(page.locator(".foot .price")).to_have_text(f"¥{(total - 2000) / 100:,.2f}")
    window.look("form")
    button(page, "提交订单").click()
    page.get_by_role("button", name="支付 ¥").wait_for()
    page.keyboard.press("Escape")
    # Then the order is for that price, and shows its parts
    facts = page.locator("section", has=page.get_by_role("heading", name="费用明细"))
    for part in ("加人费", "早餐 × 2", "接机"):
        expect(facts).to_contain_text(part)
    expect(page.locator("main")).to_contain_text("3 位成人 · 1 名儿童")
    window.look("order")
    [booking] = guest.get("/api/bookings")["items"]
    assert (booking["total"], booking["guests_total"], booking["units"]) == (total, guests, 2)


def test_a_refusal_of_guests_or_extras_is_told_in_a_line(
    world: World, open_window: OpenWindow, room: dict[str, Any]
) -> None:
    window = open_window("party-refused", PHONE, "en-GB", expected=("409", "422"))
    guest = world.guest()
    gone = extra(world, room, name="Old thing", price=100, per="stay")
    page = enter(window, guest, f"/#/rooms/{room['room_id']}/booking")
    group = page.get_by_role("group", name="Old thing")
    group.get_by_role("button", name="One more").click()
    expect(page.locator(".foot .price")).to_have_text("¥281.01")
    # When staff switch the extra off before the order
    path = f"/api/staff/hotels/{room['hotel_id']}/extras/{gone['extra_id']}"
    world.admin.send("PUT", path, {**gone, "enabled": False}).must(200)
    button(page, "Book and pay").click()
    # Then the form says so, offers it no more, and has the new price
    expect(page.get_by_role("alert")).to_contain_text("An extra that you chose has just changed")
    expect(group).to_have_count(0)
    expect(page.locator(".foot .price")).to_have_text("¥280.01")
    window.look("extra-gone")
    # When the room holds fewer than the form knows
    page.get_by_role("group", name="Adults").get_by_role("button", name="One more").click()
    kept = {name: value for name, value in room.items() if name not in CHANGED}
    world.admin.send("PUT", f"/api/staff/rooms/{room['room_id']}", {**kept, "max_adults": 1}).must(200)
    until(lambda: world.nobody.get(f"/api/rooms/{room['room_id']}"), lambda found: found["max_adults"] == 1)
    button(page, "Book and pay").click()
    # Then it offers as many rooms as hold them
    expect(page.get_by_role("alert")).to_contain_text("Too small for 2 adults. At most 1 adult, 1 child per room")
    expect(button(page, "Book and pay")).to_be_disabled()
    window.look("too-many")
    button(page, "Book 2").click()
    expect(page.locator(".foot .price")).to_have_text("¥580.02")
    button(page, "Book and pay").click()
    page.get_by_role("button", name="Pay ¥580.02").wait_for()


def test_staff_keep_what_a_room_holds_and_a_hotels_extras(
    world: World, open_window: OpenWindow, room: dict[str, Any]
) -> None:
    hotel_id = room["hotel_id"]
    desk = open_window("party-console", DESK, expected=("422",))
    page = log_in(desk, f"/rooms/{hotel_id}")
    page.get_by_role("button", name=re.compile("^编辑")).click()
    form = page.get_by_role("dialog")
    expect(form.locator("[name=extra_adult_price]")).to_have_value("123.45")
    fill(form, max_adults="3", included_adults="4")
    form.get_by_role("button", name="保存").click()
    expect(form).to_contain_text("不能多于每间最多成人")
    desk.look("room")
    fill(form, included_adults="2", max_children="")
    saved(page, form)
    found = world.nobody.get(f"/api/rooms/{room['room_id']}")
    assert (found["max_adults"], found["included_adults"], found["extra_child_price"]) == (3, 2, 678)
    assert found["max_children"] is None

    page.get_by_role("link", name="附加服务").click()
    page.get_by_role("combobox", name="酒店").select_option(hotel_id)
    page.get_by_role("button", name="新增服务").click()
    fill(form, name="婴儿床 Cot", price="50", per="night")
    saved(page, form)
    page.get_by_role("button", name="编辑 婴儿床").click()
    fill(form, price="60.50")
    saved(page, form)
    page.get_by_role("button", name="停售 接机").click()
    page.get_by_role("button", name="恢复销售 接机").wait_for()
    desk.look("extras")
    sold = {it["name"]: (it["price"], it["per"]) for it in world.nobody.get(f"/api/hotels/{hotel_id}/extras")["items"]}
    assert sold["婴儿床 Cot"] == (6050, "night")
    assert "接机 Pick-up" not in sold
    assert len(sold) == len(EXTRAS)
