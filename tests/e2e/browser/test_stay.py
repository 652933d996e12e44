"""The guest's pages of a stay: found, booked, paid, used and cancelled by clicks, with failures on the way."""

from __future__ import annotations

import json
import re
import time
import uuid
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Error, Page, Route, expect

from tests.e2e.browser.windows import DESK, PHONE, OpenWindow, Window
from tests.e2e.world import Guest, World, until

LONG = pytest.mark.long
KEPT = "posthouse.guest"
TOLD = ["wait_for_payment", "paid", "checked_in", "finished"]
# The welcome coupon's discount, in fen.
WELCOME = 2000
SAID: dict[str, dict[str, Any]] = {
    "zh-CN": {
        "hotel": "驿站·成都宽窄巷子",
        "room": "庭院大床房",
        "book": "预订",
        "other": "使用其他手机号",
        "phone": "手机号",
        "nickname": "昵称（选填）",
        "log_in": "登录",
        "gift": "新人礼券",
        "thanks": "收下",
        "coupon": "优惠券",
        "submit": "提交订单",
        "pay": "支付 ¥",
        "done": "完成",
        "notices": "接收订单通知",
        "allow": "允许",
        "paid": "已支付",
        "finished": "已完成",
        "orders": "我的订单",
        "check_in": "办理入住",
        "check_out": "办理退房",
        "steps": ["待支付", "已支付", "已入住", "已完成"],
    },
    "en-GB": {
        "hotel": "Posthouse Chengdu",
        "room": "Courtyard King",
        "book": "Book",
        "other": "Another phone number",
        "phone": "Phone number",
        "nickname": "Nickname (optional)",
        "log_in": "Log in",
        "gift": "Welcome gift",
        "thanks": "Got it",
        "coupon": "Coupon",
        "submit": "Book and pay",
        "pay": "Pay ¥",
        "done": "Done",
        "notices": "Notices about your order",
        "allow": "Allow",
        "paid": "Paid",
        "finished": "Completed",
        "orders": "My orders",
        "check_in": "Check in",
        "check_out": "Check out",
        "steps": ["Awaiting payment", "Paid", "Checked in", "Completed"],
    },
}


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def log_in_by_clicks(page: Page, world: World, said: dict[str, Any], nickname: str) -> str:
    """Log a new guest in by the picker; returns their phone number."""
    phone = str(world.codes(credits={})["phone"])
    page.get_by_role("button", name=said["other"]).click()
    form = page.locator("form")
    form.get_by_label(said["phone"]).fill(phone)
    form.get_by_label(said["nickname"]).fill(nickname)
    form.get_by_role("button", name=said["log_in"]).click()
    return phone


def enter(window: Window, guest: Guest, path: str) -> Page:
    """Open a page as a guest who has logged in before."""
    person = {"phone_number": guest.phone, "nickname": "李雷"}
    kept = json.dumps({"token": guest.token, "until": (time.time() + 3600) * 1000, "person": person})
    window.page.add_init_script(f"localStorage['{KEPT}'] ?? localStorage.setItem('{KEPT}', {kept!r})")
    return window.go(path)


def yuan(fen: int) -> str:
    return f"¥{fen / 100:,.0f}"


def find_room(window: Window, said: dict[str, Any], check_in: date, check_out: date) -> None:
    """Go from the first page to the room, for these dates."""
    page = window.go("/")
    page.locator(".hotel-card").first.wait_for()
    window.look("hotels")
    page.locator("button.dates").click()
    for each in (check_in, check_out):
        shown = page.locator(f'[data-date="{each}"]')
        if not shown.count():
            page.get_by_role("dialog").get_by_role("button", name=re.compile("下个月|Next month")).click()
        shown.click()
    window.look("dates")
    page.get_by_role("dialog").locator(".button").click()
    # Other tests have hotels on this cloud too.
    page.get_by_role("searchbox").fill(said["hotel"])
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name=said["hotel"]).click()
    page.get_by_role("link", name=said["room"]).wait_for()
    window.look("hotel")
    page.get_by_role("link", name=said["room"]).click()
    page.get_by_role("link", name=said["book"], exact=True).wait_for()
    window.look("room")


def book_and_pay(window: Window, said: dict[str, Any], payable: int) -> str:
    """Go from the filled booking page to the paid order; returns its number."""
    page = window.page
    expect(page.locator(".foot .price")).to_have_text(yuan(payable))
    window.look("booking")
    page.get_by_role("button", name=said["coupon"]).click()
    page.get_by_role("dialog", name=said["coupon"]).wait_for()
    window.look("coupons")
    page.keyboard.press("Escape")
    button(page, said["submit"]).click()
    page.get_by_role("dialog", name=said["notices"]).wait_for()
    window.look("consent")
    button(page, said["allow"]).click()
    page.get_by_role("button", name=said["pay"]).wait_for()
    window.look("pay")
    page.get_by_role("button", name=said["pay"]).click()
    button(page, said["done"]).click()
    expect(page.get_by_role("dialog", name=said["notices"]).get_by_role("listitem")).to_have_count(3)
    button(page, said["allow"]).click()
    page.get_by_role("heading", level=2, name=said["paid"], exact=True).wait_for()
    window.look("order")
    return page.url.rsplit("/", 1)[1]


def check_in_and_out(desk: Window, said: dict[str, Any], order_no: str) -> None:
    """Check the guest in and out, as staff of the demo's hotel in their own window."""
    page = desk.go(f"/staff/#/bookings/{order_no}")
    page.get_by_role("button", name=re.compile("^chengdu")).click()
    page.get_by_role("button", name=said["check_in"]).click()
    page.get_by_role("dialog").get_by_role("button", name=said["check_in"]).click()
    page.get_by_role("button", name=said["check_out"]).click()
    page.get_by_role("dialog").get_by_role("button", name=said["check_out"]).click()
    page.locator("main").get_by_text(said["finished"], exact=True).first.wait_for()


@pytest.mark.parametrize("size", [pytest.param(PHONE, id="phone"), pytest.param(DESK, id="wide", marks=LONG)])
@pytest.mark.parametrize("language", ["zh-CN", pytest.param("en-GB", marks=LONG)])
def test_a_stay_from_the_search_to_the_check_out_coupon(
    world: World, open_window: OpenWindow, language: str, size: tuple[int, int]
) -> None:
    said = SAID[language]
    window = open_window(f"stay-{language}-{size[0]}", size, language)
    desk = open_window(f"stay-desk-{language}-{size[0]}", size, language)
    check_in, check_out = world.today, world.today + timedelta(days=2)
    find_room(window, said, check_in, check_out)
    page = window.page
    page.get_by_role("link", name=said["book"], exact=True).click()

    page.get_by_role("button", name=said["other"]).wait_for()
    window.look("login")
    phone = log_in_by_clicks(page, world, said, "韩梅梅")
    page.get_by_role("dialog", name=said["gift"]).wait_for()
    window.look("welcome")
    button(page, said["thanks"]).click()

    room_id = page.url.split("/rooms/")[1].split("/")[0]
    nights = world.nobody.get(f"/api/rooms/{room_id}/nights?from={check_in}&to={check_out}")["items"]
    order_no = book_and_pay(window, said, sum(night["price"] for night in nights) - WELCOME)

    check_in_and_out(desk, said, order_no)
    # Every notice arrives, since the guest accepted each kind when they were asked.
    known = {it["phone_number"]: it["openid"] for it in world.simulator.get("/simulator/guests")["items"]}
    told = f"/simulator/messages?openid={known[phone]}"
    until(lambda: [it["kind"] for it in world.simulator.get(told)["items"]], lambda kinds: kinds == TOLD)
    guest = world.log_in(world.codes(phone=phone))
    until(guest.coupons, lambda found: any(it["source"] == "check_out" for it in found))
    page.get_by_role("heading", level=2, name=said["finished"], exact=True).wait_for()
    assert page.locator(".timeline li > span").all_inner_texts() == said["steps"]
    window.look("finished")
    window.go("/#/orders")
    page.get_by_role("heading", level=1, name=said["orders"]).wait_for()
    expect(page.locator(".order-card")).to_have_count(1)
    window.look("orders")


@pytest.fixture
def guest(world: World) -> Guest:
    """A guest who holds the welcome coupon."""
    guest = world.guest()
    until(guest.coupons, bool)
    return guest


def booking_page(window: Window, guest: Guest, room: dict[str, Any]) -> Page:
    """Open the booking page of a room, filled in with the guest's known data."""
    page = enter(window, guest, f"/#/rooms/{room['room_id']}/booking")
    button(page, "提交订单").wait_for()
    return page


@LONG
def test_a_double_press_makes_one_order(world: World, open_window: OpenWindow, guest: Guest) -> None:
    room = world.room(units=5)
    window = open_window("double-press")
    page = booking_page(window, guest, room)
    sent: list[str] = []
    page.on("request", lambda it: sent.append(it.url) if (it.method, it.url[-9:]) == ("POST", "/bookings") else None)
    button(page, "提交订单").dblclick()
    page.get_by_role("button", name="支付 ¥").dblclick()
    page.get_by_role("heading", level=3, name="支付成功").wait_for()
    assert len(sent) == 1
    assert len(guest.get("/api/bookings")["items"]) == 1


@LONG
def test_an_order_whose_answer_is_lost_is_sent_again_with_its_key(
    world: World, open_window: OpenWindow, guest: Guest
) -> None:
    room = world.room(units=5)
    window = open_window("lost-answer", expected=("ERR_FAILED",))
    page = booking_page(window, guest, room)
    keys: list[str] = []

    def lose_once(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        answer = route.fetch()
        if len(keys) == 1:
            route.abort("failed")
        else:
            route.fulfill(response=answer)

    page.route("**/api/bookings", lose_once)
    button(page, "提交订单").click()
    page.get_by_role("button", name="支付 ¥").wait_for()
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert len(guest.get("/api/bookings")["items"]) == 1


@LONG
def test_an_expired_session_leads_to_the_login_and_back(world: World, open_window: OpenWindow, guest: Guest) -> None:
    guest.token = "long.since.expired"
    window = open_window("expired", expected=("401",))
    page = enter(window, guest, "/#/orders")
    page.get_by_text("登录已过期").wait_for()
    window.look("login")
    log_in_by_clicks(page, world, SAID["zh-CN"], "李雷")
    page.get_by_role("heading", level=1, name="我的订单").wait_for()
    page.get_by_role("heading", level=2, name="还没有订单").wait_for()


@LONG
def test_an_api_that_is_down_can_be_asked_again(open_window: OpenWindow) -> None:
    window = open_window("api-down", expected=("ERR_FAILED",))
    window.page.route("**/api/**", lambda route: route.abort("failed"))
    page = window.go("/")
    page.get_by_role("heading", name="服务器没有响应").wait_for()
    window.look("down")
    page.unroute("**/api/**")
    button(page, "重试").click()
    page.locator(".hotel-card").first.wait_for()


@LONG
def test_a_new_price_is_shown_before_it_is_paid(world: World, open_window: OpenWindow, guest: Guest) -> None:
    room = world.room(units=5, price=30000)
    window = open_window("new-price", expected=("409",))
    page = booking_page(window, guest, room)
    expect(page.locator(".foot .price")).to_have_text("¥280")
    span = {"from": str(world.today), "to": str(world.today + timedelta(days=3)), "price": 35000}
    world.admin.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", span).must(200)
    button(page, "提交订单").click()
    page.get_by_text("价格刚刚从 ¥280 变为 ¥330").wait_for()
    expect(page.locator(".foot .price")).to_have_text("¥330")
    window.look("told")
    button(page, "按新价格提交").click()
    page.get_by_role("button", name="支付 ¥330").wait_for()


@LONG
def test_who_comes_too_late_is_told_what_is_left(world: World, open_window: OpenWindow, guest: Guest) -> None:
    room = world.room(units=2)
    window = open_window("too-late", expected=("409",))
    page = booking_page(window, guest, room)
    page.get_by_role("group", name="房间数").get_by_role("button", name="加一").click()
    faster = world.guest()
    world.book(faster, world.wish(room["room_id"])).must(201)
    button(page, "提交订单").click()
    page.get_by_text("只剩 1 间").wait_for()
    window.look("fewer")
    button(page, "改订 1 间").click()
    world.book(faster, world.wish(room["room_id"])).must(201)
    button(page, "提交订单").click()
    page.get_by_text("所选日期已满房").wait_for()
    expect(button(page, "提交订单")).to_be_disabled()
    page.get_by_role("link", name="换个日期").click()
    tonight = page.locator(f'[data-date="{world.today}"]')
    expect(tonight).to_have_attribute("aria-label", re.compile("满房"))
    expect(tonight).to_have_attribute("aria-disabled", "true")


@LONG
def test_nights_are_picked_by_keys_and_not_across_a_full_one(world: World, open_window: OpenWindow) -> None:
    room = world.room(units=1)
    taken = world.today + timedelta(days=2)
    world.book(world.guest(), world.wish(room["room_id"], begin=2)).must(201)
    window = open_window("keys")
    held: list[Route] = []
    window.page.route("**/nights?*", lambda route: held.append(route))  # noqa: PLW0108
    page = window.go(f"/#/rooms/{room['room_id']}")
    page.get_by_role("grid").first.wait_for()
    # Nights that are not loaded yet are not shown as full.
    assert page.get_by_text("满房", exact=True).count() == 0
    held[0].continue_()
    expect(page.locator(f'[data-date="{taken}"] small')).to_have_text("满房")
    day = page.locator(f'[data-date="{world.today}"]')
    day.focus()
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    beyond = page.locator(f'[data-date="{taken + timedelta(days=1)}"]')
    expect(beyond).to_be_focused()
    page.keyboard.press("Enter")
    # A stay cannot include the full night: the selection starts again after it.
    expect(beyond.locator("small")).to_have_text("入住")
    day.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(f'[data-date="{taken}"] small')).to_have_text("离店")
    page.get_by_role("link", name="预订", exact=True).wait_for()


def answer_with(route: Route, headers: dict[str, str]) -> None:
    """Let the API respond, with these headers instead of its own."""
    with suppress(Error):  # a page that has gone on meanwhile takes no response any more
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, **headers})


@LONG
@pytest.mark.parametrize("days_before", [0, 12, 13])
def test_a_stay_over_the_end_of_a_month_is_picked_by_keys(
    world: World, open_window: OpenWindow, days_before: int
) -> None:
    room = world.room(units=1, nights=75)
    end = (world.today.replace(day=1) + timedelta(days=62)).replace(day=1) - timedelta(days=1)
    first = end - timedelta(days=days_before)
    window = open_window(f"month-end-{days_before}")
    begin = datetime.combine(first, datetime.min.time(), ZoneInfo("Asia/Shanghai")) + timedelta(hours=12)
    window.page.clock.set_fixed_time(begin)
    # The pages go by the server's clock: it has to show the same day.
    told = {"date": format_datetime(begin.astimezone(UTC), usegmt=True)}
    window.page.route("**/api/**", lambda route: answer_with(route, told))
    page = window.go(f"/#/rooms/{room['room_id']}")
    expect(page.locator(f'[data-date="{first}"]').locator("small")).to_have_text("入住")
    # Near the end of a month, the next month is shown too.
    beside = page.locator(f'[data-date="{end + timedelta(days=1)}"]')
    expect(beside).to_have_count(1 if days_before < 13 else 0)
    window.look("begins")
    page.locator(f'[data-date="{first}"]').focus()
    for _ in range(days_before):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    expect(beside).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(f'[data-date="{end}"]')).to_be_focused()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(f'[data-date="{end + timedelta(days=2)}"] small')).to_have_text("离店")
    page.get_by_role("link", name="预订", exact=True).wait_for()
    expect(page.locator(".foot")).to_contain_text("2 晚")
    # The button turns to the month that is not shown yet, and back.
    button(page, "下个月").click()
    expect(page.get_by_role("grid")).to_have_count(1)
    expect(page.locator(f'[data-date="{end + timedelta(days=1)}"]')).to_have_count(0)
    button(page, "上个月").click()
    expect(beside).to_have_count(1)


@LONG
@pytest.mark.parametrize(
    ("given", "told", "ends", "refunds"),
    [
        (0, "扣除 ¥150.01，退回 ¥150", "已退款", [15000]),
        (5000, "扣除 ¥150.01，退回 ¥100", "已退款", [5000, 10000]),
        (20000, "扣除 ¥100.01，退回 ¥0", "已取消", [20000]),
    ],
)
def test_cancelling_tells_its_price_first(
    world: World, open_window: OpenWindow, guest: Guest, given: int, told: str, ends: str, refunds: list[int]
) -> None:
    room = world.room(units=1, price=30001)
    strict = {**room, "free_cancel_hours": 48, "cancel_fee_bp": 5000}
    changeable = {key: strict[key] for key in strict if key not in {"room_id", "hotel", "available", "total"}}
    world.admin.send("PUT", f"/api/staff/rooms/{room['room_id']}", changeable).must(200)
    order_no = world.book(guest, world.wish(room["room_id"])).must(201)["order_no"]
    world.pay(guest, order_no)
    world.wait_for(guest, order_no, "paid")
    if given:
        path, body = f"/api/staff/orders/{order_no}/refunds", {"amount": given, "reason": "Noise"}
        world.admin.send("POST", path, body, Idempotency_Key=uuid.uuid4().hex).must(202)
    window = open_window(f"cancel-{given}")
    page = enter(window, guest, f"/#/bookings/{order_no}")
    button(page, "取消订单").click()
    page.get_by_text(told, exact=True).wait_for()
    window.look("asked")
    button(page, "确认取消").click()
    page.get_by_role("heading", level=2, name=ends, exact=True).wait_for()
    assert [it["amount"] for it in guest.get(f"/api/bookings/{order_no}")["refunds"]] == refunds
    window.look("refunded")


@LONG
def test_a_payment_that_is_cancelled_leaves_the_order_to_be_paid(
    world: World, open_window: OpenWindow, guest: Guest
) -> None:
    room = world.room(units=1)
    order_no = world.book(guest, world.wish(room["room_id"])).must(201)["order_no"]
    window = open_window("unpaid")
    page = enter(window, guest, f"/#/bookings/{order_no}")
    button(page, "去支付").click()
    button(page, "取消支付").click()
    page.get_by_role("heading", level=2, name="待支付", exact=True).wait_for()
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    window.look("waits")
    button(page, "取消订单").click()
    button(page, "确认取消").click()
    page.get_by_role("heading", level=2, name="已取消", exact=True).wait_for()
    tonight = f"from={world.today}&to={world.today + timedelta(days=1)}"
    [night] = world.nobody.get(f"/api/rooms/{room['room_id']}/nights?{tonight}")["items"]
    assert night["available"] == 1


@LONG
def test_distance_is_told_to_who_says_where_they_are(open_window: OpenWindow) -> None:
    window = open_window("distance")
    page = window.go("/")
    button(page, "距离").click()
    page.get_by_text("无法获取您的位置").wait_for()
    page.locator(".hotel-card").first.wait_for()
    window.look("refused")
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 22.53, "longitude": 113.93})
    button(page, "距离").click()
    expect(page.locator(".hotel-card").first).to_contain_text("深圳湾")
    expect(page.locator(".hotel-card .distance").first).to_have_text(re.compile(r"^\d+\.\d km$"))


# The part of WeChat's web-view API that the pages use.
IN_WECHAT = """
    const agent = navigator.userAgent + " MicroMessenger/8.0.50 miniProgram/wx0000000000000000";
    Object.defineProperty(Navigator.prototype, "userAgent", { get: () => agent });
    window.shell = [];
    window.WeixinJSBridge = { on() {}, invoke: (name, given) => window.shell.push(given) };
"""


def ask_the_shell(page: Page) -> str:
    """Press the login's button; returns the state that the mini program has to bring back with the codes."""
    button(page, "微信一键登录").click()
    asked: Any = until(lambda: page.evaluate("window.shell"), bool)
    path, _, query = asked[-1]["arg"]["url"].partition("?")
    given = {name: value for name, [value] in parse_qs(query, strict_parsing=True).items()}
    assert (asked[-1]["name"], path, given["login"], given["to"]) == ("reLaunch", "/pages/web/web", "1", "/orders")
    return str(given["state"])


def come_back(window: Window, codes: dict[str, Any], state: str) -> None:
    """The mini program opens the pages again, in the same web-view, with the codes."""
    carried = f"login_code={codes['login_code']}&state={state}&phone_code={codes['phone_code']}"
    window.page.goto("about:blank")  # the pages start anew
    window.go(f"/#/login?{carried}&to=/orders")


@LONG
def test_codes_that_this_device_did_not_ask_for_are_not_taken(world: World, open_window: OpenWindow) -> None:
    """A card or a link may bring somebody else's codes: the guest would book, pay and write on that account."""
    window = open_window("foreign-codes")
    window.page.add_init_script(IN_WECHAT)
    window.page.route("**/config.json", lambda route: route.fulfill(json={"simulator": False}))
    foreign, mine = world.codes(), world.codes()
    # Given a guest who is not logged in, and one who asked with another state
    for state in ("", "0" * 32):
        come_back(window, foreign, state)
        button(window.page, "微信一键登录").wait_for()
    ask_the_shell(window.page)
    come_back(window, foreign, "0" * 32)
    button(window.page, "微信一键登录").wait_for()
    assert window.page.evaluate(f"localStorage['{KEPT}']") is None
    # When they log in themselves
    come_back(window, mine, ask_the_shell(window.page))
    window.page.get_by_role("heading", level=1, name="我的订单").wait_for()
    kept = window.page.evaluate(f"localStorage['{KEPT}']")
    # Then neither the foreign codes nor their own state a second time change anything
    come_back(window, foreign, "0" * 32)
    window.page.get_by_role("heading", level=1, name="我的订单").wait_for()
    assert window.page.evaluate(f"localStorage['{KEPT}']") == kept
    # And what the device asked for while it is logged in, in another view, is asked about
    asked = {"state": "ab" * 16, "at": int(time.time() * 1000)}
    window.page.evaluate("(it) => localStorage.setItem('posthouse.login_asked', JSON.stringify(it))", asked)
    come_back(window, world.codes(), "ab" * 16)
    window.page.get_by_text("当前已登录").wait_for()
    window.look("asks")
    button(window.page, "继续使用当前账号").click()
    window.page.get_by_role("heading", level=1, name="我的订单").wait_for()
    assert window.page.evaluate(f"localStorage['{KEPT}']") == kept
    # The foreign codes were never sent: they still work once.
    assert world.log_in(foreign).token


@LONG
def test_inside_wechat_the_mini_program_logs_in_and_pays(world: World, open_window: OpenWindow) -> None:
    codes = world.codes()
    window = open_window("in-wechat")
    window.page.add_init_script(IN_WECHAT)
    window.page.route("**/config.json", lambda route: route.fulfill(json={"simulator": False}))
    page = window.go("/#/orders")
    state = ask_the_shell(page)
    come_back(window, codes, state)
    page.get_by_role("heading", level=1, name="我的订单").wait_for()
    assert codes["login_code"] not in page.url
    button(page, "收下").click()

    guest = world.log_in(world.codes(phone=codes["phone"]))
    order_no = world.book(guest, world.wish(world.room(units=1)["room_id"])).must(201)["order_no"]
    window.go(f"/#/bookings/{order_no}")
    button(page, "去支付").click()
    page.get_by_role("button", name="支付 ¥").click()
    page.get_by_text("正在等待微信确认支付结果").wait_for()
    [asked] = page.evaluate("window.shell")
    payment = guest.send("POST", f"/api/orders/{order_no}/payments").must(201)
    path, _, query = asked["arg"]["url"].partition("?")
    given = {name: value for name, [value] in parse_qs(query, strict_parsing=True).items()}
    assert (asked["name"], path) == ("navigateTo", "/pages/pay/pay")
    assert given.keys() == {*payment["wechat"], "kinds"}
    assert given["kinds"] == "checked_in,finished,refunded"
    assert given["package"] == payment["wechat"]["package"]
    window.look("waits")

    world.pay(guest, order_no)
    page.get_by_role("heading", level=3, name="支付成功").wait_for()


@LONG
def test_without_wechat_the_login_says_where_to_go(open_window: OpenWindow) -> None:
    window = open_window("elsewhere", language="en-GB")
    window.page.route("**/config.json", lambda route: route.fulfill(json={"simulator": False}))
    page = window.go("/#/orders")
    page.get_by_role("heading", level=2, name="Open it in WeChat").wait_for()
    window.look("login")
