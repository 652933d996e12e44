"""Coupons to claim: an admin makes them, a guest claims one, and the admin gives the guest another."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import expect

from tests.e2e.browser.test_console import fill, log_in, saved
from tests.e2e.browser.test_stay import enter
from tests.e2e.browser.windows import DESK, OpenWindow
from tests.e2e.world import World, until

pytestmark = pytest.mark.long


def test_a_guest_claims_a_coupon_and_is_given_another(open_window: OpenWindow, world: World) -> None:
    # Without Latin letters, which would be its English name.
    name = "礼券" + "".join("零一二三四五六七八九"[int(digit)] for digit in str(uuid.uuid4().int)[:4])
    desk = open_window("claims-desk", DESK)
    page = log_in(desk, "/coupons")
    page.get_by_role("button", name="新增优惠券").click()
    form = page.get_by_role("dialog")
    expect(form.locator("[name=kind]")).to_have_value("manual")
    fill(form, name=name, amount="15", quantity="5", per_guest="1")
    desk.look("form")
    saved(page, form)

    guest = world.guest()
    until(guest.coupons, bool)
    app = open_window("claims-guest")
    theirs = enter(app, guest, "/#/me/coupons")
    theirs.get_by_role("button", name="可领取").click()
    coupon = theirs.get_by_role("listitem").filter(has_text=name)
    expect(coupon).to_contain_text("剩 5 张")
    app.look("claimable")
    coupon.get_by_role("button", name="领取").click()
    expect(coupon.get_by_role("button", name="已领取")).to_be_disabled()
    app.look("claimed")
    theirs.get_by_role("button", name="未使用").click()
    mine = theirs.get_by_role("listitem").filter(has_text=name)
    expect(mine).to_have_count(1)
    expect(mine).to_contain_text(re.compile(r"起，.*到期"))
    app.look("mine")

    user_id = guest.get("/api/me")["user_id"]
    desk.go(f"/staff/#/guests/{user_id}")
    page.get_by_role("button", name="发放优惠券").click()
    form = page.get_by_role("dialog")
    form.locator("[name=template_id]").select_option(label=f"{name} · ¥15")
    desk.look("give")
    saved(page, form, "发放")
    assert sorted(it["name"] == name for it in guest.coupons()) == [False, True, True]
