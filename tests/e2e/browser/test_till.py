"""Money at the desk in the console: taken with its change, reversed, given back, and the day's takings."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.test_console import fill, saved
from tests.e2e.browser.test_desk import PASSWORD, Desk, desk, section
from tests.e2e.browser.test_folio import folio
from tests.e2e.browser.test_stay import button
from tests.e2e.browser.windows import DESK, SCREENSHOTS, OpenWindow
from tests.e2e.world import Client

pytestmark = pytest.mark.e2e
__all__ = ["desk"]

SMALL_PHONE = (360, 740)


@dataclass
class Till:
    """What a test does at a hotel's desk besides what its pages do."""

    desk: Desk

    @property
    def staff(self) -> Client:
        return self.desk.world.admin

    def reserved(self, name: str, nights: int = 1) -> str:
        """The number of a stay that was booked by telephone."""
        wish = self.desk.world.wish(self.desk.room["room_id"], 0, nights, guest_name=name)
        body = {**wish, "source": "phone"}
        made = self.staff.send("POST", "/api/staff/bookings", body, Idempotency_Key=uuid.uuid4().hex).must(201)
        return str(made["order_no"])

    def send(self, order_no: str, what: str, **body: Any) -> Any:
        """What another desk does meanwhile."""
        path = f"/api/staff/orders/{order_no}/{what}"
        return self.staff.send("POST", path, body, Idempotency_Key=uuid.uuid4().hex).must(201)

    def booking(self, order_no: str) -> dict[str, Any]:
        found: dict[str, Any] = self.staff.get(f"/api/staff/bookings/{order_no}")
        return found


@pytest.fixture
def till(desk: Desk) -> Till:
    return Till(desk)


def fits(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == width


def money(page: Page, title: str = "前台收银") -> Locator:
    return section(page, title)


@pytest.mark.long
def test_cash_is_taken_with_its_change_and_a_mistake_is_reversed(till: Till, open_window: OpenWindow) -> None:
    order_no = till.reserved("李雷")
    window = open_window("till-cash", SMALL_PHONE)
    page = till.desk.log_in(window, f"/bookings/{order_no}")
    # The sheet opens with what is owed, in cash: the desk types what it was handed, and presses Enter.
    button(page, "收款").wait_for()
    page.keyboard.press("m")
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_label("金额")).to_be_focused()
    expect(sheet.get_by_label("金额")).to_have_value("400")
    fill(sheet, handed="300")
    sheet.get_by_role("button", name="收款 ¥400").click()
    expect(sheet).to_contain_text("少于收款金额")
    fill(sheet, handed="500")
    expect(sheet.get_by_role("status")).to_contain_text("找零 ¥100")
    expect(sheet.get_by_role("status")).to_contain_text("收款后账单结清。 订单变为已支付。")
    window.look("sheet")
    page.keyboard.press("Enter")
    expect(sheet).to_have_count(0)
    expect(folio(page)).to_contain_text("已结清")
    expect(money(page)).to_contain_text("前台已收、未退：¥400")
    fits(page, SMALL_PHONE[0])
    window.look("taken")
    found = till.booking(order_no)
    assert (found["status"], found["desk"], found["balance"]) == ("paid", 40000, 0)
    # It was none: the guest owes it again, and the stay keeps its state.
    money(page).get_by_role("button", name="冲回收款 ¥400（现金）").click()
    expect(sheet).to_contain_text("账单的待付增加 ¥400")
    fill(sheet, reason="记错了房间")
    window.look("reversal")
    saved(page, sheet, "冲回 ¥400")
    expect(folio(page)).to_contain_text("现金，已冲回：记错了房间")
    expect(folio(page)).to_contain_text("待付¥400")
    expect(money(page).get_by_role("button")).to_have_count(0)
    found = till.booking(order_no)
    assert (found["status"], found["desk"], found["balance"]) == ("paid", 0, 40000)


@pytest.mark.long
def test_who_comes_second_is_told_and_keeps_what_was_typed(till: Till, open_window: OpenWindow) -> None:
    order_no = till.reserved("Li Lei", nights=2)
    window = open_window("till-second", DESK, "en-GB", expected=("409",))
    page = till.desk.log_in(window, f"/bookings/{order_no}", "Log in")
    sheet = page.get_by_role("dialog")
    # Given a payment by card that is about to be taken, while another desk takes most of it
    button(page, "Take payment").click()
    fill(sheet, method="card")
    fill(sheet, reference="Slip 0042")
    expect(sheet).to_contain_text("Balance due ¥800")
    till.send(order_no, "desk-payments", method="transfer", amount=70000)
    sheet.get_by_role("button", name="Take ¥800").click()
    # Then the sheet says what is in the way, and keeps what was typed
    expect(sheet).to_contain_text("That is more than the guest owes.")
    expect(sheet).to_contain_text("Balance due ¥100")
    expect(sheet).to_contain_text("That is ¥700 more than is due.")
    expect(sheet.get_by_label("Reference")).to_have_value("Slip 0042")
    window.look("overpaid")
    fill(sheet, amount="60.50")
    expect(sheet).to_contain_text("Then ¥39.50 is still due.")
    saved(page, sheet, "Take ¥60.50")
    expect(money(page, "Money at the desk")).to_contain_text("Slip 0042")
    expect(money(page, "Money at the desk")).to_contain_text("Taken and not given back: ¥760.50")
    # Given a refund that is about to be made, while another desk gives nearly all back
    button(page, "Desk refund").click()
    expect(sheet.get_by_label("Amount")).to_have_value("760.5")
    expect(sheet.get_by_label("Method")).to_have_value("card")
    fill(sheet, reason="Noise")
    till.send(order_no, "desk-refunds", method="cash", amount=70000, reason="Noise")
    sheet.get_by_role("button", name="Give back ¥760.50").click()
    expect(sheet).to_contain_text("The refund is more than what is left.")
    expect(sheet).to_contain_text("The desk can give back up to ¥60.50.")
    expect(sheet).to_contain_text("No more than ¥60.50")
    expect(sheet.get_by_label("Reason")).to_have_value("Noise")
    window.look("exceeds")
    fill(sheet, amount="10")
    expect(sheet).to_contain_text("The guest gets ¥10. The folio charges ¥10 less.")
    saved(page, sheet, "Give back ¥10")
    assert till.booking(order_no)["desk"] == 5050
    # Given all that is left, which another desk gives back first: there is nothing to press any more
    button(page, "Desk refund").click()
    fill(sheet, reason="Noise again")
    till.send(order_no, "desk-refunds", method="cash", amount=5050, reason="Noise")
    sheet.get_by_role("button", name="Give back ¥50.50").click()
    expect(sheet).to_contain_text("The desk has nothing to give back.")
    expect(sheet.get_by_role("button", name="Give back ¥50.50")).to_be_disabled()


@pytest.mark.long
def test_a_credit_is_paid_out_at_the_desk(till: Till, open_window: OpenWindow) -> None:
    order_no = till.reserved("李雷", nights=2)
    till.send(order_no, "desk-payments", method="card", amount=40000, reference="POS 7")
    mistake = till.send(order_no, "desk-payments", method="cash", amount=40000)["desk_payment_id"]
    reversal = f"/api/staff/orders/{order_no}/desk-payments/{mistake}/reversal"
    till.staff.send("POST", reversal, {"reason": "Twice"}).must(200)
    till.send(order_no, "desk-payments", method="card", amount=40000, reference="POS 8")
    line = {"kind": "adjustment", "description": "空调故障", "amount": -5000}
    path = f"/api/staff/bookings/{order_no}/folio-lines"
    till.staff.send("POST", path, line, Idempotency_Key=uuid.uuid4().hex).must(201)
    window = open_window("till-credit", DESK)
    page = till.desk.log_in(window, f"/bookings/{order_no}")
    expect(page.get_by_role("button", name="收款", exact=True)).to_have_count(0)
    # What was reversed is not offered again, though the desk has as much.
    expect(money(page).get_by_role("button")).to_have_count(2)
    sheet = page.get_by_role("dialog")
    button(page, "前台退款").click()
    expect(sheet.get_by_label("退款方式")).to_have_value("credit")
    expect(sheet.get_by_label("金额")).to_have_value("50")
    expect(sheet).to_contain_text("把多付的 ¥50 交还客人，消费金额不变。")
    fill(sheet, amount="50.01")
    expect(sheet).to_contain_text("最多可退 ¥50")
    fill(sheet, method="cash", amount="50", reason="空调故障")
    window.look("credit")
    saved(page, sheet, "退款 ¥50")
    expect(folio(page)).to_contain_text("退款 · 现金")
    assert (till.booking(order_no)["charges"], till.booking(order_no)["balance"]) == (75000, 0)
    # All that is left ends the stay, and the sheet says so before it does it.
    button(page, "前台退款").click()
    expect(sheet.get_by_label("金额")).to_have_value("750")
    expect(sheet).to_contain_text("订单会取消")
    fill(sheet, reason="客人不来了")
    window.look("ends")
    saved(page, sheet, "退款 ¥750")
    expect(page.locator("main")).to_contain_text("订单已取消")
    assert till.booking(order_no)["status"] == "cancelled"


@pytest.mark.long
@pytest.mark.parametrize(
    ("language", "size", "log_in", "words"),
    [
        ("zh-CN", SMALL_PHONE, "登录", ("当天未结束", "现金", "刷卡", "合计", "前台没有收款", "已结束", "前一天")),
        (
            "en-GB",
            DESK,
            "Log in",
            ("Day in progress", "Cash", "Card", "All", "The desk took nothing", "Closed", "Previous day"),
        ),
    ],
)
def test_the_takings_of_a_day_by_way_and_person(
    till: Till, open_window: OpenWindow, language: str, size: tuple[int, int], log_in: str, words: tuple[str, ...]
) -> None:
    going, cash, card, total, nothing, closed, before = words
    order_no = till.reserved("李雷", nights=3)
    for method, amount in (("cash", 30000), ("card", 12050), ("cash", 5000)):
        till.send(order_no, "desk-payments", method=method, amount=amount)
    till.send(order_no, "desk-refunds", method="cash", amount=2500, reason="Noise")
    colleague = till.desk.world.staff(till.desk.username, PASSWORD)
    path = f"/api/staff/orders/{order_no}/desk-payments"
    colleague.send("POST", path, {"method": "cash", "amount": 700}, Idempotency_Key=uuid.uuid4().hex).must(201)
    window = open_window(f"till-day-{language}", size, language)
    page = till.desk.log_in(window, "/takings", log_in)
    rows = page.locator("main tr")
    expect(rows).to_have_count(7)
    shown = [re.sub(r"\s+", " ", it) for it in rows.all_inner_texts()]
    count = "{} 笔" if language == "zh-CN" else "({})"
    assert shown[1:] == [
        f"{cash} {count.format(4)} ¥357 −¥25 ¥332",
        f"admin {count.format(3)} ¥350 −¥25 ¥325",
        f"{till.desk.username} {count.format(1)} ¥7 ¥0 ¥7",
        f"{card} {count.format(1)} ¥120.50 ¥0 ¥120.50",
        f"admin {count.format(1)} ¥120.50 ¥0 ¥120.50",
        f"{total} {count.format(5)} ¥477.50 −¥25 ¥452.50",
    ]
    expect(page.locator("main")).to_contain_text(going)
    fits(page, size[0])
    window.look("day")
    # On paper there is the hotel and the date, and nothing of the console.
    page.emulate_media(media="print")
    for unprinted in (page.get_by_role("navigation"), page.locator(".top, .desk-bar, .actions")):
        for one in unprinted.all():
            expect(one).not_to_be_visible()
    hotel = till.desk.world.nobody.get(f"/api/hotels/{till.desk.room['hotel_id']}")
    expect(page.locator(".printed")).to_contain_text(hotel["name"])
    page.screenshot(path=SCREENSHOTS / f"{window.name}-print.png")
    page.emulate_media(media="screen")
    page.get_by_role("button", name=before).click()
    expect(page.locator("main")).to_contain_text(nothing)
    expect(page.locator("main")).to_contain_text(closed)
