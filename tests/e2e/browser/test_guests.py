"""Requests and notes where they matter, guests for staff, and the packers' queue, in a real browser."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.test_console import fill, log_in, saved
from tests.e2e.browser.test_desk import Desk, desk, section
from tests.e2e.browser.test_stay import button, enter
from tests.e2e.browser.test_till import SMALL_PHONE, fits
from tests.e2e.browser.windows import DESK, OpenWindow
from tests.e2e.checkout.test_shop_orders import article, order
from tests.e2e.world import Guest, World, until

pytestmark = pytest.mark.e2e
__all__ = ["desk"]


def arrives(desk: Desk, name: str, requests: str) -> tuple[Guest, str]:
    """A guest, and the number of their paid booking for tonight."""
    guest = desk.world.guest()
    wish = desk.world.wish(desk.room["room_id"], 0, 1, guest_name=name, requests=requests)
    order_no = desk.world.book(guest, wish).must(201)["order_no"]
    desk.world.pay(guest, order_no)
    desk.world.wait_for(guest, order_no, "paid")
    return guest, str(order_no)


def write(page: Page, text: str) -> None:
    notes = section(page, "备注")
    notes.get_by_label("添加备注").fill(text)
    notes.get_by_role("button", name="保存备注").click()
    expect(notes.get_by_role("listitem").filter(has_text=text)).to_be_visible()
    expect(notes.get_by_label("添加备注")).to_have_value("")


@pytest.mark.long
def test_what_was_asked_and_noted_is_seen_at_the_check_in_and_on_the_guests_page(
    desk: Desk, open_window: OpenWindow
) -> None:
    name = f"韩{uuid.uuid4().hex[:6]}"
    guest, _order_no = arrives(desk, name, "要一张婴儿床\n安静的房间")
    user_id = guest.get("/api/me")["user_id"]
    window = open_window("guests-notes", SMALL_PHONE)
    page = desk.log_in(window)
    arrival = page.get_by_role("listitem").filter(has_text=name).first
    expect(arrival).to_contain_text("要一张婴儿床")
    arrival.get_by_role("link", name=name).click()
    expect(section(page, "备注")).to_contain_text("客人要求")
    write(page, "婴儿床已放在房间")
    section(page, "备注").get_by_role("button", name="客人", exact=True).click()
    write(page, "对羽绒过敏")
    fits(page, 360)
    window.look("booking")
    page.get_by_role("button", name="办理入住").first.click()
    sheet = page.get_by_role("dialog")
    for text in ("要一张婴儿床", "婴儿床已放在房间", "对羽绒过敏"):
        expect(sheet).to_contain_text(text)
    window.look("check-in")
    page.keyboard.press("Escape")

    def found() -> Any:
        return desk.world.admin.get(f"/api/staff/guests?query={name}")["items"]

    until(found, bool)
    window.go("/staff/#/guests")
    page.get_by_role("searchbox", name="姓名、手机号或订单号").fill(name)
    page.keyboard.press("Enter")
    row = page.get_by_role("listitem").filter(has_text=name).first
    expect(row).to_contain_text("对羽绒过敏")
    fits(page, 360)
    window.look("list")
    row.get_by_role("link").click()
    page.get_by_role("heading", name=f"客人 {name}").wait_for()
    expect(page.get_by_role("region", name="预订记录")).to_contain_text(name)
    expect(section(page, "备注")).to_contain_text("对羽绒过敏")
    # What the guest owns is for admins.
    expect(page.get_by_text("优惠券")).to_have_count(0)
    fits(page, 360)
    window.look("guest")
    assert desk.world.admin.get(f"/api/staff/guests/{user_id}")["notes"][0]["by"] == desk.username


@pytest.mark.long
def test_a_guest_asks_for_something_when_they_book(world: World, desk: Desk, open_window: OpenWindow) -> None:
    guest = world.guest()
    window = open_window("guests-asked", SMALL_PHONE)
    page = enter(window, guest, f"/#/rooms/{desk.room['room_id']}")
    page.get_by_role("link", name="预订", exact=True).click()
    page.get_by_label("入住人").fill("李雷")
    page.get_by_label("给酒店的要求").fill("高楼层\n安静")
    fits(page, 360)
    window.look("form")
    button(page, "提交订单").click()
    page.get_by_role("button", name="支付 ¥").wait_for()
    [booking] = guest.get("/api/bookings")["items"]
    assert booking["requests"] == "高楼层\n安静"
    page.keyboard.press("Escape")
    expect(page.get_by_text("高楼层")).to_be_visible()
    fits(page, 360)
    window.look("order")


@pytest.mark.long
def test_an_admin_sees_what_a_guest_owns_and_the_other_hotel_nothing(desk: Desk, open_window: OpenWindow) -> None:
    name = f"梅{uuid.uuid4().hex[:6]}"
    guest, _order_no = arrives(desk, name, "高楼层")
    user_id = guest.get("/api/me")["user_id"]
    order(guest, {article(desk.world, stock=2, price=8000): 1}).must(201)
    body = {"text": "只给本酒店看", "hotel_id": desk.room["hotel_id"]}
    desk.world.admin.send("POST", f"/api/staff/guests/{user_id}/notes", body).must(201)
    elsewhere = desk.world.room(units=1)
    account = {"username": f"else-{uuid.uuid4().hex[:8]}", "password": "a-long-enough-password"}
    desk.world.admin.send("POST", "/api/staff/accounts", {**account, "hotel_ids": [elsewhere["hotel_id"]]}).must(201)
    assert desk.world.staff(**account).send("GET", f"/api/staff/guests/{user_id}").status == 404

    window = open_window("guests-admin", DESK)
    page = log_in(window, f"/guests/{user_id}")
    page.get_by_role("heading", name=f"客人 {name}").wait_for()
    for text in ("只给本酒店看", "余额", "积分", "优惠券", "商城订单（最近十笔）"):
        expect(page.get_by_text(text).first).to_be_visible()
    fits(page, 1440)
    window.look("guest")


@pytest.mark.long
def test_who_packs_has_both_kinds_in_one_list(world: World, open_window: OpenWindow) -> None:
    buyer, sold = world.guest(), article(world, stock=5, price=8000)
    address = {"address": "测试路 1 号", "consignee": f"收{uuid.uuid4().hex[:6]}", "phone_number": "13800138000"}
    shop_no = order(buyer, {sold: 1}).must(201)["order_no"]
    world.pay(buyer, shop_no)
    winner = world.guest()
    flash_no = _won(world, winner, sold)
    winner.send("PUT", f"/api/flash-orders/{flash_no}/address", address).must(200)
    world.pay(winner, flash_no)

    def queue() -> Any:
        found = world.admin.get("/api/staff/shop-orders?status=paid&limit=100")["items"]
        return {shop_no, flash_no} <= {it["order_no"] for it in found}

    until(queue, bool)
    for size, name in ((DESK, "wide"), (SMALL_PHONE, "phone")):
        window = open_window(f"guests-queue-{name}", size)
        page = log_in(window, "/shop-orders")
        for number in (shop_no, flash_no):
            while not page.get_by_text(number).count() and page.get_by_role("button", name="显示更多").count():
                page.get_by_role("button", name="显示更多").click()
            expect(page.get_by_role("row").filter(has_text=number)).to_be_visible()
        fits(page, size[0])
        window.look("queue")
    page = log_in(open_window("guests-pack-2", DESK), f"/shop-orders/{flash_no}")
    write(page, "分两个包裹")
    page.get_by_role("link", name="商城订单").click()
    page.get_by_role("button", name="抢购", exact=True).click()
    row = page.get_by_role("row").filter(has_text=flash_no)
    expect(row).to_contain_text("测试路 1 号")
    row.get_by_role("button", name="发货").click()
    form = page.get_by_role("dialog")
    fill(form, carrier="顺丰速运", tracking_no="SF1234567")
    saved(page, form, "发货")
    expect(page.get_by_role("row").filter(has_text=flash_no)).to_have_count(0)


def _won(world: World, guest: Guest, goods_id: str) -> str:
    now = datetime.now(UTC)
    hours = {"starts_at": f"{now - timedelta(minutes=5):%FT%TZ}", "ends_at": f"{now + timedelta(hours=1):%FT%TZ}"}
    wish = {"goods_id": goods_id, "price": 7000, "stock": 1, **hours}
    sale_id = world.admin.send("POST", "/api/staff/flash-sales", wish).must(201)["sale_id"]
    path = f"/api/flash-sales/{sale_id}/orders"
    ticket = guest.send("POST", path).must(202)["ticket"]
    found = until(lambda: guest.get(f"{path}/mine?ticket={ticket}"), lambda it: it["status"] != "queued")
    assert found["status"] == "won"
    return str(found["order_no"])
