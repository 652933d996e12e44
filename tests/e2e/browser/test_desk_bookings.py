"""Bookings that staff make in the console, and what they do with them: everything by keyboard alone, too."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.test_console import fill
from tests.e2e.browser.test_desk import Desk, desk, section
from tests.e2e.browser.windows import DESK, OpenWindow
from tests.e2e.world import World

pytestmark = pytest.mark.e2e
__all__ = ["desk"]

SMALL_PHONE = (360, 740)


@dataclass
class Keys:
    """The keyboard of a member of staff. A key that is pressed and a field that is filled in are one input each."""

    page: Page
    inputs: int = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.inputs += 1

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.inputs += 1


def the_booking(desk: Desk) -> dict[str, Any]:
    """The only booking of the test's hotel."""
    [found] = desk.world.admin.get(f"/api/staff/bookings?hotel_id={desk.room['hotel_id']}")["items"]
    return dict(found)


@pytest.mark.long
def test_a_walk_in_by_keyboard_alone(world: World, desk: Desk, open_window: OpenWindow) -> None:
    window = open_window("walk-in", DESK)
    page = desk.log_in(window)
    page.get_by_role("heading", level=1).wait_for()
    keys = Keys(page)
    # When a guest without a booking stands at the desk
    keys.press("n")
    expect(page.get_by_label("入住人姓名")).to_be_focused()
    keys.write("李雷")
    keys.press("Tab")
    keys.write("138 0013 8001")
    keys.press("Enter")
    # Then the page of the new booking asks for the check-in, and after it for the payment of what is owed
    sheet = page.get_by_role("dialog", name="为李雷办理入住")
    expect(sheet).to_contain_text("还有 ¥400 未付")
    expect(sheet.get_by_role("button", name="办理入住")).to_be_focused()
    window.look("check-in")
    keys.press("Enter")
    sheet = page.get_by_role("dialog", name=re.compile("收款"))
    expect(sheet.get_by_role("button", name="收款 ¥400")).to_be_enabled()
    keys.press("Enter")
    expect(sheet).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("李雷的订单")
    expect(page.locator("main")).to_contain_text("客人在住")
    window.look("done")
    # And the registration card is printed.
    keys.press("r")
    card = page.get_by_role("button", name="打印")
    expect(card).to_be_visible()
    expect(page.locator("main")).to_contain_text("李雷")
    page.evaluate("window.print = () => { window.printed = true }")
    keys.press("p")
    assert page.evaluate("window.printed")
    assert keys.inputs == 9
    made = the_booking(desk)
    assert (made["status"], made["source"], made["balance"], made["paid"]) == ("checked_in", "walk_in", 0, 40000)
    assert (made["check_in"], made["check_out"]) == (str(world.today), str(world.today + timedelta(days=1)))


def reserved(desk: Desk, name: str, begin: int = 0, nights: int = 1, **more: Any) -> str:
    """Return the number of a stay that was booked by telephone."""
    wish = desk.world.wish(desk.room["room_id"], begin, nights, guest_name=name, source="phone", **more)
    made = desk.world.admin.send("POST", "/api/staff/bookings", wish, Idempotency_Key=uuid.uuid4().hex).must(201)
    return str(made["order_no"])


def send(desk: Desk, path: str, **body: Any) -> Any:
    """What another desk does meanwhile."""
    return desk.world.admin.send("POST", f"/api/staff/{path}", body, Idempotency_Key=uuid.uuid4().hex).must(
        {"desk-payments": 201, "check-out": 202}.get(path.rsplit("/", maxsplit=1)[-1], 200)
    )


def state(desk: Desk, order_no: str) -> dict[str, Any]:
    """A booking as it is."""
    return dict(desk.world.admin.get(f"/api/staff/bookings/{order_no}"))


def press(sheet: Locator, name: str) -> None:
    sheet.get_by_role("button", name=name, exact=True).click()


@pytest.mark.long
def test_a_phone_booking_is_told_what_is_in_the_way_and_keeps_what_was_typed(
    world: World, desk: Desk, open_window: OpenWindow
) -> None:
    window = open_window("phone-booking", SMALL_PHONE, "en-GB", expected=("409",))
    page = desk.log_in(window, "/bookings/new", "Log in")
    page.get_by_role("button", name="Phone", exact=True).click()
    arrival = world.today + timedelta(days=3)
    page.get_by_label("Arrival", exact=True).fill(str(arrival))
    page.get_by_label("Departure").fill(str(arrival + timedelta(days=2)))
    expect(page.get_by_label("Nights")).to_have_value("2")
    expect(page.get_by_label("Hold the room until")).to_have_value("18:00")
    page.get_by_label("Guest name").fill("Zoë O'Hara")
    page.get_by_label("Expected arrival").fill("21:30")
    expect(page.get_by_text("The guest comes at 21:30")).to_be_visible()
    page.get_by_label("Hold the room until").select_option("22:00")
    page.get_by_label("Notes").fill("Quiet room")
    page.get_by_label("Rooms", exact=True).fill("5")
    expect(page.get_by_text("5 left")).to_be_visible()
    # Nothing is sent without a telephone number.
    book = page.get_by_role("button", name="Book", exact=True)
    book.click()
    expect(page.get_by_text("Enter the whole number")).to_be_visible()
    expect(page.get_by_label("Phone", exact=True)).to_be_focused()
    page.get_by_label("Phone", exact=True).fill("+852 6123 4567")
    # Another desk is faster: the form says on which days, and what is left.
    reserved(desk, "Elsewhere", begin=3, units=2)
    book.click()
    expect(page.get_by_text("Only 3 left")).to_be_visible()
    expect(page.get_by_text("Just sold out")).to_be_visible()
    expect(page.get_by_label("Guest name")).to_have_value("Zoë O'Hara")
    window.look("sold-out")
    assert page.evaluate("document.documentElement.scrollWidth") == SMALL_PHONE[0]
    page.get_by_label("Rooms", exact=True).fill("2")
    # The price changes before it is sent: the form shows the new one first.
    path = f"/api/staff/rooms/{desk.room['room_id']}/nights"
    night = {"from": str(arrival), "to": str(arrival + timedelta(days=1)), "price": 50000}
    world.admin.send("PUT", path, night).must(200)
    book.click()
    expect(page.get_by_text("changed from ¥1,600 to ¥1,800")).to_be_visible()
    book.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Booking of Zoë O'Hara")
    expect(page.get_by_text("Reserved. It is cancelled automatically after")).to_be_visible()
    window.look("made")
    order_no = page.url.rsplit("/", 1)[-1]
    made = state(desk, order_no)
    assert (made["source"], made["units"], made["total"], made["phone_number"]) == ("phone", 2, 180000, "+85261234567")
    assert (made["check_in"], made["arrival_time"], made["status"]) == (str(arrival), "21:30", "reserved")
    # 22:00 at the hotel, in China.
    assert made["expires_at"] == f"{arrival}T14:00:00.000Z"


@pytest.mark.long
def test_two_desks_at_one_booking_and_one_of_them_is_told(desk: Desk, open_window: OpenWindow) -> None:
    order_no = reserved(desk, "韩梅梅")
    window = open_window("two-desks", DESK, expected=("409",))
    page = desk.log_in(window, f"/bookings/{order_no}")
    sheet = page.get_by_role("dialog")
    # Given a reason that is typed while another desk checks the guest in
    page.get_by_role("button", name="取消韩梅梅的订单").click()
    expect(sheet).to_contain_text("客人没有付款，不收取费用")
    sheet.get_by_label("原因").fill("客人来电取消")
    send(desk, f"bookings/{order_no}/check-in")
    press(sheet, "取消订单")
    expect(sheet).to_contain_text("订单状态已变为“已入住”")
    expect(sheet.get_by_label("原因")).to_have_value("客人来电取消")
    window.look("told")
    press(sheet, "返回")
    press(page.get_by_role("dialog").last, "放弃")
    assert state(desk, order_no)["status"] == "checked_in"
    # The check-in was a mistake: it is taken back.
    page.get_by_role("button", name="撤销韩梅梅的入住").click()
    expect(sheet).to_contain_text("订单回到“已预留”")
    press(sheet, "撤销入住")
    expect(sheet).to_contain_text("请填写")
    sheet.get_by_label("原因").fill("办错了订单")
    press(sheet, "撤销入住")
    expect(sheet).to_have_count(0)
    assert state(desk, order_no)["status"] == "reserved"
    # And then the booking is cancelled.
    page.get_by_role("button", name="取消韩梅梅的订单").click()
    sheet.get_by_label("原因").fill("客人来电取消")
    press(sheet, "取消订单")
    expect(page.get_by_text("订单已取消。")).to_be_visible()
    assert state(desk, order_no)["status"] == "cancelled"


@pytest.mark.long
def test_cancelling_keeps_the_fee_or_less_and_says_how_the_rest_goes_back(desk: Desk, open_window: OpenWindow) -> None:
    world, room_id = desk.world, desk.room["room_id"]
    rule = {"free_cancel_hours": 240, "cancel_fee_bp": 5000}
    world.admin.send("PUT", f"/api/staff/rooms/{room_id}", {**desk.room, **rule}).must(200)
    guest, by_wechat = desk.paid("李雷", begin=1)
    at_desk = reserved(desk, "韩梅梅", begin=1)
    send(desk, f"orders/{at_desk}/desk-payments", method="cash", amount=40000)
    window = open_window("cancel", SMALL_PHONE)
    page = desk.log_in(window, f"/bookings/{by_wechat}")
    sheet = page.get_by_role("dialog")
    page.get_by_role("button", name="取消李雷的订单").click()
    expect(sheet.get_by_label("取消费")).to_have_value("200")
    expect(sheet).to_contain_text("保留 ¥200，退还 ¥200。 款项自动原路退回。")
    fill(sheet, reason="航班取消", fee="200.01")
    press(sheet, "取消订单")
    expect(sheet).to_contain_text("按取消规则最多 ¥200")
    fill(sheet, fee="100")
    expect(sheet).to_contain_text("保留 ¥100，退还 ¥300。")
    window.look("fee")
    press(sheet, "取消订单")
    expect(sheet).to_have_count(0)
    ended = world.wait_for(guest, by_wechat, "refunded")
    assert (ended["charges"], [(it["amount"], it["reason"]) for it in ended["refunds"]]) == (
        10000,
        [(30000, "航班取消")],
    )
    # What the desk has taken does not go back by itself.
    page.goto(f"{window.url}/staff/#/bookings/{at_desk}")
    page.get_by_role("button", name="取消韩梅梅的订单").click()
    fill(sheet, reason="行程有变", fee="0")
    expect(sheet).to_contain_text("全部退还：¥400。 请随后在前台退还。")
    press(sheet, "取消订单")
    expect(page.get_by_text("订单已取消。")).to_be_visible()
    found = state(desk, at_desk)
    assert (found["status"], found["charges"], found["desk"]) == ("cancelled", 0, 40000)


@pytest.mark.long
def test_a_stay_ends_with_an_even_folio_or_with_a_reason(desk: Desk, open_window: OpenWindow) -> None:
    order_no = reserved(desk, "李雷")
    send(desk, f"bookings/{order_no}/check-in")
    window = open_window("uneven", SMALL_PHONE)
    page = desk.log_in(window)
    sheet = page.get_by_role("dialog")
    staying = section(page, "在住")
    # The list leads to where the money is taken.
    staying.get_by_role("button", name="为李雷办理退房").click()
    expect(sheet).to_contain_text("还有 ¥400 未付")
    window.look("owes")
    press(sheet, "收款")
    expect(page.get_by_role("heading", level=1)).to_have_text("李雷的订单")
    expect(sheet).to_contain_text("向李雷收款")
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    # Or the stay ends as it is, with a reason.
    page.get_by_role("button", name="为李雷办理退房").click()
    press(sheet, "退房，¥400 仍待付")
    expect(sheet).to_contain_text("请填写")
    sheet.get_by_label("不结清的原因").fill("公司月结")
    press(sheet, "退房，¥400 仍待付")
    expect(page.get_by_text("客人已退房，订单已完成。")).to_be_visible()
    found = state(desk, order_no)
    assert (found["status"], found["balance"]) == ("finished", 40000)
    [entry] = [
        it
        for it in desk.world.admin.get("/api/staff/audit?limit=50")["items"]
        if it["target"] == order_no and it["action"] == "check_out"
    ]
    assert entry["after"]["reason"] == "公司月结"


@pytest.mark.long
@pytest.mark.parametrize(
    ("language", "size", "log_in"), [("zh-CN", DESK, "登录"), ("en-GB", SMALL_PHONE, "Log in")], ids=["zh", "en"]
)
def test_the_lists_of_the_day_and_who_owes(
    desk: Desk, open_window: OpenWindow, language: str, size: tuple[int, int], log_in: str
) -> None:
    chinese = language == "zh-CN"
    # Half-way to the end of its only night, as that may be over within the hour.
    now = datetime.now(UTC)
    over = datetime.combine(desk.world.today + timedelta(days=1), time(6), ZoneInfo("Asia/Shanghai"))
    held = (now + min(timedelta(hours=1), (over - now) / 2)).isoformat()
    reserved(desk, "Ahead Held", hold_until=held, notes="High floor, please")
    inside = reserved(desk, "Grace Inside")
    send(desk, f"bookings/{inside}/check-in")
    desk.paid("Paid Ahead")
    window = open_window(f"lists-{language}", size, language)
    page = desk.log_in(window, button=log_in)
    main = page.locator("main")
    expect(main).to_contain_text("Paid Ahead")
    expect(main).to_contain_text("保留到" if chinese else "Held until")
    expect(main).to_contain_text("电话" if chinese else "Phone")
    window.look("today")
    # What was noted is shown in the list, and again before the guest comes in.
    expect(main).to_contain_text("High floor, please")
    main.get_by_role("button", name=re.compile("Ahead Held")).click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("High floor, please")
    expect(sheet).to_contain_text("¥400")
    window.look("check-in")
    page.keyboard.press("Escape")
    # Only who owes something
    owing = main.get_by_role("button", name="未结清" if chinese else "Owing")
    expect(owing).to_contain_text("2")
    owing.click()
    expect(main).not_to_contain_text("Paid Ahead")
    expect(main).to_contain_text("Grace Inside")
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    # And the same in the list of all bookings, by the keyboard.
    owing.press("b")
    expect(page.get_by_role("heading", level=1)).to_have_text("订单" if chinese else "Bookings")
    expect(main).to_contain_text("Paid Ahead")
    page.get_by_role("button", name="未结清" if chinese else "Owing").press("Enter")
    expect(main).not_to_contain_text("Paid Ahead")
    expect(page.get_by_role("link", name=re.compile("Ahead Held|Grace Inside"))).to_have_count(2)
    expect(main).to_contain_text("待付 ¥400" if chinese else "owes ¥400")
    window.look("owing")
    page.get_by_role("button", name="在住" if chinese else "In house").press("Enter")
    found = page.get_by_role("link", name=re.compile("Ahead|Grace"))
    expect(found).to_have_count(1)
    expect(found).to_have_text("Grace Inside")
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]


@pytest.mark.long
@pytest.mark.parametrize("size", [DESK, SMALL_PHONE], ids=["wide", "phone"])
def test_keys_are_listed_and_can_be_switched_off(desk: Desk, open_window: OpenWindow, size: tuple[int, int]) -> None:
    window = open_window("keys", size)
    page = desk.log_in(window, "/bookings")
    page.get_by_role("heading", level=1).wait_for()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog")
    window.look("keys")
    sheet.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    page.keyboard.press("n")
    page.keyboard.press("?")
    expect(sheet).to_be_visible()
    sheet.get_by_role("checkbox").check()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text("新预订")
    page.get_by_role("heading", level=1).focus()
    page.keyboard.press("/")
    if size == DESK:
        expect(page.get_by_role("searchbox")).to_be_focused()
    else:
        expect(page.get_by_role("heading", level=1)).to_have_text("订单")
