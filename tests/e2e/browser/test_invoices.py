"""Invoices in both apps: a guest asks for one, the desk notes its number, and corrects it when money went back."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.test_console import fill, saved
from tests.e2e.browser.test_desk import Desk, desk
from tests.e2e.browser.test_stay import button, enter
from tests.e2e.browser.windows import DESK, OpenWindow
from tests.e2e.world import World, until

pytestmark = pytest.mark.long
__all__ = ["desk"]

SMALL_PHONE = (360, 740)
NUMBER, RED = "26510000000012345678", "26510000000012345999"
TAX_NUMBER = "91510100MA0DEM0009"


def fits(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_guest_asks_the_desk_issues_and_corrects(world: World, desk: Desk, open_window: OpenWindow) -> None:
    title = f"成都示例科技有限公司{uuid.uuid4().hex[:6]}"
    guest, order_no = desk.paid("李雷", nights=2)
    # Given a guest who has paid, and asks for the invoice of their company
    phone = open_window("invoice-guest", SMALL_PHONE)
    mine = enter(phone, guest, f"/#/bookings/{order_no}")
    card = mine.locator("section", has=mine.get_by_role("heading", name="发票", exact=True))
    card.get_by_role("button", name="申请发票").click()
    sheet = mine.get_by_role("dialog")
    sheet.get_by_role("button", name="单位").click()
    sheet.get_by_label("发票抬头").fill(title)
    sheet.get_by_label("纳税人识别号").fill("9151")
    sheet.get_by_label("接收邮箱").fill("finance@example.com")
    sheet.get_by_role("button", name="提交申请").click()
    expect(sheet).to_contain_text("请填写 15 至 20 位字母和数字")
    expect(sheet.get_by_label("纳税人识别号")).to_be_focused()
    fits(mine, SMALL_PHONE[0])
    phone.look("form")
    sheet.get_by_label("纳税人识别号").fill(TAX_NUMBER.lower())
    sheet.get_by_role("button", name="提交申请").click()
    expect(card).to_contain_text("已申请，等待开具")
    expect(card).to_contain_text(TAX_NUMBER)
    expect(card.get_by_role("button")).to_have_count(0)
    phone.look("requested")
    # When the desk notes its number
    window = open_window("invoice-desk", DESK)
    page = desk.log_in(window, "/invoices")
    row = page.get_by_role("row", name=title)
    expect(row).to_contain_text(TAX_NUMBER)
    window.look("queue")
    row.get_by_role("button", name=f"登记开给{title}的发票号码").click()
    sheet = page.get_by_role("dialog")
    fill(sheet, number="26510 0000")
    sheet.get_by_role("button", name="登记", exact=True).click()
    expect(sheet).to_contain_text("只能用数字、字母和连字符")
    fill(sheet, number=NUMBER)
    window.look("number")
    saved(page, sheet, "登记")
    expect(row).to_have_count(0)
    # Then the guest sees it
    mine.reload()
    expect(card).to_contain_text(NUMBER)


def test_what_went_back_is_corrected_on_a_phone_and_in_english(
    world: World, desk: Desk, open_window: OpenWindow
) -> None:
    title = f"Example {uuid.uuid4().hex[:6]} Ltd"
    guest, order_no = desk.paid("李雷", nights=2)
    asked = {"kind": "company", "title": title, "tax_number": TAX_NUMBER, "email": "books@example.com"}
    made = guest.send("POST", f"/api/orders/{order_no}/invoice-requests", asked).must(201)
    path = f"/api/staff/invoice-requests/{made['invoice_id']}/issued"
    world.admin.send("POST", path, {"number": NUMBER}, Idempotency_Key=uuid.uuid4().hex).must(200)
    # Given an issued invoice of which a part went back
    wish = {"amount": 1000, "reason": "Noise"}
    path = f"/api/staff/orders/{order_no}/refunds"
    world.admin.send("POST", path, wish, Idempotency_Key=uuid.uuid4().hex).must(202)
    queue = f"/api/staff/invoice-requests?status=to_correct&hotel_id={desk.room['hotel_id']}"
    until(lambda: world.admin.get(queue)["items"], lambda items: len(items) == 1)
    # When the desk notes the correction
    window = open_window("invoice-desk-small", SMALL_PHONE, "en-GB")
    page = desk.log_in(window, "/invoices", "Log in")
    button(page, "To correct").click()
    row = page.get_by_role("row", name=title)
    expect(row).to_contain_text("¥10")
    fits(page, SMALL_PHONE[0])
    window.look("to-correct")
    row.get_by_role("button", name=f"Note the correction of the invoice for {title}").click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text(NUMBER)
    fill(sheet, number=RED)
    window.look("correction")
    saved(page, sheet, "Note it")
    expect(row).to_have_count(0)
    # Then its guest sees it
    wide = open_window("invoice-guest-wide", DESK, "en-GB")
    mine = enter(wide, guest, f"/#/bookings/{order_no}")
    card = mine.locator("section", has=mine.get_by_role("heading", name="Invoice", exact=True))
    expect(card).to_contain_text("Correction of ¥10")
    expect(card).to_contain_text(RED)
    wide.look("corrected")


def test_goods_have_an_invoice_too(world: World, open_window: OpenWindow) -> None:
    """A person's, of an order of goods; one that waits for its payment has none."""
    guest = world.guest()
    body = {"name": "茶 Tea", "price": 3000, "stock": 5, "description": "", "images": []}
    goods = world.admin.send("POST", "/api/staff/goods", body, Idempotency_Key=uuid.uuid4().hex).must(201)
    wish = {
        "items": [{"goods_id": goods["goods_id"], "quantity": 1}],
        "address": "天府大道 1 号",
        "consignee": "李雷",
        "phone_number": "13800138000",
    }
    order_no = guest.send("POST", "/api/shop-orders", wish, Idempotency_Key=uuid.uuid4().hex).must(201)["order_no"]
    phone = open_window("invoice-goods", SMALL_PHONE)
    mine = enter(phone, guest, f"/#/shop-orders/{order_no}")
    button(mine, "去支付").wait_for()
    expect(mine.get_by_role("heading", name="发票", exact=True)).to_have_count(0)
    world.pay(guest, order_no)
    card = mine.locator("section", has=mine.get_by_role("heading", name="发票", exact=True))
    card.get_by_role("button", name="申请发票").click()
    sheet = mine.get_by_role("dialog")
    sheet.get_by_label("发票抬头").fill("李雷")
    sheet.get_by_label("接收邮箱").fill("lilei@example.com")
    sheet.get_by_role("button", name="提交申请").click()
    expect(card).to_contain_text("已申请，等待开具")
    expect(card).to_contain_text("¥40")
    phone.look("requested")
