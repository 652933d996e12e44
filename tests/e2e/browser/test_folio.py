"""A stay's folio in both apps: staff add lines, the guest pays what is owed, and a credit goes back."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.test_console import fill, saved
from tests.e2e.browser.test_desk import Desk, desk
from tests.e2e.browser.test_stay import button, enter
from tests.e2e.browser.windows import DESK, PHONE, OpenWindow
from tests.e2e.world import World, until

pytestmark = pytest.mark.long
__all__ = ["desk"]


def folio(page: Page) -> Locator:
    return page.locator("section", has=page.get_by_role("heading", name="账单", exact=True))


def add(page: Page, **typed: str) -> None:
    button(page, "记一笔").click()
    sheet = page.get_by_role("dialog")
    # The other fields depend on it.
    fill(sheet, kind=typed.pop("kind"))
    fill(sheet, **typed)
    saved(page, sheet, "记入账单")


def test_what_the_desk_adds_is_paid_and_what_was_paid_too_much_goes_back(
    world: World, desk: Desk, open_window: OpenWindow
) -> None:
    path = f"/api/staff/hotels/{desk.room['hotel_id']}/extras"
    ride = {"name": "接机 Pick-up", "price": 5000, "per": "stay"}
    extra = world.admin.send("POST", path, ride, Idempotency_Key=uuid.uuid4().hex).must(201)
    guest, order_no = desk.paid("李雷", nights=2)
    # Given a paid stay, to which the desk adds two pick-ups and a fee
    window = open_window("folio-desk", DESK)
    page = desk.log_in(window, f"/bookings/{order_no}")
    expect(folio(page)).to_contain_text("已结清")
    add(page, kind="extra", extra_id=extra["extra_id"], quantity="2")
    expect(folio(page)).to_contain_text("待付¥100")
    add(page, kind="fee", amount="8.80", description="洗衣")
    expect(folio(page)).to_contain_text("待付¥108.80")
    window.look("owes")
    # When the guest pays what they owe
    phone = open_window("folio-guest", PHONE)
    mine = enter(phone, guest, f"/#/bookings/{order_no}")
    expect(mine.locator("main")).to_contain_text("您还有 ¥108.80 未付")
    expect(folio(mine)).to_contain_text("洗衣")
    phone.look("owes")
    button(mine, "支付 ¥108.80").click()
    mine.get_by_role("dialog").get_by_role("button", name="支付 ¥108.80").click()
    button(mine, "完成").click()
    expect(folio(mine)).to_contain_text("已结清")
    expect(mine.get_by_role("link", name="再次预订")).to_be_visible()
    phone.look("even")
    # And the desk takes a hundred off, then it pays out the credit, the newest payment first
    page.reload()
    add(page, kind="adjustment", sign="less", amount="110", description="空调故障")
    expect(folio(page)).to_contain_text("多付¥110")
    button(page, "退款").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_label("退款金额")).to_have_value("110")
    expect(sheet).to_contain_text("分 2 笔退回")
    expect(sheet).to_contain_text("¥108.80")
    expect(sheet).to_contain_text("¥1.20")
    sheet.get_by_label("退款原因").fill("空调故障")
    window.look("credit")
    sheet.get_by_role("button", name="退款 ¥110", exact=True).click()
    # Then the folio is even again, and the stay goes on
    expect(folio(page)).to_contain_text("已结清")
    window.look("even")
    until(
        lambda: guest.get(f"/api/bookings/{order_no}"),
        lambda it: [one["status"] for one in it["refunds"]] == ["succeeded"] * 2 and it["status"] == "paid",
    )
    booking = guest.get(f"/api/bookings/{order_no}")
    assert sorted(it["amount"] for it in booking["refunds"]) == [120, 10880]
    assert (booking["charges"], booking["paid"]) == (booking["payable"] - 120, booking["payable"] - 120)
