"""Errors are seen where the press was, at every width; sheets tell what is true now; long names fit."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.browser.test_console import fill
from tests.e2e.browser.test_console import log_in as log_in_staff
from tests.e2e.browser.test_shop import article, fill_delivery
from tests.e2e.browser.test_stay import button, enter
from tests.e2e.browser.windows import OpenWindow, Window
from tests.e2e.world import World

pytestmark = pytest.mark.long

SIZES = [(360, 640), (390, 844), (768, 1024), (1440, 900)]
BROKEN: dict[str, Any] = {
    "status": 500,
    "content_type": "application/problem+json",
    "body": '{"title": "Internal Server Error", "status": 500, "code": "internal_error"}',
}
# Whether the box is in the window, and nothing lies over it: neither over its middle nor over its edges.
IN_SIGHT = """box => {
    const { top, bottom, left, right } = box.getBoundingClientRect();
    if (top < 0 || left < 0 || bottom > innerHeight || right > innerWidth)
        return `outside: ${top} to ${bottom} of ${innerHeight}`;
    for (const y of [top + 2, (top + bottom) / 2, bottom - 2]) {
        const seen = document.elementFromPoint((left + right) / 2, y);
        if (!box.contains(seen)) return `covered at ${y} by ${seen?.outerHTML.slice(0, 80)}`;
    }
    return "in sight";
}"""


def refuse_changes(page: Page) -> None:
    """Let every request fail that would change something."""

    def answer(route: Route) -> None:
        if route.request.method == "GET":
            route.continue_()
        else:
            route.fulfill(**BROKEN)

    page.route(re.compile("/api/|/simulator/payments"), answer)


def is_in_sight(page: Page, name: str, window: Window) -> None:
    alert = page.get_by_role("alert").last
    alert.wait_for()
    expect(alert).to_contain_text(re.compile("系统出错了|微信暂时没有响应"))
    window.look(f"error-{name}")
    assert alert.evaluate(IN_SIGHT) == "in sight", name


@pytest.mark.parametrize("size", SIZES, ids=lambda it: str(it[0]))
def test_a_guests_press_that_fails_says_so_in_sight(
    world: World, open_window: OpenWindow, size: tuple[int, int]
) -> None:
    guest, room, goods = world.guest(), world.room(units=9), article(world, stock=5)
    paid = world.book(guest, world.wish(room["room_id"], begin=1)).must(201)["order_no"]
    world.pay(guest, paid)
    world.wait_for(guest, paid, "paid")
    unpaid = world.book(guest, world.wish(room["room_id"], begin=2, nights=1)).must(201)["order_no"]
    window = open_window(f"sight-{size[0]}", size, expected=("500",))
    refuse_changes(window.page)

    def at(path: str) -> Page:
        # Another document first: a new fragment alone would leave a sheet open.
        window.go("/images/logo.svg")
        return enter(window, guest, f"/#{path}")

    page = at(f"/rooms/{room['room_id']}/booking")
    page.get_by_label("入住人").fill("李雷")
    button(page, "提交订单").click()
    is_in_sight(page, "booking", window)

    page = at(f"/shop/{goods['goods_id']}")
    button(page, "立即购买").click()
    fill_delivery(page)
    button(page, "提交订单").click()
    is_in_sight(page, "checkout", window)

    page = at(f"/bookings/{paid}")
    button(page, "取消订单").click()
    button(page, "确认取消").click()
    is_in_sight(page, "cancel", window)

    page = at(f"/bookings/{unpaid}")
    button(page, "去支付").click()
    is_in_sight(page, "pay", window)

    page = at("/me/data")
    button(page, "注销账号").click()
    page.get_by_label("我已了解，并确定注销").check()
    page.get_by_role("dialog").get_by_role("button", name="注销账号").click()
    is_in_sight(page, "leave", window)


@pytest.mark.parametrize("size", SIZES, ids=lambda it: str(it[0]))
def test_a_press_of_staff_that_fails_says_so_in_sight(
    world: World, open_window: OpenWindow, size: tuple[int, int]
) -> None:
    guest, room, goods = world.guest(), world.room(units=9), article(world, stock=5)
    paid = world.book(guest, world.wish(room["room_id"])).must(201)["order_no"]
    world.pay(guest, paid)
    world.wait_for(guest, paid, "paid")
    window = open_window(f"sight-desk-{size[0]}", size, expected=("500",))
    page = log_in_staff(window, f"/bookings/{paid}")
    page.get_by_role("button", name="办理入住").wait_for()
    refuse_changes(page)
    page.get_by_role("button", name="办理入住").click()
    page.get_by_role("dialog").get_by_role("button", name="办理入住").click()
    is_in_sight(page, "check-in", window)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="退款", exact=True).click()
    form = page.get_by_role("dialog")
    form.get_by_label("退款原因").fill("噪音")
    form.locator("button[type=submit]").click()
    is_in_sight(page, "refund", window)

    # The row at the end of a long list: the press is far from the top of the page.
    page.goto("about:blank")
    page.goto(f"{world.cloud.url}/staff/#/goods")
    row = page.get_by_role("row").filter(has=page.locator(f"a[href='#/goods/{goods['goods_id']}']"))
    row.get_by_role("button", name="下架").click()
    is_in_sight(page, "goods", window)
    page.get_by_role("button", name="新增商品").first.click()
    form = page.get_by_role("dialog")
    fill(form, name="茶巾", price="12.5", stock="3", description="棉。\n" * 20)
    form.get_by_role("button", name="保存").click()
    is_in_sight(page, "form", window)


def test_the_sheet_that_cancels_goes_by_the_state_that_is(world: World, open_window: OpenWindow) -> None:
    guest, room = world.guest(), world.room(units=1)
    order_no = world.book(guest, world.wish(room["room_id"])).must(201)["order_no"]
    window = open_window("stale-cancel", expected=("409",))
    stale = guest.get(f"/api/bookings/{order_no}")
    old: list[bool] = [True]

    def answer(route: Route) -> None:
        if old[0]:
            route.fulfill(json=stale)
        else:
            route.continue_()

    window.page.route(f"**/api/bookings/{order_no}", answer)
    page = enter(window, guest, f"/#/bookings/{order_no}")
    world.pay(guest, order_no)
    world.wait_for(guest, order_no, "paid")
    page.get_by_role("heading", level=2, name="待支付", exact=True).wait_for()
    old[0] = False
    button(page, "取消订单").click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("全额退回")
    expect(sheet.get_by_text("还未支付")).to_have_count(0)
    # The guest is checked in while the sheet is open.
    world.admin.send("POST", f"/api/staff/bookings/{order_no}/check-in").must(200)
    expect(sheet).to_contain_text("订单状态已变为“已入住”")
    expect(sheet.get_by_role("button", name="确认取消")).to_have_count(0)
    window.look("checked-in")


def test_the_sheets_of_staff_go_by_the_state_that_is(world: World, open_window: OpenWindow) -> None:
    guest, room = world.guest(), world.room(units=1)
    order_no = world.book(guest, world.wish(room["room_id"])).must(201)["order_no"]
    world.pay(guest, order_no)
    world.wait_for(guest, order_no, "paid")
    payable = guest.get(f"/api/bookings/{order_no}")["payable"]
    desk = open_window("stale-desk")
    page = log_in_staff(desk, f"/bookings/{order_no}")
    page.get_by_role("button", name="退款", exact=True).wait_for()
    # A colleague refunds a part meanwhile.
    body = {"amount": 1000, "reason": "噪音"}
    world.admin.send("POST", f"/api/staff/orders/{order_no}/refunds", body, Idempotency_Key=f"part-{order_no}").must(
        202
    )
    page.get_by_role("button", name="退款", exact=True).click()
    sheet = page.get_by_role("dialog")
    left = (payable - 1000) / 100
    expect(sheet).to_contain_text(f"最多可退 ¥{left:,.0f}" if left.is_integer() else f"最多可退 ¥{left:,.2f}")


LONG_NAMES = {"zh": "驿站" * 50, "en": "Posthouse" * 11 + "P"}
TOO_WIDE = """() => [...document.querySelectorAll("body *")].filter((it) => {
    const scrolls = it.closest(".table, .filters, .strip, .goods-pictures, .unseen, .skip, .toasts");
    return !scrolls && it.getBoundingClientRect().right > document.documentElement.clientWidth + 1;
}).map((it) => it.outerHTML.slice(0, 120)).slice(0, 3)"""

# Prices of which a part is hidden by the box around them.
CUT = """() => [...document.querySelectorAll(".price, .charge, .badge, time")].filter((it) => {
    const box = it.getBoundingClientRect();
    for (let around = it.parentElement; around; around = around.parentElement) {
        const edge = around.getBoundingClientRect();
        if (getComputedStyle(around).overflowX === "hidden" && (box.right > edge.right + 1 || box.left < edge.left - 1))
            return true;
    }
    return false;
}).map((it) => it.outerHTML.slice(0, 120)).slice(0, 3)"""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [SIZES[0], SIZES[2], SIZES[3]], ids=lambda it: str(it[0]))
def test_a_long_name_pushes_nothing_out(
    world: World, open_window: OpenWindow, size: tuple[int, int], language: str
) -> None:
    name = LONG_NAMES[language]
    guest, room = world.guest(), world.room(units=2)
    made: dict[str, Any] = world.admin.send(
        "POST", "/api/staff/goods", {"name": name, "price": 129900, "stock": 3, "description": name}
    ).must(201)
    wish = {**world.wish(room["room_id"]), "guest_name": name[:100]}
    order_no = world.book(guest, wish).must(201)["order_no"]
    window = open_window(f"long-{language}-{size[0]}", size, "zh-CN" if language == "zh" else "en-GB")
    page = enter(window, guest, "/#/orders")
    shows = {
        "/shop": ".goods-card",
        f"/shop/{made['goods_id']}": ".goods-price",
        f"/bookings/{order_no}": ".order-head",
        f"/rooms/{room['room_id']}": ".calendar",
        "/": ".hotel-card",
    }
    for path, shown in shows.items():
        page.goto(f"{world.cloud.url}/#{path}")
        page.locator(shown).first.wait_for()
        assert page.evaluate(TOO_WIDE) == [], path
        assert page.evaluate(CUT) == [], path
    desk = open_window(f"long-desk-{language}-{size[0]}", size)
    staff = log_in_staff(desk, "/goods")
    link = staff.locator(f"a[href='#/goods/{made['goods_id']}']").first
    link.wait_for()
    box = link.bounding_box()
    assert box
    assert box["width"] <= 360
    assert staff.evaluate(TOO_WIDE) == []
    desk.look("goods")
    for path in (f"/goods/{made['goods_id']}", f"/bookings/{order_no}"):
        staff.goto(f"{world.cloud.url}/staff/#{path}")
        staff.get_by_role("heading", level=1, name=re.compile(re.escape(name[:20]))).wait_for()
        assert staff.evaluate(TOO_WIDE) == [], path


def test_a_double_press_adds_one_to_the_cart(world: World, open_window: OpenWindow) -> None:
    goods = article(world, stock=5)
    window = open_window("double-add")
    page = window.go(f"/#/shop/{goods['goods_id']}")
    button(page, "加入购物车").dblclick()
    page.get_by_role("link", name="购物车，1 件").wait_for()
    expect(button(page, "加入购物车")).to_be_enabled()
    assert page.evaluate("JSON.parse(localStorage['posthouse.cart'])[0].quantity") == 1


def test_the_return_of_the_network_is_seen(open_window: OpenWindow) -> None:
    window = open_window("offline", expected=("ERR_INTERNET_DISCONNECTED",))
    page = window.go("/#/shop")
    page.locator(".goods-card").first.wait_for()
    page.context.set_offline(True)
    page.locator(".offline").wait_for()
    page.evaluate("location.hash = '#/flash'")
    page.get_by_role("heading", level=2, name="网络已断开").wait_for()
    page.context.set_offline(False)
    expect(page.locator(".offline")).to_have_count(0)
    expect(page.get_by_role("heading", level=2, name="网络已断开")).to_have_count(0)


def test_the_welcome_does_not_come_between(world: World, open_window: OpenWindow) -> None:
    goods = article(world, stock=5)
    window = open_window("welcome-form")
    held: list[Route] = []
    window.page.route("**/api/me/coupons?status=unused", lambda route: held.append(route))  # noqa: PLW0108
    page = window.go(f"/#/shop/{goods['goods_id']}")
    button(page, "立即购买").click()
    phone = str(world.codes()["phone"])
    page.get_by_role("button", name="使用其他手机号").click()
    page.get_by_label("手机号").fill(phone)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_function("() => !document.querySelector('.login-head')")
    page.unroute("**/api/me/coupons?status=unused")
    for route in held:
        route.fulfill(json={"items": [], "next_cursor": None})
    page.get_by_label("收货人").fill("李雷")
    page.get_by_text("新人礼券 ¥20 已到账").wait_for()
    assert page.get_by_role("dialog").count() == 0
    expect(page.get_by_label("收货人")).to_have_value("李雷")
