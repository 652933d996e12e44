"""WeChat's QR code at the desk: it holds what WeChat gave, is paid while staff watch, and becomes void."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from qrcode.util import MODE_8BIT_BYTE, QRData

from tests.e2e.browser.test_desk import desk
from tests.e2e.browser.test_folio import folio
from tests.e2e.browser.test_stay import button
from tests.e2e.browser.test_till import SMALL_PHONE, Till, fits, till
from tests.e2e.browser.windows import DESK, OpenWindow
from tests.e2e.world import World

pytestmark = pytest.mark.e2e
__all__ = ["desk", "till"]

BORDER = 4


def _held(world: World, order_no: str) -> dict[str, str]:
    """What WeChat holds for an order that was opened last."""
    items = world.simulator.get(f"/simulator/payments?order_no={order_no}")["items"]
    return dict(items[-1])


def _modules(picture: Locator) -> list[list[bool]]:
    """The modules of a drawn code without its border, row by row."""
    size = int(str(picture.get_attribute("viewBox")).split()[2])
    rows = [[False] * size for _ in range(size)]
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", str(picture.locator("path").get_attribute("d"))):
        for column in range(int(x), int(x) + int(length)):
            rows[int(y)][column] = True
    assert not any(rows[0]), "a scanner needs the light border"
    return [row[BORDER:-BORDER] for row in rows[BORDER:-BORDER]]


def _shows(picture: Locator, text: str) -> bool:
    """Whether a drawn code is that of a text: what another library makes of it, with one of the eight masks."""
    drawn = _modules(picture)
    for mask in range(8):
        made = QRCode((len(drawn) - 17) // 4, ERROR_CORRECT_M, border=0, mask_pattern=mask)
        made.add_data(QRData(text.encode(), mode=MODE_8BIT_BYTE))
        made.make(fit=False)
        if made.get_matrix() == drawn:
            return True
    return False


def _paid_by(page: Page) -> Locator:
    return page.get_by_role("dialog")


@pytest.mark.long
def test_a_guest_scans_the_code_while_the_desk_watches(till: Till, open_window: OpenWindow) -> None:
    order_no, world = till.reserved("李雷"), till.desk.world
    window = open_window("qr-code", SMALL_PHONE)
    page = till.desk.log_in(window, f"/bookings/{order_no}")
    button(page, "微信收款码").click()
    sheet = _paid_by(page)
    expect(sheet.get_by_label("金额")).to_be_focused()
    expect(sheet.get_by_label("金额")).to_have_value("400")
    sheet.get_by_label("金额").fill("500")
    expect(sheet).to_contain_text("最多 ¥400")
    sheet.get_by_label("金额").fill("150")
    window.look("amount")
    page.keyboard.press("Enter")
    picture = sheet.get_by_role("img", name="¥150 的微信收款码")
    expect(picture).to_be_visible()
    held = _held(world, order_no)
    assert _shows(picture, held["code_url"])
    expect(sheet).to_contain_text("前有效，还剩 29:")
    fits(page, SMALL_PHONE[0])
    window.look("code")
    world.simulator.send("POST", f"/simulator/payments/{held['out_trade_no']}", {"result": "success"}).must(200)
    expect(sheet).to_contain_text("微信付款已到账")
    window.look("paid")
    sheet.get_by_role("button", name="完成").click()
    expect(sheet).to_have_count(0)
    expect(folio(page)).to_contain_text("待付¥250")
    assert till.booking(order_no)["paid"] == 15000


@pytest.mark.long
def test_a_code_becomes_void_and_a_new_one_is_paid(till: Till, open_window: OpenWindow) -> None:
    order_no, world = till.reserved("Li Lei", nights=2), till.desk.world
    window = open_window("qr-void", DESK, "en-GB")
    page = till.desk.log_in(window, f"/bookings/{order_no}", "Log in")
    button(page, "WeChat QR code").click()
    sheet = _paid_by(page)
    sheet.get_by_role("button", name="Show the code for ¥800").click()
    picture = sheet.get_by_role("img", name="QR code for ¥800")
    expect(picture).to_be_visible()
    assert _shows(picture, _held(world, order_no)["code_url"])
    window.look("code")
    # Another desk takes cash: the code asks for too much, and is closed.
    till.send(order_no, "desk-payments", method="cash", amount=10000)
    expect(sheet).to_contain_text("This code is void")
    assert _held(world, order_no)["trade_state"] == "CLOSED"
    window.look("void")
    sheet.get_by_role("button", name="Make a new one").click()
    expect(sheet).to_contain_text("Balance due ¥700")
    expect(sheet.get_by_label("Amount")).to_have_value("700")
    page.keyboard.press("Enter")
    expect(sheet.get_by_role("img", name="QR code for ¥700")).to_be_visible()
    # On one's own machine the desk plays the guest.
    page.keyboard.press("Tab")
    expect(sheet.get_by_role("button", name="Pay as the guest")).to_be_focused()
    page.keyboard.press("Enter")
    expect(sheet).to_contain_text("The payment has come in")
    window.look("paid")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(sheet).to_have_count(0)
    expect(page.get_by_role("region", name="Folio")).to_contain_text("Settled")
    expect(button(page, "WeChat QR code")).to_have_count(0)
    assert till.booking(order_no)["status"] == "paid"


def test_money_that_came_in_the_last_moment_is_seen(till: Till, open_window: OpenWindow) -> None:
    order_no, world = till.reserved("韩梅梅"), till.desk.world

    def pay_and_end(route: Route) -> None:
        answer = route.fetch()
        payment = answer.json()
        number = payment["payment_id"]
        world.simulator.send("POST", f"/simulator/payments/{number}", {"result": "success"}).must(200)
        route.fulfill(response=answer, json={**payment, "expires_at": "2026-01-01T00:00:00.000Z"})

    window = open_window("qr-end", SMALL_PHONE)
    page = till.desk.log_in(window, f"/bookings/{order_no}")
    page.route(f"**/api/staff/orders/{order_no}/payments", pay_and_end)
    button(page, "微信收款码").click()
    _paid_by(page).get_by_role("button", name="显示 ¥400 的收款码").click()
    expect(_paid_by(page)).to_contain_text("微信付款已到账")
