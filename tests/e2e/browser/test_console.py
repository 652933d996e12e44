"""The console: an admin creates a hotel, sells goods and handles problems; staff of one hotel see only their own."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from local.seed import ADMIN_PASSWORD, ADMIN_USERNAME, STAFF_PASSWORD
from tests.e2e.browser.test_stay import enter
from tests.e2e.browser.windows import DESK, PHONE, OpenWindow, Window
from tests.e2e.checkout.test_shop_orders import article, order, wait_for
from tests.e2e.messaging.test_dead_letters import letters, url
from tests.e2e.world import World, until

pytestmark = pytest.mark.long

CANVAS = "document.querySelector('.chart canvas').toDataURL()"


def log_in(desk: Window, path: str, username: str = ADMIN_USERNAME, password: str = ADMIN_PASSWORD) -> Page:
    page = desk.go(f"/staff/#{path}")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    return page


def fill(form: Locator, **typed: str) -> None:
    """Fill in a form's fields, by their names in the API."""
    for name, value in typed.items():
        control = form.locator(f"[name={name}]")
        if control.evaluate("it => it.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)


def saved(page: Page, form: Locator, button: str = "保存") -> None:
    form.get_by_role("button", name=button).click()
    expect(form).to_have_count(0)
    assert page.get_by_role("dialog").count() == 0


def test_an_admin_builds_a_house(open_window: OpenWindow, world: World) -> None:
    # The API rejects a field.
    desk = open_window("console-house", DESK, expected=("422",))
    page = log_in(desk, "/hotels")
    page.get_by_role("button", name="新增酒店").click()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="保存").click()
    expect(form.get_by_label("名称")).to_be_focused()
    expect(form.get_by_text("请填写", exact=True)).to_have_count(6)
    facts = {"name": "西湖客栈 Lakeside Inn", "city": "杭州", "address": "西湖边 1 号", "latitude": "30.25"}
    fill(form, **facts, longitude="120.15", phone="none", opening_state="open", tags="亲子，免费停车")
    form.get_by_role("button", name="保存").click()
    expect(form.get_by_text("格式不正确")).to_be_visible()
    expect(form.locator("[name=phone]")).to_have_attribute("aria-invalid", "true")
    desk.look("hotel-form")
    fill(form, phone="0571-8888888", tax_number="12345", tax_rate_bp="6")
    form.get_by_role("button", name="保存").click()
    expect(form.locator("[name=tax_number]")).to_have_attribute("aria-invalid", "true")
    fill(form, tax_number="91330106MA0TEST002")
    saved(page, form)
    row = page.get_by_role("row", name="西湖客栈")
    expect(row).to_contain_text("营业中")
    expect(row).to_contain_text("91330106MA0TEST002, 6%")
    desk.look("hotels")
    [hotel] = [it for it in world.admin.get("/api/staff/hotels?limit=100")["items"] if "西湖客栈" in it["name"]]
    assert world.nobody.get(f"/api/hotels/{hotel['hotel_id']}")["tags"] == ["亲子", "免费停车"]
    row.get_by_role("button", name="编辑").click()
    fill(form, tax_number="", tax_rate_bp="13.5")
    saved(page, form)
    changed = world.nobody.get(f"/api/hotels/{hotel['hotel_id']}")
    assert (changed["tax_number"], changed["tax_rate_bp"]) == (None, 1350)

    row.get_by_role("link", name="西湖客栈").click()
    page.get_by_role("heading", level=1, name="房型").wait_for()
    page.get_by_role("button", name="新增房型").first.click()
    form = page.get_by_role("dialog")
    fill(form, name="湖景大床房 Lake King", price="428.5", units="3", area="32", bed="大床 King", cancel_fee_bp="12.5")
    form.get_by_role("button", name="添加图片").click()
    fill(form, images="/images/room-bay-king.svg")
    until(lambda: form.locator(".preview img").evaluate("it => it.naturalWidth"), bool)
    desk.look("room-form")
    saved(page, form)
    expect(page.get_by_role("row", name="湖景大床房")).to_contain_text("¥428.50")
    path = f"/api/staff/hotels/{hotel['hotel_id']}/rooms"
    [room] = world.admin.get(path)["items"]
    shown = world.nobody.get(f"/api/rooms/{room['room_id']}")
    assert (shown["price"], shown["cancel_fee_bp"], shown["images"]) == (42850, 1250, ["/images/room-bay-king.svg"])
    desk.look("rooms")


def test_a_room_that_others_change_and_book(open_window: OpenWindow, world: World) -> None:
    room = world.room(3)
    path, whole = f"/api/staff/hotels/{room['hotel_id']}/rooms", f"/api/staff/rooms/{room['room_id']}"
    # A colleague saves the same form first, and a guest has booked the room that is to be deleted.
    desk = open_window("console-room", DESK, expected=("409",))
    page = log_in(desk, f"/rooms/{room['hotel_id']}")
    page.get_by_role("button", name="编辑 Twin").click()
    form = page.get_by_role("dialog")
    fill(form, bed="双床 Twin", list_price="399")
    change = {**{name: value for name, value in room.items() if name != "room_id"}, "units": 5}
    world.admin.send("PUT", whole, change).must(200)
    form.get_by_role("button", name="保存").click()
    form.get_by_role("button", name="刷新并保留我的修改").click()
    expect(form.locator("[name=units]")).to_have_value("5")
    expect(form.locator("[name=bed]")).to_have_value("双床 Twin")
    saved(page, form)
    [changed] = world.admin.get(path)["items"]
    assert (changed["units"], changed["bed"], changed["list_price"], changed["version"]) == (5, "双床 Twin", 39900, 3)

    booked = world.book(world.guest(), world.wish(room["room_id"], begin=1)).must(201)
    page.get_by_role("button", name="删除 Twin").click()
    form.get_by_role("button", name="删除", exact=True).click()
    expect(form.get_by_text("未来有 1 晚已被预订")).to_be_visible()
    desk.look("stays-ahead")
    form.get_by_role("button", name="返回").click()
    expect(page.get_by_role("row", name="Twin")).to_be_visible()
    assert [it["room_id"] for it in world.admin.get(path)["items"]] == [booked["room_id"]]


def test_an_admin_sells_and_sends_goods(open_window: OpenWindow, world: World) -> None:
    desk = open_window("console-sales", DESK)
    page = log_in(desk, "/coupons")
    page.get_by_role("button", name="新增优惠券").click()
    form = page.get_by_role("dialog")
    fill(form, name="周年券", scope="shop", amount="25", minimum_spend="100", valid_days="14", quantity="500")
    saved(page, form)
    expect(page.get_by_role("row", name="周年券")).to_contain_text("0 / 500")
    desk.look("coupons")
    made = {it["name"]: it for it in world.admin.get("/api/staff/coupon-templates?limit=100")["items"]}["周年券"]
    assert (made["amount"], made["minimum_spend"], made["scope"], made["kind"]) == (2500, 10000, "shop", "manual")

    page.get_by_role("link", name="商品", exact=True).click()
    page.get_by_role("button", name="新增商品").click()
    fill(form, name="油纸伞 Paper Umbrella", price="158", stock="8")
    saved(page, form)
    page.get_by_role("link", name="油纸伞").click()
    page.get_by_role("button", name="调整库存").click()
    fill(form, direction="in", change="12", reason="到货")
    saved(page, form, "调整库存")
    expect(page.get_by_role("row", name="到货")).to_contain_text("+12")
    expect(page.locator(".figures")).to_contain_text("20")
    desk.look("article")

    guest = world.guest()
    order_no = order(guest, {article(world, 5): 2}).must(201)["order_no"]
    world.pay(guest, order_no)
    wait_for(guest, order_no, "paid")
    page.get_by_role("link", name="商城订单", exact=True).click()
    page.get_by_role("row", name=order_no).get_by_role("link").click()
    expect(page.get_by_text("13800138000")).to_be_visible()
    page.get_by_role("button", name="发货").click()
    fill(form, carrier="顺丰速运", tracking_no="SF1234567890")
    saved(page, form, "发货")
    expect(page.get_by_text("SF1234567890")).to_be_visible()
    desk.look("shop-order")
    sent = guest.get(f"/api/shop-orders/{order_no}")
    assert (sent["status"], sent["carrier"], sent["tracking_no"]) == ("shipped", "顺丰速运", "SF1234567890")
    page.get_by_role("button", name="退款").click()
    fill(form, amount="10", reason="补偿")
    saved(page, form, "退款")
    assert [it["amount"] for it in refunds(world, order_no)] == [1000]
    expect(page.get_by_role("row", name="补偿")).to_contain_text("¥10")


def refunds(world: World, order_no: str) -> list[dict[str, Any]]:
    payments = world.admin.get(f"/api/staff/payments?order_no={order_no}")["items"]
    return [refund for payment in payments for refund in payment["refunds"]]


def test_a_flash_sale_is_watched_while_it_runs(open_window: OpenWindow, world: World) -> None:
    goods_id = article(world, 10)
    desk = open_window("console-flash", DESK)
    page = log_in(desk, "/flash-sales")
    page.get_by_role("button", name="新建抢购").first.click()
    form = page.get_by_role("dialog")
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    hours = {
        name: f"{now + timedelta(hours=ahead):%Y-%m-%dT%H:%M}" for name, ahead in (("starts_at", -1), ("ends_at", 1))
    }
    fill(form, goods_id=goods_id, price="9.9", stock="5", **hours)
    desk.look("flash-form")
    form.get_by_role("button", name="创建").click()
    page.get_by_role("heading", level=1, name="Teapot").wait_for()
    sale_id = page.url.rpartition("/")[2]
    figures = page.locator(".figures")
    expect(figures.locator(".of-left strong")).to_have_text("5")
    before = page.evaluate(CANVAS)

    buyers = [world.guest() for _ in range(3)]
    for buyer in buyers:
        buyer.send("POST", f"/api/flash-sales/{sale_id}/orders").must(202)
    expect(figures.locator(".of-sold strong")).to_have_text("3")
    expect(figures.locator(".of-left strong")).to_have_text("2")
    expect(figures.locator(".of-decided strong")).to_have_text("3")
    assert page.evaluate(CANVAS) != before, "the chart has not moved"
    page.get_by_text("查看数据表").click()
    newest = page.get_by_role("region", name="已处理、排队、已售与剩余的变化").get_by_role("row").nth(1)
    expect(newest).to_have_text(re.compile(r"3032$"))
    page.get_by_label("客人手机号").fill(buyers[0].phone)
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("region", name="查询客人的抢购结果").get_by_role("row").nth(1)).to_contain_text("抢到了")
    desk.look("flash-sale")

    page.get_by_role("button", name="暂停").click()
    page.get_by_role("button", name="继续").click()
    page.get_by_role("button", name="暂停").wait_for()
    page.get_by_role("button", name="结束抢购").click()
    form.get_by_role("button", name="结束抢购").click()
    expect(figures.locator(".of-moved_back strong")).to_have_text("2")
    assert world.nobody.get(f"/api/goods/{goods_id}")["stock"] == 7
    assert page.get_by_role("button", name="结束抢购").count() == 0


def test_dead_letters_are_seen_and_redriven(open_window: OpenWindow, world: World) -> None:
    for queue, item in letters(world).items():
        if item["waiting"]:
            world.admin.send("POST", f"/api/staff/dead-letters/{queue}/redrive").must(200)
    desk = open_window("console-dead-letters", DESK)
    page = log_in(desk, "/dead-letters")
    page.get_by_role("heading", name="没有死信").wait_for()
    desk.look("none")

    # A record of a failed stream batch: a redrive only removes it.
    body = json.dumps({"DDBStreamBatchInfo": {"startSequenceNumber": "1"}})
    world.cloud.client("sqs").send_message(QueueUrl=url(world, "relay-dead-letters"), MessageBody=body)
    page.get_by_role("button", name="刷新").click()
    found = page.get_by_role("region", name="relay", exact=True)
    expect(found).to_contain_text("1 条")
    desk.look("one")
    found.get_by_role("button", name="重新投递").click()
    page.get_by_role("dialog").get_by_role("button", name="重新投递").click()
    page.get_by_role("heading", name="没有死信").wait_for()
    assert letters(world)["relay"]["waiting"] == 0


def test_operations_are_looked_after(open_window: OpenWindow, world: World) -> None:
    guest = world.guest()
    user_id = guest.get("/api/me")["user_id"]
    desk = open_window("console-operations", DESK)
    page = log_in(desk, f"/guests/{user_id}")
    page.get_by_role("button", name="调整余额").click()
    form = page.get_by_role("dialog")
    fill(form, direction="give", change="66", reason="周年礼")
    saved(page, form)
    expect(page.get_by_role("row", name="周年礼")).to_contain_text("+¥66")
    assert guest.get("/api/me")["balance"] == 6600
    desk.look("guest")

    page.get_by_role("link", name="员工账号").click()
    page.get_by_role("button", name="新增员工账号").first.click()
    hotel = world.admin.get("/api/staff/hotels?limit=1")["items"][0]
    fill(form, username=f"desk{user_id[-8:].lower()}", password="long-enough-1")
    form.locator(f"[name=hotel_ids][value={hotel['hotel_id']}]").check()
    saved(page, form)
    assert world.staff(f"desk{user_id[-8:].lower()}", "long-enough-1").get("/api/staff/hotels")["items"] == [hotel]
    desk.look("accounts")

    page.get_by_role("link", name="操作日志").click()
    page.get_by_label("对象编号").fill(user_id)
    page.get_by_role("button", name="查找").click()
    rows = page.get_by_role("listitem").filter(has_text=user_id)
    expect(rows.filter(has_text="调整余额")).to_contain_text("周年礼")
    expect(rows.filter(has_text="查看客人资料").first).to_be_visible()
    desk.look("audit")
    for path, heading in (("/payments", "支付流水"), ("/differences", "对账差异")):
        desk.go(f"/staff/#{path}").get_by_role("heading", name=heading).wait_for()
        desk.look(path.strip("/"))


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "wide"])
def test_shipping_information_that_wechat_lacks_is_uploaded_again(
    open_window: OpenWindow, world: World, size: tuple[int, int]
) -> None:
    # Given goods that were sent by a carrier whose name WeChat does not know
    guest, goods_id = world.guest(), article(world, stock=1, price=8000)
    order_no = order(guest, {goods_id: 1}).must(201)["order_no"]
    world.pay(guest, order_no)
    wait_for(guest, order_no, "paid")
    sent = {"carrier": "老王的三轮车", "tracking_no": "W1"}
    world.admin.send("POST", f"/api/staff/orders/{order_no}/shipment", sent).must(200)
    listed = "/api/staff/shipping-information?limit=100"
    until(lambda: world.admin.get(listed)["items"], lambda items: any(it["order_no"] == order_no for it in items))
    # When an admin chooses the carrier and presses once
    desk = open_window(f"console-shipping-{size[0]}", size)
    log_in(desk, "/shipping-information")
    card = desk.page.get_by_role("article").filter(has_text=order_no)
    expect(card.get_by_role("heading", name="微信不认识快递公司")).to_be_visible()
    desk.look("refused")
    card.get_by_label("快递公司").select_option("ZTO")
    card.get_by_role("button", name="重新上传").click()
    # Then it is gone from the list, and WeChat releases the money
    expect(card).to_have_count(0)
    [held] = world.simulator.get(f"/simulator/payments?order_no={order_no}")["items"]
    assert (held["settlement"], held["shipping"]["shipping_list"][0]["express_company"]) == ("released", "ZTO")


def test_a_difference_shows_both_amounts(open_window: OpenWindow, world: World) -> None:
    guest, room = world.guest(), world.room(units=1)
    order_no = world.book(guest, world.wish(room["room_id"])).must(201)["order_no"]
    world.pay(guest, order_no, fault="wrong_amount")
    desk = open_window("console-differences", DESK)
    log_in(desk, "/differences")
    found = desk.page.get_by_role("article").filter(has_text=order_no)
    expect(found).to_contain_text("¥300")
    expect(found).to_contain_text("¥300.01")
    desk.look("amounts")


def test_staff_of_one_hotel_see_their_own_alone(open_window: OpenWindow, world: World) -> None:
    clerk = open_window("console-clerk", DESK)
    page = log_in(clerk, "/hotels", "chengdu", STAFF_PASSWORD)
    expect(page.get_by_role("row", name="成都")).to_be_visible()
    assert page.get_by_role("row").count() == 2
    assert page.get_by_role("button", name="新增酒店").count() == 0
    links = page.get_by_role("navigation").get_by_role("link")
    assert {"商品", "抢购", "优惠券", "死信", "员工账号", "操作日志"}.isdisjoint(links.all_inner_texts())
    clerk.look("hotels")
    for path in ("/goods", "/flash-sales", "/coupons", "/dead-letters", "/accounts", "/audit"):
        clerk.go(f"/staff/#{path}").get_by_role("heading", level=1, name="页面不存在").wait_for()


def test_money_owed_to_a_guest_is_sent_again_by_one_press(open_window: OpenWindow, world: World) -> None:
    guest, room = world.guest(), world.room(units=1)
    order_no = world.book(guest, world.wish(room["room_id"], begin=5)).must(201)["order_no"]
    world.pay(guest, order_no)
    world.wait_for(guest, order_no, "paid")
    world.simulator.send("POST", "/simulator/refunds", {"result": "closed"}).must(204)
    path = f"/api/staff/orders/{order_no}/refunds"
    world.admin.send("POST", path, {"reason": "Noise"}, Idempotency_Key=order_no).must(202)
    until(lambda: guest.get(f"/api/bookings/{order_no}")["refund_owed"], lambda owed: owed == 30000)
    for language, said in (("zh-CN", "退款 ¥300 没有退成功"), ("en-GB", "¥300 of your refund did not reach you")):
        window = open_window(f"owed-{language}", PHONE, language)
        page = enter(window, guest, f"/#/bookings/{order_no}")
        head = page.get_by_role("status").filter(has_text=said)
        expect(head).to_be_visible()
        # It says neither that the refund has arrived nor that it is on its way.
        assert head.locator("p").count() == 1
        window.look("booking")
    desk = open_window("console-owed", DESK)
    log_in(desk, f"/bookings/{order_no}")
    expect(desk.page.locator(".banner").filter(has_text="还欠客人 ¥300")).to_be_visible()
    assert desk.page.get_by_text("正在全额退款").count() == 0
    desk.look("booking")
    desk.go("/staff/#/owed")
    found = desk.page.get_by_role("article").filter(has_text=order_no)
    expect(found).to_contain_text("CLOSED")
    expect(found).to_contain_text("¥300")
    desk.look("owed")
    found.get_by_role("button", name="再试一次").click()
    expect(found).to_have_count(0)
    world.wait_for(guest, order_no, "refunded")
    desk.look("nothing-owed")


def test_money_owed_for_goods_is_told(open_window: OpenWindow, world: World) -> None:
    guest = world.guest()
    number = order(guest, {article(world, stock=2, price=12800): 1}).must(201)["order_no"]
    world.pay(guest, number)
    wait_for(guest, number, "paid")
    world.simulator.send("POST", "/simulator/refunds", {"result": "closed"}).must(204)
    refund = {"reason": "Broken", "amount": 2850}
    world.admin.send("POST", f"/api/staff/orders/{number}/refunds", refund, Idempotency_Key=number).must(202)
    until(lambda: guest.get(f"/api/shop-orders/{number}")["refund_owed"], lambda owed: owed == 2850)
    window = open_window("owed-goods", PHONE)
    page = enter(window, guest, f"/#/shop-orders/{number}")
    expect(page.locator(".banner").filter(has_text="退款 ¥28.50 没有退成功")).to_be_visible()
    window.look("order")
    desk = open_window("owed-goods-desk", DESK)
    log_in(desk, f"/shop-orders/{number}")
    expect(desk.page.locator(".banner").filter(has_text="还欠客人 ¥28.50")).to_be_visible()
    desk.look("order")
