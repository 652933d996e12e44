"""The night audit at the desk: when the day has turned, what it left open is a list with presses."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser.test_desk import PASSWORD, Desk
from tests.e2e.browser.windows import DESK, PHONE, OpenWindow
from tests.e2e.world import World, until

pytestmark = pytest.mark.long

ALL_DAY = {"day_turns_at": "23:59", "check_in_time": "23:59", "check_out_time": "23:59"}
"""Hours of a hotel where it is still the day before."""


def _yesterday(world: World) -> tuple[Desk, dict[str, Any]]:
    """A hotel whose business date is yesterday's, with the number 301, and its desk."""
    facts = {"name": f"Night {uuid.uuid4().hex[:8]}", "city": "测试", "address": "1 Test Road", "phone": "010-1234567"}
    place = {"latitude": 30.0, "longitude": 104.0}
    hotel = world.admin.send("POST", "/api/staff/hotels", {**facts, **place, **ALL_DAY}).must(201)
    type_facts = {"hotel_id": hotel["hotel_id"], "name": "Twin", "price": 30000, "units": 5, "area": 30, "bed": "Twin"}
    room = world.admin.send("POST", "/api/staff/rooms", type_facts).must(201)
    first = world.calendar_date - timedelta(days=1)
    span = {"from": str(first), "to": str(first + timedelta(days=5))}
    world.admin.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", span).must(200)
    world.admin.send("PUT", f"/api/staff/rooms/{room['room_id']}/numbers", {"numbers": ["301"]}).must(200)
    username = f"night-{uuid.uuid4().hex[:8]}"
    account = {"username": username, "password": PASSWORD, "role": "staff", "hotel_ids": [hotel["hotel_id"]]}
    world.admin.send("POST", "/api/staff/accounts", account).must(201)
    return Desk(world, room, username), hotel


def _staff(world: World, path: str, body: Any = None) -> Any:
    return world.admin.send("POST", f"/api/staff{path}", body, Idempotency_Key=uuid.uuid4().hex)


def _reserve(world: World, room: dict[str, Any], name: str) -> str:
    first = world.calendar_date - timedelta(days=1)
    dates = {"check_in": str(first), "check_out": str(first + timedelta(days=1))}
    guest = {"guest_name": name, "phone_number": "13800138000", "source": "phone"}
    return str(_staff(world, "/bookings", {"room_id": room["room_id"], **dates, **guest}).must(201)["order_no"])


def _audited(page: Page) -> None:
    page.get_by_text("夜审完成", exact=True).wait_for()


def test_what_a_day_left_open_is_dealt_with_in_the_morning(world: World, open_window: OpenWindow) -> None:
    desk, hotel = _yesterday(world)
    missing, owing = _reserve(world, desk.room, "韩梅梅"), _reserve(world, desk.room, "李雷")
    _staff(world, f"/bookings/{owing}/check-in", {"numbers": ["301"]}).must(200)
    _staff(world, f"/bookings/{owing}/check-out", {"leave_balance": True, "reason": "Pays by transfer"}).must(202)
    path = f"/api/staff/bookings/{owing}"
    until(lambda: world.admin.get(path), lambda found: found["status"] == "finished")
    # When its day turns
    hours = {"day_turns_at": "00:00", "check_in_time": "14:00", "check_out_time": "12:00"}
    world.admin.send("PUT", f"/api/staff/hotels/{hotel['hotel_id']}", {**hotel, **hours}).must(200)
    key = {"hotel_id": {"S": hotel["hotel_id"]}, "entry": {"S": "due"}}
    table = f"{world.cloud.stack_name}-night-audits"
    moved = {"UpdateExpression": "SET due_at = :now", "ExpressionAttributeValues": {":now": {"N": "1"}}}
    world.cloud.client("dynamodb").update_item(TableName=table, Key=key, **moved)
    world.cloud.client("lambda").invoke(FunctionName=world.function("MakeNightAuditsFunction"), Payload=b"{}")
    # Then the desk finds the list of the day before, and deals with it
    for window in (open_window("night", DESK), open_window("night-phone", PHONE)):
        page = desk.log_in(window, "/night-audit")
        _audited(page)
        expect(page.get_by_role("heading", name="应到未到")).to_be_visible()
        expect(page.get_by_role("link", name="韩梅梅")).to_have_attribute("href", f"#/bookings/{missing}")
        expect(page.get_by_role("heading", name="离店时账未结清")).to_be_visible()
        expect(page.get_by_text("欠 ¥300")).to_be_visible()
        expect(page.get_by_role("button", name="301 已清洁")).to_be_visible()
        window.look("open")
    page.get_by_role("button", name="301 已清洁").click()
    expect(page.get_by_role("button", name="301 已清洁")).to_have_count(0)
    page.get_by_role("button", name="结清李雷的账").click()
    page.get_by_role("dialog").wait_for()
    _staff(world, f"/orders/{owing}/desk-payments", {"method": "transfer", "amount": 30000}).must(201)
    page.goto(f"{world.cloud.url}/staff/#/night-audit")
    page.reload()
    _audited(page)
    expect(page.locator("section", has=page.get_by_role("heading", name="已处理"))).to_contain_text("李雷")
    window.look("dealt-with")
    # A day before the hotel's first audit is over, and nobody says that it is not
    page.get_by_role("button", name="前一天").click()
    expect(page.get_by_text("尚未夜审", exact=True)).to_be_visible()
    expect(page.get_by_text("当天未结束")).to_have_count(0)
    expect(page.get_by_role("button", name="回到昨天")).to_be_visible()
