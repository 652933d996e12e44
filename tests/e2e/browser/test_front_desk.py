"""Days of the front desk from end to end: guests are booked, changed, checked in and out, and pay to the fen."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.test_console import fill, saved
from tests.e2e.browser.test_desk import PASSWORD, Desk, desk
from tests.e2e.browser.test_desk_bookings import Keys
from tests.e2e.browser.test_folio import add, folio
from tests.e2e.browser.test_print import missing, printed
from tests.e2e.browser.test_stay import button
from tests.e2e.browser.test_till import SMALL_PHONE, fits
from tests.e2e.browser.windows import DESK, OpenWindow
from tests.e2e.world import World

pytestmark = pytest.mark.e2e
__all__ = ["desk"]

DAY_TURNS_AT = 6
PRICE = 40000
"""What a night of the desk's room type costs, in fen."""


@dataclass
class Night:
    """A place where it is some minutes past midnight now, and what its hotels call today."""

    offset: int

    @property
    def zone(self) -> str:
        """The zone's name: east of Greenwich its sign is a minus."""
        return f"Etc/GMT{-self.offset:+d}" if self.offset else "Etc/GMT"

    @property
    def business_date(self) -> date:
        """Until six it is the date of the evening before."""
        here = datetime.now(timezone(timedelta(hours=self.offset)))
        return (here - timedelta(hours=DAY_TURNS_AT)).date()


def past_midnight() -> Night:
    """The whole hour east or west of Greenwich at which it is between 00:00 and 01:00."""
    hour = datetime.now(UTC).hour
    return Night(-hour if hour <= 12 else 24 - hour)


def hotel_in(world: World, night: Night) -> Desk:
    """A hotel in that place with one room type whose nights are open from its today on, and a member of staff."""
    room = world.room(units=2, price=PRICE)
    path = f"/api/staff/hotels/{room['hotel_id']}"
    hotel = world.nobody.get(f"/api/hotels/{room['hotel_id']}")
    world.admin.send("PUT", path, {**hotel, "time_zone": night.zone}).must(200)
    begin = night.business_date
    span = {"from": str(begin), "to": str(begin + timedelta(days=3))}
    world.admin.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", span).must(200)
    username = f"night-{uuid.uuid4().hex[:8]}"
    account = {"username": username, "password": PASSWORD, "hotel_ids": [room["hotel_id"]]}
    world.admin.send("POST", "/api/staff/accounts", account).must(201)
    return Desk(world, room, username)


def bookings_of(desk: Desk) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = desk.world.admin.get(f"/api/staff/bookings?hotel_id={desk.room['hotel_id']}")["items"]
    return items


def takings_agree(desk: Desk) -> dict[str, Any]:
    """The day's takings by method and person are the lines of all folios of the hotel, to the fen; returns them."""
    admin, hotel_id = desk.world.admin, desk.room["hotel_id"]
    shown: dict[str, Any] = admin.get(f"/api/staff/takings?hotel_id={hotel_id}")
    lines: Counter[tuple[str, str, str]] = Counter()
    at_desk = 0
    for booking in bookings_of(desk):
        found = admin.get(f"/api/staff/bookings/{booking['order_no']}/folio")
        assert sum(line["amount"] for line in found["lines"]) == found["balance"] == booking["balance"]
        at_desk += booking["desk"]
        for line in (it for it in found["lines"] if it["kind"] in {"payment", "refund"} and it["method"] != "wechat"):
            way = "taken" if line["amount"] < 0 else "given_back"
            lines[line["method"], line["by"], way] += abs(line["amount"])
    told: Counter[tuple[str, str, str]] = Counter()
    for it in shown["items"]:
        told.update({(it["method"], it["username"], way): it[way] for way in ("taken", "given_back")})
    assert +told == +lines
    assert shown["total"] == at_desk
    return shown


def test_a_walk_in_past_midnight_pays_cash(world: World, open_window: OpenWindow) -> None:
    night = past_midnight()
    today = night.business_date
    desk = hotel_in(world, night)
    window = open_window("night-walk-in", DESK, zone=night.zone)
    page = desk.log_in(window)
    page.get_by_role("heading", level=1).wait_for()
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    keys = Keys(page)
    # When a guest without a booking stands at the desk: from the first key to the card that they sign
    keys.press("n")
    expect(page.get_by_label("入住人姓名")).to_be_focused()
    expect(page.locator("main")).to_contain_text("凌晨入住")
    window.look("new")
    keys.write("李雷")
    keys.press("Tab")
    keys.write("138 0013 8001")
    keys.press("Enter")
    check_in = page.get_by_role("dialog").get_by_role("button", name="办理入住")
    # A sheet takes no key before it has told what is true.
    expect(check_in).to_be_enabled()
    expect(check_in).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="收款 ¥400")).to_be_enabled()
    keys.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="住宿登记单").wait_for()
    keys.press("r")
    expect(page.locator(".paper")).to_contain_text("13800138001")
    keys.press("p")
    expect(page).to_have_title("printed")
    assert keys.inputs == 9
    # Then the card is of the night that has begun, and the guest owes nothing
    _, text = printed(page, "night-card")
    assert missing(text, "李雷", "住宿登记单", "¥400.00", "晚数1") == []
    [booking] = bookings_of(desk)
    stay = (booking["check_in"], booking["check_out"], booking["status"], booking["balance"])
    assert stay == (str(today), str(today + timedelta(days=1)), "checked_in", 0)
    # And the cash counts on the business date that is not over
    shown = takings_agree(desk)
    assert (shown["date"], shown["total"], shown["closed"]) == (str(today), PRICE, False)
    assert [(it["method"], it["username"], it["count"]) for it in shown["items"]] == [("cash", desk.username, 1)]


def take(page: Page, amount: str, **typed: str) -> None:
    """Take a payment in the sheet that is open."""
    sheet = page.get_by_role("dialog")
    # The other fields depend on the method.
    for name, value in typed.items():
        fill(sheet, **{name: value})
    saved(page, sheet, amount)


@pytest.mark.long
def test_a_caller_stays_a_night_more_and_pays_by_card_when_leaving(
    world: World, desk: Desk, open_window: OpenWindow
) -> None:
    path = f"/api/staff/hotels/{desk.room['hotel_id']}/extras"
    breakfast = {"name": "早餐 Breakfast", "price": 3850, "per": "stay"}
    extra = world.admin.send("POST", path, breakfast, Idempotency_Key=uuid.uuid4().hex).must(201)
    window = open_window("caller", DESK)
    page = desk.log_in(window, "/bookings/new")
    # Given a guest who calls
    page.get_by_role("group", name="来源").get_by_role("button", name="电话").click()
    fill(page.locator("form"), guest_name="韩梅梅", phone_number="139 0013 9002", notes="需要安静的房间")
    button(page, "预订").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("韩梅梅的订单")
    [booking] = bookings_of(desk)
    assert (booking["status"], booking["source"], booking["balance"]) == ("reserved", "phone", PRICE)
    # When they come, they are found by the last digits of their number
    page.get_by_role("searchbox").fill("9002")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name="韩梅梅").click()
    button(page, "为韩梅梅办理入住").click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("还有 ¥400 未付")
    saved(page, sheet, "办理入住")
    # They stay a night more, which is shown before it is made
    button(page, "更改韩梅梅的入住").click()
    fill(sheet, check_out=str(world.today + timedelta(days=2)), reason="客人多住一晚")
    expect(sheet.get_by_role("status")).to_contain_text("多 ¥400")
    saved(page, sheet, "更改，多付 ¥400")
    # They have two extras
    add(page, kind="extra", extra_id=extra["extra_id"], quantity="2")
    expect(folio(page)).to_contain_text("待付¥877")
    window.look("owes")
    # And pay all of it by card when they leave: the check-out asks for that first
    button(page, "为韩梅梅办理退房").click()
    expect(sheet).to_contain_text("¥877")
    sheet.get_by_role("button", name="收款", exact=True).click()
    expect(sheet.get_by_label("金额")).to_have_value("877")
    take(page, "收款 ¥877", method="card", reference="POS 0042")
    expect(folio(page)).to_contain_text("已结清")
    button(page, "为韩梅梅办理退房").click()
    saved(page, sheet, "办理退房")
    expect(page.locator("main")).to_contain_text("已完成")
    window.look("left")
    [booking] = bookings_of(desk)
    money = (booking["status"], booking["charges"], booking["paid"], booking["balance"])
    assert money == ("finished", 87700, 87700, 0)
    assert takings_agree(desk)["total"] == 87700


@pytest.mark.long
def test_a_guest_changes_the_room_type_and_gets_money_back(world: World, desk: Desk, open_window: OpenWindow) -> None:
    window = open_window("cheaper-room", SMALL_PHONE, "en-GB")
    page = desk.log_in(window, "/bookings/new", "Log in")
    # Given two guests of the day: one pays in cash and stays as booked
    for name, phone in (("Lin Tao", "13900139003"), ("Zoë Bell", "+852 6123 4567")):
        form = page.locator("form")
        fill(form, guest_name=name, phone_number=phone)
        fill(form, nights="2")
        button(page, "Book and check in").click()
        page.get_by_role("dialog").get_by_role("button", name="Check in").click()
        take(page, "Take ¥800", method="cash" if name == "Lin Tao" else "card")
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Booking of {name}")
        if name == "Lin Tao":
            page.goto(f"{window.url}/staff/#/bookings/new")
    # When the other wants a smaller room: both nights cost less, and the guest has a credit
    small = single_room(desk, 28550)
    page.reload()
    button(page, "Change the stay of Zoë Bell").click()
    sheet = page.get_by_role("dialog")
    fill(sheet, room_id=small["room_id"], reason="Wants a smaller room")
    expect(sheet.get_by_role("status")).to_contain_text("¥229 less")
    fits(page, SMALL_PHONE[0])
    window.look("change")
    saved(page, sheet, "Change, ¥229 less")
    # Then the desk gives it back the way it came
    button(page, "Desk refund").click()
    expect(sheet.get_by_label("Amount")).to_have_value("229")
    expect(sheet.get_by_label("Method")).to_have_value("card")
    fill(sheet, reason="Smaller room")
    window.look("credit")
    saved(page, sheet, "Give back ¥229")
    [changed] = [it for it in bookings_of(desk) if it["guest_name"] == "Zoë Bell"]
    found = (changed["status"], changed["room_name"], changed["charges"], changed["paid"], changed["balance"])
    assert found == ("checked_in", "Single", 57100, 57100, 0)
    # And the takings of the day agree with the folios, on the page too
    shown = takings_agree(desk)
    assert shown["total"] == 80000 + 57100
    page.goto(f"{window.url}/staff/#/takings")
    expect(page.locator("main tfoot")).to_contain_text("¥1,371")
    fits(page, SMALL_PHONE[0])
    window.look("takings")


def single_room(desk: Desk, price: int) -> dict[str, Any]:
    """Another room type of the desk's hotel, with its nights open."""
    admin, today = desk.world.admin, desk.world.today
    facts = {"hotel_id": desk.room["hotel_id"], "name": "Single", "price": price, "units": 1, "area": 16}
    room: dict[str, Any] = admin.send("POST", "/api/staff/rooms", {**facts, "bed": "Single"}).must(201)
    span = {"from": str(today), "to": str(today + timedelta(days=9))}
    admin.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", span).must(200)
    return room
