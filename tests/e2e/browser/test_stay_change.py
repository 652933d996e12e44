"""Staff change a stay in the console: they see the difference before it is made, and what is in the way."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.test_console import fill, saved
from tests.e2e.browser.test_desk import Desk, desk, section
from tests.e2e.browser.test_stay import button, enter
from tests.e2e.browser.test_till import SMALL_PHONE, Till, fits
from tests.e2e.browser.windows import DESK, OpenWindow

pytestmark = pytest.mark.e2e
__all__ = ["desk"]


@pytest.fixture
def till(desk: Desk) -> Till:
    return Till(desk)


def _day(till: Till, number: int) -> str:
    return str(till.desk.world.today + timedelta(days=number))


def _another_room(till: Till, price: int) -> dict[str, Any]:
    facts = {"hotel_id": till.desk.room["hotel_id"], "name": "Single", "price": price, "units": 1, "area": 20}
    room: dict[str, Any] = till.staff.send("POST", "/api/staff/rooms", {**facts, "bed": "Single"}).must(201)
    span = {"from": _day(till, 0), "to": _day(till, 9)}
    till.staff.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", span).must(200)
    return room


def _change(till: Till, order_no: str, **wanted: Any) -> Any:
    """What another desk does meanwhile."""
    path = f"/api/staff/bookings/{order_no}/changes"
    return till.staff.send("POST", path, {"reason": "Other desk", **wanted}, Idempotency_Key=uuid.uuid4().hex).must(200)


def _sheet(page: Page, name: str = "更改李雷的入住") -> Any:
    button(page, name).click()
    return page.get_by_role("dialog")


@pytest.mark.long
def test_a_stay_gets_a_night_more_and_then_another_room_type(till: Till, open_window: OpenWindow) -> None:
    single = _another_room(till, 25000)
    order_no = till.reserved("李雷", nights=2)
    window = open_window("stay-change", SMALL_PHONE, expected=("409",))
    page = till.desk.log_in(window, f"/bookings/{order_no}")
    sheet = _sheet(page)
    expect(sheet.get_by_role("status")).to_contain_text("还没有更改任何内容")
    # When a night is added, the sheet says what that costs, and the button too
    fill(sheet, check_out=_day(till, 3))
    expect(sheet.get_by_role("status")).to_contain_text("多 ¥400")
    expect(sheet.get_by_role("status")).to_contain_text("待付 ¥1,200")
    fits(page, SMALL_PHONE[0])
    window.look("more")
    fill(sheet, reason="客人多住一晚")
    assert till.booking(order_no)["payable"] == 80000, "nothing has changed yet"
    saved(page, sheet, "更改，多付 ¥400")
    expect(section(page, "更改记录")).to_contain_text("2 晚")
    assert till.booking(order_no)["payable"] == 120000
    till.send(order_no, "desk-payments", method="cash", amount=120000)
    page.reload()
    # What is in the way is named, and nothing is sent
    sheet = _sheet(page)
    fill(sheet, room_id=single["room_id"], units="2", reason="换房")
    expect(sheet.get_by_role("status")).to_contain_text("房间不够")
    window.look("full")
    sheet.get_by_role("button", name="确认更改").click()
    expect(sheet).to_contain_text("这样更改不行")
    # One unit is there: it costs less, and the guest has a credit then
    fill(sheet, units="1")
    expect(sheet.get_by_role("status")).to_contain_text("少 ¥450")
    expect(sheet.get_by_role("status")).to_contain_text("多付 ¥450")
    window.look("less")
    saved(page, sheet, "更改，少付 ¥450")
    found = till.booking(order_no)
    assert (found["room_name"], found["status"], found["balance"]) == ("Single", "paid", -45000)
    fits(page, SMALL_PHONE[0])
    window.look("changed")


@pytest.mark.long
def test_who_comes_second_keeps_what_was_typed(till: Till, open_window: OpenWindow) -> None:
    order_no = till.reserved("Li Lei", nights=2)
    window = open_window("stay-change-second", DESK, "en-GB", expected=("409",))
    page = till.desk.log_in(window, f"/bookings/{order_no}", "Log in")
    sheet = _sheet(page, "Change the stay of Li Lei")
    fill(sheet, check_out=_day(till, 4), reason="Stays longer")
    expect(sheet.get_by_role("status")).to_contain_text("¥800 more")
    # Given another desk that adds a unit meanwhile
    _change(till, order_no, units=2)
    sheet.get_by_role("button", name="Change, ¥800 more").click()
    # Then the sheet says so, and keeps what was typed beside what is new
    expect(sheet).to_contain_text("Someone else has changed this meanwhile.")
    window.look("told")
    sheet.get_by_role("button", name="Reload and keep my changes").click()
    expect(sheet.get_by_label("Rooms")).to_have_value("2")
    expect(sheet.get_by_label("Departure")).to_have_value(_day(till, 4))
    expect(sheet.get_by_label("Reason")).to_have_value("Stays longer")
    expect(sheet.get_by_role("status")).to_contain_text("¥1,600 more")
    saved(page, sheet, "Change, ¥1,600 more")
    found = till.booking(order_no)
    assert (found["units"], found["check_out"], found["payable"]) == (2, _day(till, 4), 320000)
    window.look("done")


@pytest.mark.long
def test_a_guest_sees_the_stay_as_it_is_now(till: Till, open_window: OpenWindow) -> None:
    guest, order_no = till.desk.paid("李雷", nights=2)
    _change(till, order_no, check_out=_day(till, 3))
    window = open_window("stay-change-guest", SMALL_PHONE)
    page = enter(window, guest, f"/#/bookings/{order_no}")
    expect(page.locator("main")).to_contain_text("¥1,200")
    expect(page.get_by_role("button", name="支付 ¥400")).to_be_visible()
    fits(page, SMALL_PHONE[0])
    window.look("longer")


def test_a_stay_that_moves_says_until_when_it_is_held(till: Till, open_window: OpenWindow) -> None:
    wish = till.desk.world.wish(till.desk.room["room_id"], 0, 2, guest_name="李雷")
    until = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
    body = {**wish, "source": "phone", "hold_until": until}
    made = till.staff.send("POST", "/api/staff/bookings", body, Idempotency_Key=uuid.uuid4().hex).must(201)
    window = open_window("stay-change-hold", SMALL_PHONE)
    sheet = _sheet(till.desk.log_in(window, f"/bookings/{made['order_no']}"))
    fill(sheet, check_out=_day(till, 3))
    expect(sheet.get_by_role("status")).to_contain_text("多 ¥400")
    expect(sheet.get_by_role("status")).not_to_contain_text("仍只保留到")
    fill(sheet, check_in=_day(till, 1))
    expect(sheet.get_by_role("status")).to_contain_text("房间仍只保留到")
    fits(window.page, SMALL_PHONE[0])
    window.look("held")
