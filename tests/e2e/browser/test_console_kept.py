"""Input and views of staff are kept over an expired session, a colleague's change, a refresh, a wrong click."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from local.seed import ADMIN_PASSWORD, ADMIN_USERNAME, STAFF_PASSWORD
from tests.e2e.browser.test_console import fill, log_in, saved
from tests.e2e.browser.test_shop import article
from tests.e2e.browser.windows import DESK, PHONE, OpenWindow
from tests.e2e.world import World

pytestmark = pytest.mark.long


def expire(page: Page, path: str) -> None:
    """Let the API report the session as expired, once."""
    body = '{"title": "Unauthorized", "status": 401, "code": "token_expired"}'
    answer = {"status": 401, "content_type": "application/problem+json", "body": body}
    page.route(f"**{path}", lambda route: route.fulfill(**answer), times=1)


def log_in_again(page: Page, username: str, password: str) -> None:
    again = page.get_by_role("dialog", name="员工登录")
    expect(again).to_contain_text("登录已过期")
    fill(again, username=username, password=password)
    again.get_by_role("button", name="登录", exact=True).click()
    expect(again).to_have_count(0)


def test_what_was_typed_outlives_the_session(open_window: OpenWindow, world: World) -> None:
    desk = open_window("console-expired", DESK, expected=("401",))
    page = log_in(desk, "/goods")
    page.get_by_role("button", name="新增商品").first.click()
    form = page.get_by_role("dialog")
    name = f"茶巾 {datetime.now(UTC):%H%M%S%f}"
    fill(form, name=name, price="12.5", stock="3")
    expire(page, "/api/staff/goods")
    # A click outside of a form does not remove the input.
    page.mouse.click(20, DESK[1] / 2)
    form.get_by_role("button", name="保存").click()
    # The login cannot be skipped, and the page behind it is hidden.
    again = page.get_by_role("dialog", name="员工登录")
    again.wait_for()
    for _ in range(3):
        page.keyboard.press("Escape")
    expect(again).to_be_visible()
    assert again.bounding_box() == {"x": 0, "y": 0, "width": DESK[0], "height": DESK[1]}
    desk.look("again")
    log_in_again(page, ADMIN_USERNAME, ADMIN_PASSWORD)
    expect(form.locator("[name=name]")).to_have_value(name)
    assert page.title().startswith("商品")
    saved(page, form)
    expect(page.get_by_role("row", name=name)).to_contain_text("¥12.50")

    # A page that could not be loaded is loaded; others do not see what the admin saw.
    expire(page, "/api/staff/coupon-templates?*")
    page.get_by_role("link", name="优惠券").click()
    log_in_again(page, ADMIN_USERNAME, ADMIN_PASSWORD)
    page.get_by_role("table").wait_for()
    expire(page, "/api/staff/goods?*")
    page.get_by_role("link", name="商品", exact=True).click()
    log_in_again(page, "chengdu", STAFF_PASSWORD)
    page.get_by_role("heading", level=1, name="页面不存在").wait_for()


def template(world: World) -> dict[str, Any]:
    wish = {"name": "两人同改 Both", "kind": "manual", "amount": 100, "minimum_spend": 100, "valid_days": 3}
    return dict(world.admin.send("POST", "/api/staff/coupon-templates", wish).must(201))


def test_a_colleague_overwrites_nothing(open_window: OpenWindow, world: World) -> None:
    coupon, goods_id = template(world), article(world, 3)["goods_id"]
    desk = open_window("console-colleague", DESK, expected=("409",))
    page = log_in(desk, "/coupons")
    page.get_by_role("row", name="两人同改").last.get_by_role("button").click()
    form = page.get_by_role("dialog")
    path = f"/api/staff/coupon-templates/{coupon['template_id']}"
    world.admin.send("PUT", path, {**coupon, "enabled": False}).must(200)
    fill(form, amount="2")
    form.get_by_role("button", name="保存").click()
    form.get_by_role("button", name="刷新并保留我的修改").click()
    expect(form.locator("[name=enabled]")).not_to_be_checked()
    saved(page, form)
    [now] = [
        it for it in world.admin.get("/api/staff/coupon-templates?limit=100")["items"] if it["name"] == coupon["name"]
    ]
    assert (now["amount"], now["enabled"]) == (200, False)

    page.get_by_role("link", name="商品", exact=True).click()
    row = page.get_by_role("row").filter(has=page.locator(f"a[href='#/goods/{goods_id}']"))
    row.wait_for()
    [read] = [it for it in world.admin.get("/api/staff/goods?limit=100")["items"] if it["goods_id"] == goods_id]
    world.admin.send("PUT", f"/api/staff/goods/{goods_id}", {**read, "price": 7700}).must(200)
    row.get_by_role("button", name="下架").click()
    page.get_by_text("内容已被他人修改").wait_for()
    expect(row).to_contain_text("¥77")
    row.get_by_role("button", name="下架").click()
    expect(row.get_by_role("button", name="上架")).to_be_visible()


def test_a_slip_of_the_hand_is_told(open_window: OpenWindow, world: World) -> None:
    goods_id = article(world, 9)["goods_id"]
    desk = open_window("console-slip", DESK)
    page = log_in(desk, f"/goods/{goods_id}")
    page.get_by_role("button", name="调整库存").click()
    form = page.get_by_role("dialog")
    for wrong, said in (("-5", "不能小于 1"), ("0x10", "请填写数字"), ("1e2", "请填写数字")):
        fill(form, direction="in", change=wrong, reason="盘点")
        form.locator("button[type=submit]").click()
        expect(form.get_by_text(said)).to_be_visible()
    fill(form, change="2")
    form.locator("button[type=submit]").click()
    expect(form).to_have_count(0)
    expect(page.locator(".figures")).to_contain_text("11")

    # Whatever is typed at the desk is looked for.
    page.get_by_role("link", name="今日").click()
    page.get_by_role("searchbox").fill("b%%")
    page.keyboard.press("Enter")
    page.get_by_text("没有符合条件的订单").wait_for()
    expect(page.get_by_role("searchbox")).to_have_value("b%%")
    page.get_by_role("searchbox").fill("b")
    page.keyboard.press("Enter")
    page.get_by_text("请至少输入两个字").wait_for()
    # One character finds nobody, and a phone number is no guest's id: nobody with a balance is shown.
    desk.go("/staff/#/guests")
    page.get_by_role("searchbox", name="姓名、手机号或订单号").fill("李")
    page.get_by_role("button", name="查找").first.click()
    page.get_by_text("请至少输入两个字").wait_for()
    desk.expected = ("404", "422")
    desk.go("/staff/#/guests/13800138000")
    page.get_by_text("找不到这位客人").wait_for()
    expect(page.locator(".figures")).to_have_count(0)
    desk.look("nobody")
    desk.go("/staff/#/bookings/B%25").get_by_role("heading", level=1).wait_for()


def test_more_of_a_list_stays_while_it_is_looked_at_again(open_window: OpenWindow, world: World) -> None:
    now = datetime.now(UTC)
    for _ in range(2):
        hours = {"starts_at": f"{now - timedelta(hours=1):%FT%TZ}", "ends_at": f"{now + timedelta(hours=1):%FT%TZ}"}
        wish = {"goods_id": article(world, 2)["goods_id"], "price": 100, "stock": 1, **hours}
        world.admin.send("POST", "/api/staff/flash-sales", wish).must(201)
    desk = open_window("console-more", DESK)

    def one_at_a_time(route: Route) -> None:
        route.continue_(url=route.request.url.replace("limit=50", "limit=1"))

    desk.page.route("**/api/staff/flash-sales?*", one_at_a_time)
    page = log_in(desk, "/flash-sales")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(1)
    # The list is refreshed as long as its beginning is shown.
    with page.expect_request("**/api/staff/flash-sales?*"):
        pass
    page.get_by_role("button", name="加载更多").click()
    expect(rows).to_have_count(2)
    page.wait_for_timeout(6000)  # a refresh every 5 s
    expect(rows).to_have_count(2)


def test_a_table_wider_than_a_phone_scrolls_by_itself(open_window: OpenWindow) -> None:
    desk = open_window("console-narrow", PHONE)
    page = log_in(desk, "/hotels")
    for path in ("/hotels", "/rooms", "/goods", "/coupons"):
        desk.go(f"/staff/#{path}").get_by_role("table").wait_for()
        assert page.locator(".table").first.evaluate("it => it.scrollWidth > it.clientWidth"), path
        page.evaluate("scrollTo(1000, 0)")
        assert page.evaluate("scrollX") == 0, path


def test_the_audit_tells_money_as_money_and_states_by_name(open_window: OpenWindow, world: World) -> None:
    user_id = world.guest().get("/api/me")["user_id"]
    for account in ("balance", "points"):
        wish = {"change": 2345, "reason": "补偿"}
        path = f"/api/staff/users/{user_id}/{account}-changes"
        world.admin.send("POST", path, wish, Idempotency_Key=f"{account}-{user_id}").must(201)
    desk = open_window("console-audit", DESK)
    page = log_in(desk, "/audit")
    page.get_by_label("对象编号").fill(user_id)
    page.get_by_role("button", name="查找").click()
    entries = page.get_by_role("listitem").filter(has_text=user_id)
    expect(entries.filter(has_text="调整余额")).to_contain_text("余额¥0¥23.45变动¥23.45")
    expect(entries.filter(has_text="调整积分")).to_contain_text("积分02345变动2345")
