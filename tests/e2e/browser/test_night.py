"""A night at a hotel from the evening to the first page of the morning: the house, the audit and the report agree."""

from __future__ import annotations

import json
import re
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.browser.test_desk import PASSWORD, Desk
from tests.e2e.browser.windows import DESK, OpenWindow
from tests.e2e.world import World, until

pytestmark = [pytest.mark.e2e, pytest.mark.long]

SMALL = (360, 780)
PRICE = 30000
EVENING = {"day_turns_at": "23:59", "check_in_time": "23:59", "check_out_time": "23:59"}
"""Hours of a hotel where it is still the day before."""

MORNING = {"day_turns_at": "00:00", "check_in_time": "14:00", "check_out_time": "12:00"}


class Night:
    """A hotel with four numbers whose business date is yesterday's, until its day turns."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.first: date = world.calendar_date - timedelta(days=1)
        facts = {"name": f"Night {uuid.uuid4().hex[:8]}", "city": "测试", "address": "1 Test Road"}
        place = {"phone": "010-1234567", "latitude": 30.0, "longitude": 104.0, "auto_no_show": True}
        self.hotel = world.admin.send("POST", "/api/staff/hotels", {**facts, **place, **EVENING}).must(201)
        self.path = f"/api/staff/hotels/{self.hotel['hotel_id']}"
        kind = {"name": "Twin", "price": PRICE, "units": 4, "area": 30, "bed": "Twin"}
        body = {"hotel_id": self.hotel["hotel_id"], **kind}
        self.room: dict[str, Any] = world.admin.send("POST", "/api/staff/rooms", body).must(201)
        room = f"/api/staff/rooms/{self.room['room_id']}"
        world.admin.send("PUT", f"{room}/nights", {"from": self.day(0), "to": self.day(5)}).must(200)
        world.admin.send("PUT", f"{room}/numbers", {"numbers": ["301", "302", "303", "304"]}).must(200)
        username = f"night-{uuid.uuid4().hex[:8]}"
        account = {"username": username, "password": PASSWORD, "role": "staff", "hotel_ids": [self.hotel["hotel_id"]]}
        world.admin.send("POST", "/api/staff/accounts", account).must(201)
        self.desk = Desk(world, self.room, username)

    def day(self, number: int) -> str:
        return str(self.first + timedelta(days=number))

    def send(self, path: str, body: Any = None) -> Any:
        return self.world.admin.send("POST", f"/api/staff{path}", body, Idempotency_Key=uuid.uuid4().hex)

    def reserve(self, name: str, nights: int) -> str:
        """The desk takes a booking that begins this evening."""
        dates = {"check_in": self.day(0), "check_out": self.day(nights)}
        guest = {"guest_name": name, "phone_number": "13800138000", "source": "phone"}
        return str(self.send("/bookings", {"room_id": self.room["room_id"], **dates, **guest}).must(201)["order_no"])

    def board(self) -> dict[str, tuple[str, bool, str, str | None]]:
        items = self.world.admin.get(f"{self.path}/house")["items"]
        return {it["number"]: (it["occupancy"], it["out_of_order"], it["housekeeping"], it["order_no"]) for it in items}

    def report(self) -> list[dict[str, Any]]:
        query = f"hotel_id={self.hotel['hotel_id']}&from={self.day(0)}&to={self.day(2)}"
        items: list[dict[str, Any]] = self.world.admin.get(f"/api/staff/reports/daily?{query}")["items"]
        return items

    def turn(self, *order_nos: str) -> None:
        """Let the day turn, for the hotel and for these bookings: the cloud's clock cannot be moved."""
        self.world.admin.send("PUT", self.path, {**self.hotel, **MORNING}).must(200)
        for order_no in order_nos:
            self._set("bookings", {"order_no": {"S": order_no}}, {name: {"S": at} for name, at in MORNING.items()})
        due = {"hotel_id": {"S": self.hotel["hotel_id"]}, "entry": {"S": "due"}}
        self._set("night-audits", due, {"due_at": {"N": "1"}})
        function = self.world.function("MakeNightAuditsFunction")
        answer = self.world.cloud.client("lambda").invoke(FunctionName=function, Payload=b"{}")
        assert "FunctionError" not in answer, json.loads(answer["Payload"].read())

    def _set(self, table: str, key: dict[str, Any], values: dict[str, Any]) -> None:
        self.world.cloud.client("dynamodb").update_item(
            TableName=f"{self.world.cloud.stack_name}-{table}",
            Key=key,
            UpdateExpression="SET " + ", ".join(f"{name} = :{name}" for name in values),
            ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
        )


def _door(page: Page, number: str) -> Locator:
    return page.get_by_role("button", name=re.compile(rf"^{number}\b"))


def _flooded(page: Page, night: Night, number: str) -> None:
    """Put a number out of order at the board for two nights from this evening."""
    _door(page, number).click()
    page.get_by_role("button", name="停用").click()
    page.get_by_label("最后一晚").fill(night.day(1))
    page.get_by_label("原因").fill("水管爆裂")
    page.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(_door(page, number)).to_contain_text("停用")


def test_a_night_at_a_hotel(world: World, open_window: OpenWindow) -> None:
    night = Night(world)
    li_lei, han, missing = night.reserve("李雷", 2), night.reserve("韩梅梅", 2), night.reserve("王芳", 1)
    # In the evening two guests come, and the third does not
    night.send(f"/bookings/{li_lei}/check-in", {"numbers": ["301"]}).must(200)
    night.send(f"/bookings/{han}/check-in", {"numbers": ["302"]}).must(200)
    window = open_window("night-day", DESK)
    page = night.desk.log_in(window, "/house")
    expect(_door(page, "301")).to_contain_text("李雷")
    # The pipe of 302 bursts: its guest is moved, and nobody can have it
    night.send(f"/bookings/{han}/numbers", {"numbers": ["303"]}).must(200)
    page.reload()
    expect(_door(page, "303")).to_contain_text("韩梅梅")
    _flooded(page, night, "302")
    window.look("flooded")
    assert night.board() == {
        "301": ("occupied", False, "clean", li_lei),
        "302": ("vacant", True, "dirty", None),
        "303": ("occupied", False, "clean", han),
        "304": ("vacant", False, "clean", None),
    }
    # The last unit is for the guest who has not come: another booking is refused
    guest = {"guest_name": "来晚了", "phone_number": "13800138000", "source": "walk_in"}
    dates = {"check_in": night.day(0), "check_out": night.day(1)}
    late = night.send("/bookings", {"room_id": night.room["room_id"], **dates, **guest})
    assert (late.status, late.body["code"]) == (409, "sold_out")
    # When the day turns, the audit says that the guest has not come
    night.turn(li_lei, han, missing)
    assert world.admin.get(f"/api/staff/bookings/{missing}")["status"] == "no_show"
    page.goto(f"{world.cloud.url}/staff/#/night-audit")
    page.reload()
    page.get_by_text("夜审完成", exact=True).wait_for()
    expect(page.locator("section", has=page.get_by_role("heading", name="已处理"))).to_contain_text("王芳")
    # A room that a guest has slept in is to be cleaned too
    for number in ("301", "302", "303"):
        expect(page.get_by_role("button", name=f"{number} 已清洁")).to_be_visible()
    # The board and the report agree with the bookings
    assert {number: state[:2] for number, state in night.board().items()} == {
        "301": ("occupied", False),
        "302": ("vacant", True),
        "303": ("occupied", False),
        "304": ("vacant", False),
    }
    [past, today] = until(night.report, lambda days: days[0]["no_shows"] == 1)
    told = ("units", "out_of_order", "sold", "arrivals", "in_house", "no_shows", "room_revenue", "occupancy_bp")
    assert [past[name] for name in told] == [4, 1, 3, 2, 2, 1, 3 * PRICE, 10_000]
    assert [today[name] for name in told] == [4, 1, 2, 0, 2, 0, 2 * PRICE, 6667]
    # And so does the first page, which leads to what waits
    for morning in (open_window("night-morning", SMALL, "en-GB"), open_window("night-morning-wide", DESK)):
        _first_page(night, morning)


def _first_page(night: Night, window: Any) -> None:
    page = night.desk.log_in(window, "/", "Log in" if window.name == "night-morning" else "登录")
    figures = page.get_by_role("region", name=re.compile("今日数据|Today's figures"))
    expect(figures).to_contain_text("66.7%")
    expect(figures).to_contain_text("2 / 3")
    waits = page.get_by_role("region", name=re.compile("待处理|What waits"))
    links = (("夜审未了事项|Open after the night audit", "#/night-audit"), ("待清洁房间|Rooms to clean", "#/house"))
    for text, href in links:
        link = waits.get_by_role("link", name=re.compile(text))
        expect(link).to_contain_text("3")
        expect(link).to_have_attribute("href", href)
    window.look("first-page")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
