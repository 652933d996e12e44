"""Problems of a guest's device: invalid old data, no storage, another guest, a wrong clock, a broken network."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.browser.test_shop import article, log_in
from tests.e2e.browser.test_stay import button, enter
from tests.e2e.browser.windows import OpenWindow, Window
from tests.e2e.world import World

pytestmark = pytest.mark.long

LEFT_BEHIND = """
for (const name of ["guest", "cart", "delivery", "language", "of"]) localStorage.setItem("posthouse." + name, JUNK);
for (const name of ["search", "checkout", "orders"]) sessionStorage.setItem("posthouse." + name, JUNK);
"""
BLOCKED = """
for (const name of ["localStorage", "sessionStorage"])
    Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });
"""
FULL = 'Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };'
HEADINGS = {"/": "订酒店", "/shop": "商城", "/cart": "购物车", "/checkout": "登录", "/orders": "登录", "/me": "我的"}


def see_all(window: Window) -> None:
    for path, heading in HEADINGS.items():
        page = window.go(f"/#{path}")
        page.reload()
        page.get_by_role("heading", level=1, name=heading).wait_for()


@pytest.mark.parametrize(
    "device",
    [
        *(LEFT_BEHIND.replace("JUNK", json.dumps(junk)) for junk in ("{garbage", "null", "{}", '"x"')),
        BLOCKED,
        FULL,
    ],
    ids=["garbage", "null", "object", "text", "blocked", "full"],
)
def test_no_storage_keeps_the_pages_from_being_shown(open_window: OpenWindow, device: str) -> None:
    window = open_window("storage")
    window.page.add_init_script(device)
    see_all(window)


def test_a_full_storage_still_holds_the_cart(world: World, open_window: OpenWindow) -> None:
    goods = article(world, stock=5)
    window = open_window("full")
    window.page.add_init_script(FULL)
    page = window.go(f"/#/shop/{goods['goods_id']}")
    button(page, "加入购物车").click()
    page.get_by_role("link", name="购物车，1 件").click()
    page.locator(".cart-line").wait_for()


def test_who_logs_in_next_finds_nothing_of_another_guest(world: World, open_window: OpenWindow) -> None:
    goods, first, second = article(world, stock=5), world.guest(), world.guest()
    window = open_window("next-guest", expected=("401",))
    page = log_in(window, first)
    page.goto(f"{world.cloud.url}/#/shop/{goods['goods_id']}")
    button(page, "立即购买").click()
    page.get_by_label("收货人").wait_for()
    # The login expires; another guest uses the device.
    page.evaluate("localStorage.setItem('posthouse.guest', '{}')")
    page.reload()
    log_in(window, second)
    page.goto(f"{world.cloud.url}/#/checkout")
    page.get_by_role("heading", name="购物车是空的").wait_for()


def test_a_logout_in_one_window_is_one_in_all(world: World, open_window: OpenWindow) -> None:
    window = open_window("two-windows")
    page = log_in(window, world.guest())
    other = page.context.new_page()
    other.goto(f"{world.cloud.url}/#/orders")
    other.get_by_role("heading", level=1, name="我的订单").wait_for()
    button(page, "退出登录").click()
    other.get_by_role("heading", level=1, name="登录").wait_for()


def test_the_other_language_keeps_what_was_typed(world: World, open_window: OpenWindow) -> None:
    goods = article(world, stock=5)
    window = open_window("typed")
    page = log_in(window, world.guest())
    page.goto(f"{world.cloud.url}/#/shop/{goods['goods_id']}")
    button(page, "立即购买").click()
    page.get_by_label("收货地址").fill("春熙路 1 号")
    button(page, "English").click()
    expect(page.get_by_label("Address")).to_have_value("春熙路 1 号")
    page.get_by_role("heading", level=1, name="Checkout").wait_for()
    assert page.title().startswith("Checkout")


def test_a_page_that_was_open_overnight_asks_for_today(open_window: OpenWindow) -> None:
    window = open_window("overnight")
    window.page.clock.install(time=datetime.now(UTC) - timedelta(days=2))
    # As if it had been opened two days ago without a response.
    window.page.route("**/api/**", lambda route: route.abort("failed"))
    window.expected = ("ERR_FAILED", "422")
    page = window.go("/")
    page.locator("button.dates").wait_for()
    page.unroute("**/api/**")
    page.clock.set_system_time(datetime.now(UTC))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))")
    page.locator(".hotel-card").first.wait_for()


def test_the_rule_of_cancelling_is_told_on_the_hotels_clock(world: World, open_window: OpenWindow) -> None:
    guest, room = world.guest(), world.room(units=1)
    unsent = {"room_id", "hotel", "available", "total"}
    strict = {**room, "free_cancel_hours": 24, "cancel_fee_bp": 5000}
    wish = {key: value for key, value in strict.items() if key not in unsent}
    world.admin.send("PUT", f"/api/staff/rooms/{room['room_id']}", wish).must(200)
    order_no = world.book(guest, world.wish(room["room_id"], begin=5)).must(201)["order_no"]
    order = guest.get(f"/api/bookings/{order_no}")
    until = datetime.fromisoformat(order["free_cancel_until"]) + timedelta(hours=8)
    window = open_window("new-york", zone="America/New_York")
    page = enter(window, guest, f"/#/bookings/{order_no}")
    expect(page.locator("main")).to_contain_text(f"{until.day}日 {until:%H:%M}（中国标准时间） 前")


def test_an_answer_that_breaks_off_is_asked_for_again(open_window: OpenWindow) -> None:
    window = open_window("broken-off")
    window.page.add_init_script("""
        let broken = 0;
        const whole = Response.prototype.text;
        Response.prototype.text = function () {
            const asked = this.url.includes("check_in") && broken++ === 0;
            return asked ? Promise.reject(new TypeError("network error")) : whole.call(this);
        };
    """)
    page = window.go("/")
    page.locator(".hotel-card").first.wait_for()
    assert page.get_by_role("alert").count() == 0


def test_a_late_refusal_of_an_old_login_ends_no_new_one(world: World, open_window: OpenWindow) -> None:
    old, new = world.guest(), world.guest()
    old.token = stale = "long.since.expired"
    window = open_window("late-401", expected=("401",))
    held: list[Route] = []

    def hold(route: Route) -> None:
        if stale in route.request.headers.get("authorization", ""):
            held.append(route)
        else:
            route.continue_()

    window.page.route(re.compile("/api/"), hold)
    page = enter(window, old, "/#/me")
    button(page, "退出登录").click()
    assert held
    page.evaluate("location.hash = '#/login'")
    page.get_by_role("button", name=re.compile("使用其他手机号")).click()
    page.get_by_label("手机号").fill(new.phone)
    page.get_by_role("button", name="登录", exact=True).click()
    button(page, "退出登录").wait_for()
    for route in held:
        with page.expect_response(lambda answer: answer.status == 401):
            route.continue_()
    page.wait_for_load_state("networkidle")
    expect(button(page, "退出登录")).to_be_visible()


@pytest.mark.parametrize("path", ["/hotels/nope", "/rooms/nope", "/flash/nope", "/shop/nope"])
def test_an_unknown_id_leads_on(open_window: OpenWindow, path: str) -> None:
    window = open_window("unknown", expected=("404",))
    page = window.go(f"/#{path}")
    page.locator("main .state a.button").click()
    page.get_by_role("heading", level=1, name=re.compile("订酒店|商城")).wait_for()
