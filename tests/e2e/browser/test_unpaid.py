"""Unpaid orders: the pages greet the guest with them, and a second press orders nothing twice."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Request, expect

from tests.e2e.browser.test_layers import settles
from tests.e2e.browser.test_shop import article, fill_delivery
from tests.e2e.browser.test_stay import button, enter
from tests.e2e.browser.windows import OpenWindow
from tests.e2e.world import World

pytestmark = pytest.mark.long

LISTS = re.compile(r"/api/(bookings|shop-orders)\?limit=5$")
GREETING = "您有 1 个订单待支付"


def test_a_second_press_books_no_second_stay(world: World, open_window: OpenWindow) -> None:
    guest, room = world.guest(), world.room(units=1)
    window = open_window("unpaid-stay")
    page = enter(window, guest, f"/#/rooms/{room['room_id']}")
    page.get_by_role("link", name="预订", exact=True).click()
    page.get_by_label("入住人").fill("李雷")
    button(page, "提交订单").click()
    page.get_by_role("button", name="支付 ¥").wait_for()
    page.go_back()
    settles(page, 0, "/bookings/")
    # The form again: it knows its order, although the order holds the last room.
    page.goto(f"{world.cloud.url}/#/rooms/{room['room_id']}/booking")
    page.get_by_text("您已下过同样的订单").wait_for()
    window.look("form")
    page.locator(".foot").get_by_role("button", name="去支付").click()
    page.get_by_role("button", name="支付 ¥").wait_for()
    [order] = guest.get("/api/bookings")["items"]
    assert page.url.endswith(order["order_no"])
    # After a reload the page reads it from the API.
    page.goto(f"{world.cloud.url}/#/rooms/{room['room_id']}/booking")
    page.reload()
    page.locator(".foot").get_by_role("button", name="去支付").click()
    page.get_by_role("button", name="支付 ¥").click()
    button(page, "完成").click()
    page.get_by_role("heading", level=2, name="已支付", exact=True).wait_for()
    assert len(guest.get("/api/bookings")["items"]) == 1
    # Paid, it is no obstacle for another one.
    page.goto(f"{world.cloud.url}/#/rooms/{room['room_id']}/booking")
    page.get_by_text("所选日期已满房").wait_for()


def test_a_second_press_orders_no_second_goods(world: World, open_window: OpenWindow) -> None:
    guest, goods = world.guest(), article(world, stock=1)
    window = open_window("unpaid-goods")
    page = enter(window, guest, f"/#/shop/{goods['goods_id']}")
    button(page, "立即购买").click()
    fill_delivery(page)
    button(page, "提交订单").click()
    page.get_by_role("dialog").wait_for()
    page.evaluate(
        f'sessionStorage[\'posthouse.checkout\'] = \'{{"items":[{{"goods_id":"{goods["goods_id"]}","quantity":1}}]}}\''
    )
    page.goto(f"{world.cloud.url}/#/checkout")
    page.get_by_text("您已下过同样的订单").wait_for()
    page.locator(".foot").get_by_role("button", name="去支付").click()
    page.get_by_role("dialog").wait_for()
    assert len(guest.get("/api/shop-orders")["items"]) == 1


def test_a_guest_who_comes_back_is_greeted_with_the_unpaid_order(world: World, open_window: OpenWindow) -> None:
    guest, room = world.guest(), world.room(units=2)
    order_no = world.book(guest, world.wish(room["room_id"])).must(201)["order_no"]
    window = open_window("greeting")
    asked: list[str] = []

    def hear(request: Request) -> None:
        if LISTS.search(request.url):
            asked.append(request.url)

    window.page.on("request", hear)
    page = enter(window, guest, "/")
    greeting = page.get_by_role("link", name=re.compile(GREETING))
    for path in ("/", "/orders", f"/hotels/{room['hotel_id']}", f"/rooms/{room['room_id']}", "/shop", "/me"):
        page.goto(f"{world.cloud.url}/#{path}")
        expect(greeting).to_contain_text(re.compile(r"\d\d:\d\d"))
    window.look("me")
    assert len(asked) == 2, "one request for each list, not for each page"
    greeting.click()
    page.get_by_role("button", name="支付 ¥").wait_for()
    settles(page, 1, f"/bookings/{order_no}")
    page.get_by_role("button", name="支付 ¥").click()
    button(page, "完成").click()
    page.goto(f"{world.cloud.url}/#/orders")
    page.get_by_role("heading", level=1, name="我的订单").wait_for()
    expect(page.locator(".order-card")).to_contain_text("已支付")
    expect(greeting).to_have_count(0)
