"""The house on one screen: numbers are given with the key, cleaned by a thumb, and taken out of use."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.test_desk import PASSWORD, Desk, section
from tests.e2e.browser.windows import DESK, PHONE, OpenWindow
from tests.e2e.world import World

pytestmark = pytest.mark.e2e

SMALL = (360, 780)


@pytest.fixture
def desk(world: World) -> Desk:
    """A hotel of its own, with one room type and a member of staff."""
    room = world.room(units=12, price=40000)
    username = f"house-{uuid.uuid4().hex[:8]}"
    account = {"username": username, "password": PASSWORD, "role": "staff", "hotel_ids": [room["hotel_id"]]}
    world.admin.send("POST", "/api/staff/accounts", account).must(201)
    return Desk(world, room, username)


def _numbered(desk: Desk, *numbers: str) -> None:
    path = f"/api/staff/rooms/{desk.room['room_id']}/numbers"
    desk.world.admin.send("PUT", path, {"numbers": list(numbers)}).must(200)


def _staff(desk: Desk, path: str, body: Any = None) -> Any:
    return desk.world.admin.send("POST", f"/api/staff{path}", body, Idempotency_Key=uuid.uuid4().hex)


def _reserve(desk: Desk, name: str, begin: int = 0, nights: int = 1) -> str:
    wish = desk.world.wish(desk.room["room_id"], begin, nights, guest_name=name)
    return str(_staff(desk, "/bookings", {**wish, "source": "phone"}).must(201)["order_no"])


def _board(desk: Desk) -> dict[str, dict[str, Any]]:
    found = desk.world.admin.get(f"/api/staff/hotels/{desk.room['hotel_id']}/house")
    return {it["number"]: it for it in found["items"]}


def _out_of_order(desk: Desk) -> list[int]:
    """How many numbers are out of order in the next four nights."""
    first = desk.world.today
    query = f"from={first}&to={first + timedelta(days=4)}"
    found = desk.world.admin.get(f"/api/staff/rooms/{desk.room['room_id']}/nights?{query}")
    return [night["out_of_order"] for night in found["items"]]


def _door(page: Page, number: str) -> Any:
    return page.get_by_role("button", name=re.compile(rf"^{number}\b"))


def test_a_guest_gets_a_key_and_the_room_is_cleaned_after_them(
    desk: Desk,
    open_window: OpenWindow,
) -> None:
    _numbered(desk, "301", "302", "1201")
    order_no = _reserve(desk, "李雷")
    window = open_window("house", SMALL)
    page = desk.log_in(window)
    section(page, "预抵").get_by_role("button", name="为李雷办理入住").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="302 净").click()
    window.look("check-in")
    sheet.get_by_role("button", name="办理入住").click()
    expect(section(page, "在住")).to_contain_text("李雷")
    assert _board(desk)["302"]["order_no"] == order_no

    page.goto(f"{desk.world.cloud.url}/staff/#/house")
    expect(_door(page, "302")).to_contain_text("李雷")
    expect(page.get_by_role("heading", name="12 层")).to_be_visible()
    window.look("board")
    _staff(desk, f"/bookings/{order_no}/check-out", {"leave_balance": True, "reason": "Pays by transfer"}).must(202)
    page.get_by_role("button", name=re.compile("^待清洁")).click()
    page.reload()
    page.get_by_role("button", name="待清洁 1").click()
    window.look("to-clean")
    page.get_by_role("button", name="302 已清洁").click()
    expect(page.get_by_text("没有待清洁的房间")).to_be_visible()
    assert _board(desk)["302"]["housekeeping"] == "clean"


@pytest.mark.long
def test_a_room_floods(desk: Desk, open_window: OpenWindow) -> None:
    _numbered(desk, "301", "302")
    order_no = _reserve(desk, "韩梅梅", nights=2)
    _staff(desk, f"/bookings/{order_no}/check-in", {"numbers": ["301"]}).must(200)
    window = open_window("house-flood", DESK, "en-GB", expected=("409",))
    page = desk.log_in(window, "/house", "Log in")
    # The guest is in the way, so the desk moves her first.
    _door(page, "301").click()
    page.get_by_role("button", name="Put out of order").click()
    page.get_by_label("Reason").fill("The bath leaks")
    page.get_by_role("button", name="Put out of order").click()
    expect(page.get_by_role("dialog")).to_contain_text(f"These bookings have it then: {order_no[-6:]}")
    window.look("in-the-way")
    page.get_by_role("button", name="Back").click()
    page.get_by_role("dialog").get_by_role("button", name="Discard").click()
    page.goto(f"{desk.world.cloud.url}/staff/#/bookings/{order_no}")
    page.get_by_role("button", name="Move").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name=re.compile("^302")).click()
    expect(sheet).to_contain_text("To be cleaned after the move: 301")
    window.look("move")
    sheet.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".desk-facts").first).to_contain_text("302")
    page.goto(f"{desk.world.cloud.url}/staff/#/house")
    _door(page, "301").click()
    page.get_by_role("button", name="Put out of order").click()
    page.get_by_label("Last night").fill(str(desk.world.today + timedelta(days=2)))
    page.get_by_label("Reason").fill("The bath leaks")
    page.get_by_role("button", name="Put out of order").click()
    expect(_door(page, "301")).to_contain_text("Out of order")
    window.look("flooded")
    board = _board(desk)
    assert (board["301"]["out_of_order"], board["301"]["housekeeping"]) == (True, "dirty")
    assert _out_of_order(desk) == [1, 1, 1, 0]
    # It is mended at once.
    _door(page, "301").click()
    window.look("door")
    page.get_by_role("button", name="Use it again").click()
    expect(page.get_by_role("button", name="Use it again")).to_have_count(0)
    page.get_by_role("button", name="Inspected").click()
    expect(_door(page, "301")).to_contain_text("Inspected")
    assert _out_of_order(desk) == [0] * 4


@pytest.mark.long
def test_a_room_type_gets_its_numbers(desk: Desk, open_window: OpenWindow) -> None:
    window = open_window("house-numbers", DESK, expected=("409",))
    page = desk.log_in(window, "/house")
    expect(page.get_by_text("这家酒店还没有房号")).to_be_visible()
    page.get_by_role("link", name="房型").last.click()
    page.get_by_role("button", name=re.compile("^房号")).click()
    page.get_by_role("textbox", name="房号").fill("301，302, 303、304")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("button", name=re.compile("^房号"))).to_contain_text("4")
    assert sorted(_board(desk)) == ["301", "302", "303", "304"]
    order_no = _reserve(desk, "李雷")
    _staff(desk, f"/bookings/{order_no}/numbers", {"numbers": ["303"]}).must(200)
    page.get_by_role("button", name=re.compile("^房号")).click()
    page.get_by_role("textbox", name="房号").fill("301")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("dialog")).to_contain_text("正在使用或已排给订单：303")
    window.look("in-use")


@pytest.mark.long
@pytest.mark.parametrize("size", [SMALL, PHONE, DESK])
def test_a_hotel_on_one_screen(desk: Desk, open_window: OpenWindow, size: tuple[int, int]) -> None:
    numbers = [*(f"2{place:02}" for place in range(1, 9)), "301", "302", "1201", "A-7"]
    _numbered(desk, *numbers)
    for name, number in (("李雷", "201"), ("Maximilian Featherstonehaugh-Cholmondeley", "202")):
        _staff(desk, f"/bookings/{_reserve(desk, name, nights=2)}/check-in", {"numbers": [number]}).must(200)
    _staff(desk, f"/bookings/{_reserve(desk, '韩梅梅')}/numbers", {"numbers": ["203"]}).must(200)
    path = f"/api/staff/hotels/{desk.room['hotel_id']}/numbers"
    for number, state in (("204", "dirty"), ("205", "inspected")):
        desk.world.admin.send("PUT", f"{path}/{number}", {"housekeeping": state}).must(200)
    leak = {"from": str(desk.world.today), "to": str(desk.world.today + timedelta(days=1)), "reason": "Leak"}
    _staff(desk, f"/hotels/{desk.room['hotel_id']}/numbers/206/out-of-order", leak).must(201)
    window = open_window(f"house-{size[0]}", size)
    page = desk.log_in(window, "/house")
    expect(page.locator(".door")).to_have_count(12)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than the screen"
    window.look("floors")
    page.get_by_role("button", name="按房型").click()
    window.look("types")
    page.get_by_role("button", name="待清洁 1").click()
    press = page.get_by_role("button", name="204 已清洁").bounding_box()
    assert press is not None
    assert min(press["width"], press["height"]) >= 44, "for a thumb"
    window.look("to-clean")
    page.get_by_role("button", name="打开 204").click()
    window.look("door")
