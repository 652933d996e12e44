"""The console's accounts: an admin disables one, whose owner is told; everybody changes their own password."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.test_console import fill, log_in, saved
from tests.e2e.browser.windows import DESK, PHONE, OpenWindow
from tests.e2e.world import World

pytestmark = pytest.mark.long


def test_an_admin_disables_an_account_whose_owner_is_told(open_window: OpenWindow, world: World) -> None:
    name = f"desk-{uuid.uuid4().hex[:8]}"
    hotel = world.admin.get("/api/staff/hotels?limit=1")["items"][0]
    desk = open_window("accounts-admin", DESK)
    page = log_in(desk, "/accounts")
    page.get_by_role("button", name="新增员工账号").click()
    form = page.get_by_role("dialog")
    fill(form, username=name, password="long-enough-1")
    form.locator(f"[name=hotel_ids][value={hotel['hotel_id']}]").check()
    saved(page, form)
    row = page.get_by_role("row", name=name)
    expect(row).to_contain_text("可用")
    desk.look("accounts")

    clerk = open_window("accounts-clerk", PHONE, expected=("401",))
    theirs = log_in(clerk, "/hotels", name, "long-enough-1")
    expect(theirs.get_by_role("row")).to_have_count(2)

    row.get_by_role("button", name="停用").click()
    page.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(row).to_contain_text("已停用")
    again = theirs.get_by_text("您的账号刚被修改")
    for _ in range(60):
        theirs.reload()
        theirs.get_by_role("heading", level=1).first.wait_for()
        if again.count():
            break
        theirs.wait_for_timeout(1000)
    expect(again).to_be_visible()
    clerk.look("ended")

    # Whoever would disable themselves is warned, and the last admin stays.
    own = page.get_by_role("row", name="您")
    own.get_by_role("button", name="停用").click()
    expect(page.get_by_role("dialog")).to_contain_text("这是您自己的账号")
    desk.look("own")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_everybody_changes_their_own_password(open_window: OpenWindow, world: World, size: tuple[int, int]) -> None:
    name = f"desk-{uuid.uuid4().hex[:8]}"
    hotel_id = world.admin.get("/api/staff/hotels?limit=1")["items"][0]["hotel_id"]
    account = {"username": name, "password": "long-enough-1", "role": "staff", "hotel_ids": [hotel_id]}
    world.admin.send("POST", "/api/staff/accounts", account).must(201)
    window = open_window(f"password-{size[0]}", size, expected=("403",))
    page = log_in(window, "/me", name, "long-enough-1")
    page.get_by_role("button", name="修改密码").click()
    form = page.get_by_role("dialog")
    fill(form, current_password="not-the-password", new_password="another-long-one")
    form.get_by_role("button", name="保存").click()
    expect(form).to_contain_text("当前密码错误")
    window.look("wrong")
    fill(form, current_password="long-enough-1")
    saved(page, form)
    expect(page.get_by_text("密码已修改")).to_be_visible()
    assert world.staff(name, "another-long-one").get("/api/staff/hotels")["items"]
    window.look("changed")


STORED = "JSON.stringify([{...localStorage}, {...sessionStorage}])"


def refused(page: Page, form: Locator, *secrets: str) -> None:
    """Send a form to an API that fails, and look for its secrets in all that the browser stores."""
    form.get_by_role("button", name="保存").click()
    form.get_by_role("alert").wait_for()
    stored = page.evaluate(STORED)
    assert "posthouse.staff" in stored
    assert [secret for secret in secrets if secret in stored] == []


def test_a_password_is_never_stored(open_window: OpenWindow, world: World) -> None:
    hotel_id = world.admin.get("/api/staff/hotels?limit=1")["items"][0]["hotel_id"]
    window = open_window("password-stored", DESK, expected=("500",))
    page = log_in(window, "/accounts")
    page.get_by_role("button", name="新增员工账号").wait_for()
    broken = {"status": 500, "json": {"title": "Internal Server Error", "status": 500, "code": "internal_error"}}
    page.route(
        re.compile("/api/staff/(accounts|me/password)"),
        lambda route: route.fallback() if route.request.method == "GET" else route.fulfill(**broken),
    )
    page.get_by_role("button", name="新增员工账号").click()
    form = page.get_by_role("dialog")
    fill(form, username="nobody-yet", password="secret-of-an-account")
    form.locator(f"[name=hotel_ids][value={hotel_id}]").check()
    refused(page, form, "secret-of-an-account")

    page.reload()
    page.get_by_role("row", name="chengdu").get_by_role("button", name="设置密码").click()
    form = page.get_by_role("dialog")
    fill(form, password="secret-of-another")
    refused(page, form, "secret-of-an-account", "secret-of-another")

    window.go("/staff/#/me")
    page.reload()
    page.get_by_role("button", name="修改密码").click()
    form = page.get_by_role("dialog")
    fill(form, current_password="my-secret-of-now", new_password="my-secret-to-come")
    refused(page, form, "secret-of-an-account", "secret-of-another", "my-secret-of-now", "my-secret-to-come")


def test_a_logout_leaves_nothing_that_staff_have_typed(open_window: OpenWindow) -> None:
    page = log_in(open_window("typed-by-staff", DESK), "/")
    page.get_by_role("button", name="退出登录").wait_for()
    page.evaluate("""() => {
        sessionStorage.setItem("posthouse.desk.bookings", '{"filters": {"phone_number": "13800138000"}}');
        sessionStorage.setItem("posthouse.key.shipment S1", '{"sent": "{}", "key": "k"}');
    }""")
    page.get_by_role("button", name="退出登录").click()
    page.get_by_label("密码").wait_for()
    assert page.evaluate("Object.keys(sessionStorage)") == []
