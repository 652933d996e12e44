"""The shop, the flash sales and the guest's own pages, by clicks: an order, one unit for two, a deleted account."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.windows import DESK, PHONE, OpenWindow, Window
from tests.e2e.world import Guest, World, until

pytestmark = pytest.mark.long

NOW = "%Y-%m-%dT%H:%M:%S.%fZ"


def log_in(window: Window, guest: Guest) -> Page:
    """Log in through the picker, by the guest's own number."""
    page = window.go("/#/login")
    page.get_by_role("button", name=re.compile("使用其他手机号|Another phone number")).click()
    page.get_by_label(re.compile("手机号|Phone number")).fill(guest.phone)
    page.get_by_role("button", name=re.compile("^(登录|Log in)$")).click()
    page.get_by_role("heading", level=1, name=re.compile("我的|^Me$")).wait_for()
    return page


def article(world: World, stock: int, price: int = 12800) -> dict[str, Any]:
    """Create goods for this test."""
    text = {"name": f"信笺 Paper {uuid.uuid4().hex[:6]}", "description": "Laid paper. 竹纸信笺。"}
    made: dict[str, Any] = world.admin.send(
        "POST", "/api/staff/goods", {**text, "price": price, "stock": stock, "images": ["/images/goods-notebook.svg"]}
    ).must(201)
    return made


def fill_delivery(where: Page | Locator) -> None:
    where.get_by_label(re.compile("^(收货人|Name)$")).fill("李雷")
    where.get_by_label(re.compile("^(手机号|Phone)$")).fill("13800138000")
    where.get_by_label(re.compile("^(收货地址|Address)$")).fill("成都市锦江区春熙路 1 号")


def pay(page: Page, amount: str) -> None:
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name=re.compile(f"^(支付|Pay) {re.escape(amount)}$")).click()
    sheet.get_by_role("button", name=re.compile("^(完成|Done)$")).click()


def order_no_of(page: Page) -> str:
    page.wait_for_url(re.compile("/shop-orders/[SF]"))
    return page.url.rpartition("/")[2]


def test_a_shop_order_from_the_goods_to_the_receipt(world: World, open_window: OpenWindow) -> None:
    goods, guest = article(world, stock=3), world.guest()
    until(guest.coupons, lambda found: len(found) == 1)
    account = f"/api/staff/users/{guest.get('/api/me')['user_id']}/balance-changes"
    world.admin.send("POST", account, {"change": 5000, "reason": "Goodwill"}, Idempotency_Key=uuid.uuid4().hex).must(
        201
    )
    window = open_window("shop", PHONE)
    page = log_in(window, guest)

    page.get_by_role("link", name="商城").click()
    page.get_by_role("heading", level=1, name="商城").wait_for()
    window.look("shelf")
    page.goto(f"{world.cloud.url}/#/shop/{goods['goods_id']}")
    page.get_by_role("button", name="加入购物车").click()
    window.look("goods")
    page.get_by_role("link", name="购物车，1 件").click()
    page.get_by_role("button", name="加一").click()
    expect(page.locator(".foot")).to_contain_text("¥256")
    window.look("cart")
    page.get_by_role("button", name="去结算").click()

    page.get_by_role("switch", name="使用余额").check()
    # 256 less a coupon of 20 and a balance of 50.
    expect(page.locator(".foot")).to_contain_text("¥186")
    page.get_by_role("button", name="提交订单").click()
    expect(page.get_by_text("请填写收货地址")).to_be_visible()
    fill_delivery(page)
    window.look("checkout")
    page.get_by_role("button", name="提交订单").click()
    page.get_by_role("dialog").get_by_text("¥186", exact=True).wait_for()
    pay(page, "¥186")
    number = order_no_of(page)
    expect(page.locator("h2 .badge")).to_have_text("已支付")
    window.look("paid")
    order = guest.get(f"/api/shop-orders/{number}")
    parts = ("goods_total", "shipping_fee", "discount", "balance_paid", "payable")
    assert [order[part] for part in parts] == [25600, 0, 2000, 5000, 18600]
    assert world.nobody.get(f"/api/goods/{goods['goods_id']}")["stock"] == 1

    shipment = {"carrier": "顺丰速运", "tracking_no": "SF1234567890"}
    world.admin.send("POST", f"/api/staff/orders/{number}/shipment", shipment).must(200)
    page.reload()
    page.get_by_text("SF1234567890").wait_for()
    window.look("shipped")
    page.get_by_role("button", name="确认收货").click()
    page.get_by_role("dialog").get_by_role("button", name="确认收货").click()
    expect(page.locator("h2 .badge")).to_have_text("已收货")
    assert guest.get(f"/api/shop-orders/{number}")["status"] == "received"

    page.goto(f"{world.cloud.url}/#/cart")
    page.get_by_role("heading", name="购物车是空的").wait_for()
    page.goto(f"{world.cloud.url}/#/orders")
    page.get_by_role("button", name="商品").click()
    page.get_by_role("link", name=re.compile("信笺.*已收货|已收货.*信笺")).wait_for()
    window.look("orders")


def test_a_checkout_that_is_refused_says_why_and_goes_on(world: World, open_window: OpenWindow) -> None:
    goods, guest = article(world, stock=5, price=3000), world.guest()
    window = open_window("refused", DESK, "en-GB", expected=("409",))
    page = log_in(window, guest)
    page.goto(f"{world.cloud.url}/#/shop/{goods['goods_id']}")
    page.get_by_role("button", name="One more").click()
    page.get_by_role("button", name="Buy now").click()
    fill_delivery(page)
    # Goods for 60 yuan do not ship for free.
    expect(page.locator(".sum")).to_contain_text("¥10")
    expect(page.locator(".foot")).to_contain_text("¥70")

    path = f"/api/staff/goods/{goods['goods_id']}"
    world.admin.send("PUT", path, {**goods, "price": 4000}).must(200)
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_role("alert")).to_contain_text("¥80 now")
    expect(page.locator(".foot")).to_contain_text("¥90")
    world.admin.send("POST", f"{path}/stock-changes", {"change": -4, "reason": "Sold elsewhere"}).must(200)
    page.get_by_role("button", name="Place order").click()
    expect(page.get_by_role("alert")).to_contain_text("There is not enough left of")
    window.look("short")
    page.get_by_role("button", name="Take what is left").click()
    expect(page.locator(".foot")).to_contain_text("¥50")
    page.get_by_role("button", name="Place order").click()
    page.get_by_role("dialog").get_by_text("¥50", exact=True).wait_for()
    order = guest.get(f"/api/shop-orders/{order_no_of(page)}")
    assert (order["goods_total"], order["shipping_fee"], order["payable"]) == (4000, 1000, 5000)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Cancel order").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel order").click()
    expect(page.locator("h2 .badge")).to_have_text("Cancelled")
    assert world.nobody.get(f"/api/goods/{goods['goods_id']}")["stock"] == 1


def sale(world: World, begins_in: float, **more: Any) -> dict[str, Any]:
    """Create a sale for this test: one unit, open for an hour."""
    begin = datetime.now(UTC) + timedelta(seconds=begins_in)
    wish = {
        "goods_id": article(world, stock=3)["goods_id"],
        "price": 6900,
        "stock": 1,
        "starts_at": begin.strftime(NOW),
        "ends_at": (begin + timedelta(hours=1)).strftime(NOW),
        **more,
    }
    made: dict[str, Any] = world.admin.send("POST", "/api/staff/flash-sales", wish).must(201)
    return made


def test_one_unit_for_two_guests(world: World, open_window: OpenWindow) -> None:
    people = {name: world.guest() for name in ("first", "second")}
    # If the gateway reports it as sold out, the response is a 409.
    windows = {name: open_window(f"flash-{name}", PHONE, expected=("409",)) for name in people}
    pages = {name: log_in(windows[name], guest) for name, guest in people.items()}
    offered = sale(world, begins_in=20)
    for page in pages.values():
        page.goto(f"{world.cloud.url}/#/flash/{offered['sale_id']}")
        expect(page.get_by_role("button", name="还没开始")).to_be_disabled()
    windows["first"].look("before")
    for page in pages.values():
        page.get_by_role("button", name="立即抢购").click()

    told = re.compile("恭喜，抢到了！|手慢了，被抢光了")
    verdicts = {}
    for name, page in pages.items():
        page.get_by_role("heading", name=told).wait_for()
        verdicts[name] = "won" if page.get_by_role("heading", name="恭喜，抢到了！").count() else "lost"
        windows[name].look(verdicts[name])
    assert sorted(verdicts.values()) == ["lost", "won"]
    [loser] = [pages[name] for name, verdict in verdicts.items() if verdict == "lost"]
    assert loser.get_by_role("link", name="去商城看看").get_attribute("href") == f"#/shop/{offered['goods_id']}"
    assert loser.get_by_role("button", name="再抢一次").count() == 0, "nothing has come back"
    [winner] = [name for name, verdict in verdicts.items() if verdict == "won"]

    page = pages[winner]
    page.reload()
    page.get_by_role("button", name="填写地址并支付").click()
    fill_delivery(page.get_by_role("dialog"))
    page.get_by_role("button", name="保存，去支付").click()
    pay(page, "¥69")
    number = order_no_of(page)
    expect(page.locator("h2 .badge")).to_have_text("已支付")
    windows[winner].look("order")
    order = people[winner].get(f"/api/flash-orders/{number}")
    assert (order["status"], order["payable"], order["consignee"]) == ("paid", 6900, "李雷")


def test_a_wrong_clock_and_a_puzzle_keep_nobody_from_a_sale(world: World, open_window: OpenWindow) -> None:
    guest = world.guest()
    window = open_window("flash-clock", PHONE)
    window.page.clock.install(time=datetime.now(UTC) - timedelta(minutes=10))
    page = log_in(window, guest)
    offered = sale(world, begins_in=8, challenge=True)
    page.goto(f"{world.cloud.url}/#/flash/{offered['sale_id']}")
    page.get_by_role("button", name=re.compile("还没开始|立即抢购")).wait_for()
    assert re.fullmatch(r"00:0\d|59:\d\d", page.get_by_role("timer").inner_text()), "not ten minutes more"
    page.get_by_role("button", name="立即抢购").click()
    page.get_by_role("heading", name="恭喜，抢到了！").wait_for()


def test_what_a_guest_has_and_how_they_leave(world: World, open_window: OpenWindow, tmp_path: Path) -> None:
    guest, goods = world.guest(), article(world, stock=2)
    until(guest.coupons, lambda found: len(found) == 1)
    wish = {"items": [{"goods_id": goods["goods_id"], "quantity": 1}], "address": "x", "consignee": "李雷"}
    key = uuid.uuid4().hex
    order = guest.send("POST", "/api/shop-orders", {**wish, "phone_number": "13800138000"}, Idempotency_Key=key).must(
        201
    )
    window = open_window("me", PHONE, expected=("409",))
    page = log_in(window, guest)
    until(lambda: guest.get("/api/me/notifications")["items"], lambda found: len(found) > 0)
    window.look("me")
    page.get_by_role("link", name="优惠券").click()
    page.get_by_text(re.compile("起，.*到期")).wait_for()
    window.look("coupons")
    page.get_by_role("link", name="返回").click()
    page.get_by_role("link", name="消息").click()
    page.get_by_role("link", name=re.compile("订单待支付")).wait_for()
    window.look("messages")
    page.get_by_role("link", name=re.compile("订单待支付")).click()
    assert order_no_of(page) == order["order_no"]

    page.goto(f"{world.cloud.url}/#/me/data")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出").click()
    download.value.save_as(tmp_path / "data.json")
    kept = json.loads((tmp_path / "data.json").read_text())
    assert kept["account"][0]["phone_number"] == guest.phone
    assert [it["order_no"] for it in kept["order"]] == [order["order_no"]]

    def leave() -> None:
        page.get_by_role("button", name="注销账号").click()
        page.get_by_label("我已了解，并确定注销").check()
        page.get_by_role("dialog").get_by_role("button", name="注销账号").click()

    leave()
    page.get_by_role("alert").get_by_text(order["order_no"]).wait_for()
    window.look("leaving")
    guest.send("POST", f"/api/shop-orders/{order['order_no']}/cancellation").must(200)
    page.get_by_role("dialog").get_by_role("button", name="返回").click()
    leave()
    page.get_by_text("您还没有登录").wait_for()
    assert guest.send("GET", "/api/me").status in {401, 404}


def test_what_is_typed_at_the_checkout_outlives_back(world: World, open_window: OpenWindow) -> None:
    goods, guest = article(world, stock=5), world.guest()
    window = open_window("checkout-typed", PHONE)
    page = log_in(window, guest)
    page.goto(f"{world.cloud.url}/#/shop/{goods['goods_id']}")
    page.get_by_role("button", name="立即购买").click()
    fill_delivery(page)
    page.go_back()
    page.get_by_role("button", name="立即购买").click()
    expect(page.get_by_label("收货地址")).to_have_value("成都市锦江区春熙路 1 号")
    expect(page.get_by_label("收货人")).to_have_value("李雷")
    page.get_by_role("button", name="提交订单").click()
    order_no_of(page)
    assert page.evaluate("sessionStorage.getItem('posthouse.delivery.typed')") is None
