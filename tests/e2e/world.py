"""The people of an end-to-end test: they call a running Posthouse over HTTP as guest, staff and WeChat."""

from __future__ import annotations

import itertools
import json
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import urllib3

from local.cloud import LocalCloud
from local.seed import ADMIN_PASSWORD, ADMIN_USERNAME, STAFF_PASSWORD
from local.seed.demo import COUPON_TEMPLATES
from local.seed.load import create_first_admin

T = TypeVar("T")
_phones = itertools.count(13900000001)


@dataclass(frozen=True)
class Reply:
    """An HTTP response."""

    status: int
    body: Any
    headers: Any

    def must(self, status: int) -> Any:
        """Return the body; fails unless the status is the expected one."""
        assert self.status == status, (self.status, self.body)
        return self.body


def until(ask: Callable[[], T], holds: Callable[[T], bool], seconds: float = 60) -> T:
    """Poll until the result is as wanted; if it never is, fails and shows the last result."""
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if holds(answer):
            return answer
        assert time.monotonic() < deadline, f"still {answer!r} after {seconds} s"
        time.sleep(0.1)


@dataclass
class Client:
    """An HTTP client of one base URL."""

    url: str
    token: str | None = None
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(maxsize=32))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token and "Authorization" not in sent:
            sent["Authorization"] = f"Bearer {self.token}"
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if data is not None:
            sent["Content-Type"] = "application/json"
        answer = self.pool.request(method, self.url + path, body=data, headers=sent, timeout=60, retries=False)
        return Reply(answer.status, json.loads(answer.data) if answer.data else None, answer.headers)

    def get(self, path: str) -> Any:
        return self.send("GET", path).must(200)


@dataclass
class Guest(Client):
    """A guest, known to the simulator by openid."""

    phone: str = ""
    openid: str = ""
    first_login: bool = False

    def coupons(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.get("/api/me/coupons")["items"]
        return items


class World:
    """A running Posthouse with its people."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud = cloud
        self.openids: set[str] = set()
        self.simulator = Client(cloud.url)
        self.nobody = Client(cloud.url)
        self.admin = self.staff(ADMIN_USERNAME, ADMIN_PASSWORD)

    def function(self, name: str) -> str:
        """The full name of a deployed function, given its name in the template."""
        pages = self.cloud.client("lambda").get_paginator("list_functions").paginate()
        every = [function for page in pages for function in page["Functions"]]
        step = re.sub(r"(?<!^)(?=[A-Z])", "_", name.removesuffix("Function")).lower()
        [found] = [it["FunctionName"] for it in every if it["Handler"] == f"{step}.handler"]
        return str(found)

    @property
    def today(self) -> date:
        """The business date of hotels with the usual hours in China: their day turns at 06:00."""
        return (datetime.now(ZoneInfo("Asia/Shanghai")) - timedelta(hours=6)).date()

    @property
    def calendar_date(self) -> date:
        """The date on the wall of hotels in China: until 06:00 it is a day after ``today``."""
        return datetime.now(ZoneInfo("Asia/Shanghai")).date()

    def staff(self, username: str, password: str) -> Client:
        session = self.nobody.send("POST", "/api/staff/sessions", {"username": username, "password": password})
        return Client(self.cloud.url, session.must(201)["access_token"])

    def codes(self, phone: str | None = None, **more: Any) -> dict[str, Any]:
        """New one-use codes of a guest at WeChat."""
        phone = phone or str(next(_phones))
        codes = self.simulator.send("POST", "/simulator/guests", {"phone_number": phone, **more}).must(201)
        self.openids.add(codes["openid"])
        return {**codes, "phone": phone}

    def secrets(self) -> dict[str, list[str]]:
        """The values that this run's logs must not contain, by kind."""
        config = self.cloud.simulator_config
        vault = self.cloud.client("secretsmanager")
        [token_secret] = [it["ARN"] for it in vault.list_secrets()["SecretList"] if "TokenSecret" in it["Name"]]
        keys = json.loads(vault.get_secret_value(SecretId=token_secret)["SecretString"])
        private = f"{config.merchant_private_key}{config.platform_private_key}".splitlines()
        return {
            "an openid": sorted(self.openids),
            "a staff password": [ADMIN_PASSWORD, STAFF_PASSWORD],
            "the app secret": [config.app_secret],
            "the API v3 key": [config.api_v3_key],
            "a line of a private key": [line for line in private if "-----" not in line],
            "a token key": [key for key in keys.values() if key],
        }

    def log_in(self, codes: dict[str, Any]) -> Guest:
        wanted = {"login_code": codes["login_code"], "phone_code": codes["phone_code"]}
        session = self.nobody.send("POST", "/api/sessions", wanted).must(201)
        return Guest(
            self.cloud.url,
            session["access_token"],
            phone=codes["phone"],
            openid=codes["openid"],
            first_login=session["is_first_login"],
        )

    def guest(self, **more: Any) -> Guest:
        """Log in a new guest."""
        return self.log_in(self.codes(**more))

    def room(self, units: int, price: int = 30000, nights: int = 30) -> dict[str, Any]:
        """Create a room type in a new hotel, with nights open from today."""
        hotel = {
            "name": f"Test {uuid.uuid4().hex[:8]}",
            "city": "测试",
            "address": "1 Test Road",
            "phone": "010-1234567",
            "latitude": 30.0,
            "longitude": 104.0,
        }
        hotel_id = self.admin.send("POST", "/api/staff/hotels", hotel).must(201)["hotel_id"]
        facts = {"hotel_id": hotel_id, "name": "Twin", "price": price, "units": units, "area": 30, "bed": "Twin"}
        room: dict[str, Any] = self.admin.send("POST", "/api/staff/rooms", facts).must(201)
        span = {"from": str(self.today), "to": str(self.today + timedelta(days=nights))}
        self.admin.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", span).must(200)
        return room

    def wish(self, room_id: str, begin: int = 0, nights: int = 1, **more: Any) -> dict[str, Any]:
        """The body of a booking that begins in so many days."""
        check_in = self.today + timedelta(days=begin)
        dates = {"check_in": str(check_in), "check_out": str(check_in + timedelta(days=nights))}
        return {"room_id": room_id, **dates, "units": 1, "guest_name": "李雷", "phone_number": "13800138000", **more}

    def book(self, guest: Guest, wish: dict[str, Any], key: str | None = None) -> Reply:
        return guest.send("POST", "/api/bookings", wish, Idempotency_Key=key or uuid.uuid4().hex)

    def pay(self, guest: Guest, order_no: str, **how: Any) -> dict[str, Any]:
        """Open the order's payment and let the guest pay at the simulator."""
        payment = guest.send("POST", f"/api/orders/{order_no}/payments").must(201)
        prepay_id = payment["wechat"]["package"].removeprefix("prepay_id=")
        played = self.simulator.send("POST", f"/simulator/payments/{prepay_id}", {"result": "success", **how})
        return {**payment, **played.must(200)}

    def wait_for(self, guest: Guest, order_no: str, status: str) -> dict[str, Any]:
        booking: dict[str, Any] = until(
            lambda: guest.get(f"/api/bookings/{order_no}"), lambda found: found["status"] == status
        )
        return booking

    def messages(self, guest: Guest) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.simulator.get(f"/simulator/messages?openid={guest.openid}")["items"]
        return items


def bare_world(cloud: LocalCloud) -> World:
    """A world in a cloud without demo data: an admin and the coupons, which takes little time, and no hotel."""
    create_first_admin(cloud)
    world = World(cloud)
    for template in COUPON_TEMPLATES:
        world.admin.send("POST", "/api/staff/coupon-templates", template).must(201)
    return world
