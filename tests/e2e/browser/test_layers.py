"""Sheets and the menu are entries of the history: Back closes the top one, and throws nothing away that was typed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.test_console import fill
from tests.e2e.browser.test_console import log_in as log_in_staff
from tests.e2e.browser.test_shop import article, fill_delivery
from tests.e2e.browser.test_stay import button, enter
from tests.e2e.browser.windows import DESK, PHONE, OpenWindow
from tests.e2e.world import Guest, World

LONG = pytest.mark.long


def dialogs(page: Page) -> Locator:
    return page.locator("dialog")


def order_no_of(guest: Guest) -> str:
    [order] = guest.get("/api/bookings")["items"]
    return str(order["order_no"])


def booked(world: World, guest: Guest) -> str:
    return str(world.book(guest, world.wish(world.room(units=1)["room_id"])).must(201)["order_no"])


def settles(page: Page, layers: int, path: str) -> None:
    """Wait until the history has an entry for each of the layers over the page."""
    page.wait_for_function(
        "([layers, path]) => (history.state?.layers ?? 0) === layers && location.hash.startsWith('#' + path)",
        arg=[layers, path],
    )


def test_back_closes_the_pay_sheet_and_stays_with_the_order(world: World, open_window: OpenWindow) -> None:
    guest, room = world.guest(), world.room(units=3)
    window = open_window("layers-pay")
    page = enter(window, guest, f"/#/rooms/{room['room_id']}")
    page.get_by_role("link", name="预订", exact=True).click()
    button(page, "提交订单").click()
    page.get_by_role("button", name="支付 ¥").wait_for()
    path = f"/bookings/{order_no_of(guest)}"
    settles(page, 1, path)
    page.go_back()
    expect(dialogs(page)).to_have_count(0)
    page.get_by_role("heading", level=2, name="待支付", exact=True).wait_for()
    settles(page, 0, path)
    # The next Back leads to the room, not to a form that books once more.
    page.go_back()
    page.get_by_role("link", name="预订", exact=True).wait_for()
    assert len(guest.get("/api/bookings")["items"]) == 1


@LONG
@pytest.mark.parametrize("how", ["button", "escape", "veil"])
def test_a_sheet_that_is_closed_leaves_no_entry(world: World, open_window: OpenWindow, how: str) -> None:
    guest = world.guest()
    order_no = booked(world, guest)
    window = open_window(f"layers-{how}")
    page = enter(window, guest, "/#/orders")
    page.locator(".order-card").click()
    page.get_by_role("heading", level=1, name="订单详情").wait_for()
    for _ in range(3):
        button(page, "取消订单").click()
        dialogs(page).wait_for()
        settles(page, 1, f"/bookings/{order_no}")
        if how == "button":
            button(page, "关闭").click()
        elif how == "escape":
            page.keyboard.press("Escape")
        else:
            page.mouse.click(20, 20)
        expect(dialogs(page)).to_have_count(0)
        settles(page, 0, f"/bookings/{order_no}")
    page.go_back()
    page.get_by_role("heading", level=1, name="我的订单").wait_for()


@LONG
def test_a_reload_and_forward_open_no_sheet(world: World, open_window: OpenWindow) -> None:
    guest = world.guest()
    path = f"/bookings/{booked(world, guest)}"
    window = open_window("layers-reload")
    page = enter(window, guest, "/#/orders")
    page.locator(".order-card").click()
    button(page, "去支付").click()
    page.get_by_role("button", name="支付 ¥").wait_for()
    settles(page, 1, path)
    page.reload()
    page.get_by_role("heading", level=2, name="待支付", exact=True).wait_for()
    settles(page, 0, path)
    expect(dialogs(page)).to_have_count(0)
    page.go_forward()
    settles(page, 0, path)
    expect(dialogs(page)).to_have_count(0)
    page.go_back()
    page.get_by_role("heading", level=1, name="我的订单").wait_for()


@LONG
def test_back_asks_before_it_throws_a_form_away(world: World, open_window: OpenWindow) -> None:
    goods_id = article(world, 9)["goods_id"]
    desk = open_window("layers-form", DESK)
    page = log_in_staff(desk, "/goods")
    page.locator(f"a[href='#/goods/{goods_id}']").first.click()
    page.get_by_role("button", name="调整库存").click()
    form = page.get_by_role("dialog", name="调整库存")
    fill(form, change="2")
    ask = page.get_by_role("dialog", name="放弃已填写的内容吗？")
    settles(page, 1, "/goods/")
    page.go_back()
    ask.wait_for()
    settles(page, 2, "/goods/")
    # Sheets lie over each other: Back closes the upper one alone.
    page.go_back()
    expect(ask).to_have_count(0)
    settles(page, 1, "/goods/")
    for leave in ("Escape", "关闭", "返回"):
        if leave == "Escape":
            page.keyboard.press("Escape")
        else:
            form.get_by_role("button", name=leave, exact=True).click()
        ask.get_by_role("button", name="继续填写").click()
        expect(form.locator("[name=change]")).to_have_value("2")
    # However often it is pressed, Escape closes no form.
    for _ in range(3):
        page.keyboard.press("Escape")
        expect(ask).to_be_visible()
        page.keyboard.press("Escape")
        expect(ask).to_have_count(0)
    expect(form).to_be_visible()
    page.keyboard.press("Escape")
    ask.get_by_role("button", name="放弃", exact=True).click()
    expect(dialogs(page)).to_have_count(0)
    settles(page, 0, "/goods/")
    page.go_back()
    page.get_by_role("heading", level=1, name="商品").wait_for()


@LONG
def test_the_menu_of_a_narrow_console_is_closed_by_back_and_leads_on(open_window: OpenWindow) -> None:
    desk = open_window("layers-menu", PHONE)
    page = log_in_staff(desk, "/")
    page.get_by_role("heading", level=1, name="今日").wait_for()
    page.get_by_role("button", name="菜单").click()
    settles(page, 1, "/")
    page.go_back()
    expect(dialogs(page)).to_have_count(0)
    page.get_by_role("button", name="菜单").click()
    page.get_by_role("dialog").get_by_role("link", name="房型").click()
    page.get_by_role("heading", level=1, name="房型").wait_for()
    settles(page, 0, "/rooms")
    page.go_back()
    page.get_by_role("heading", level=1, name="今日").wait_for()
    settles(page, 0, "/")
    page.go_forward()
    page.get_by_role("heading", level=1, name="房型").wait_for()


@LONG
def test_a_sheet_that_takes_the_place_of_another_takes_its_entry(world: World, open_window: OpenWindow) -> None:
    goods, guest = article(world, stock=5), world.guest()
    window = open_window("layers-checkout")
    page = enter(window, guest, f"/#/shop/{goods['goods_id']}")
    button(page, "立即购买").click()
    fill_delivery(page)
    button(page, "提交订单").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^支付 ¥")).wait_for()
    settles(page, 1, "/shop-orders/S")
    page.go_back()
    expect(dialogs(page)).to_have_count(0)
    settles(page, 0, "/shop-orders/S")
    page.go_back()
    button(page, "立即购买").wait_for()
