"""Loads the demo data: the first admin by the operator's command, everything else over HTTP."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from local.faults import LocalFault
from local.seed.demo import COUPON_TEMPLATES, FLASH_SALE, GOODS, HOTELS, NIGHTS_OPEN

if TYPE_CHECKING:
    from local.cloud import LocalCloud

ADMIN_USERNAME = "admin"
ADMIN_PASSWORD = "posthouse-demo"  # noqa: S105 - the demo's password, which README shows
STAFF_PASSWORD = "posthouse-demo"  # noqa: S105 - as above
SECONDS = 30


class Console:
    """A member of staff at the API of a local cloud."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._headers = {"Content-Type": "application/json"}

    def log_in(self, username: str, password: str) -> None:
        """Use that account from now on."""
        session = self.send("POST", "/api/staff/sessions", {"username": username, "password": password})
        self._headers["Authorization"] = f"Bearer {session['access_token']}"

    def send(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """Send a request; raises LocalFault for everything but a 2xx."""
        data = json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, self._headers, method=method)  # noqa: S310 - loopback
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - loopback # nosec B310
                return json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            problem = refused.read().decode(errors="replace")
            raise LocalFault(f"The demo data could not be loaded: {method} {path} answers {problem}") from None


def seed(cloud: LocalCloud) -> None:
    """Load everything. Raises LocalFault with one line if something is refused."""
    create_first_admin(cloud)
    console = Console(cloud.url)
    console.log_in(ADMIN_USERNAME, ADMIN_PASSWORD)
    with ThreadPoolExecutor(4) as pool:
        templates = pool.map(lambda it: console.send("POST", "/api/staff/coupon-templates", it), COUPON_TEMPLATES)
        hotels = pool.map(lambda it: _load_hotel(console, it), HOTELS)
        goods = pool.map(lambda it: console.send("POST", "/api/staff/goods", it), GOODS)
        list(templates)
        _begin_flash_sale(console, next(goods)["goods_id"])
        list(goods)
        list(hotels)
    _wait_until_found(cloud)


def create_first_admin(cloud: LocalCloud) -> None:
    """What an operator does after a first deployment."""
    payload = json.dumps({"username": ADMIN_USERNAME, "password": ADMIN_PASSWORD})
    answer = cloud.client("lambda").invoke(FunctionName=cloud.outputs["CreateFirstAdminFunctionName"], Payload=payload)
    outcome = json.loads(answer["Payload"].read())
    if outcome.get("outcome") != "created":
        raise LocalFault(f"The first admin could not be made: {outcome}")


def _wait_until_found(cloud: LocalCloud) -> None:
    """Searches read what broadcasts have brought: the hotels are there when the last room's has arrived."""
    rooms = sum(len(demo["rooms"]) for demo in HOTELS)
    table = f"{cloud.stack_name}-room-views"
    deadline = time.monotonic() + SECONDS
    while len(cloud.client("dynamodb").scan(TableName=table)["Items"]) < rooms:
        if time.monotonic() > deadline:
            raise LocalFault(f"The demo hotels are not to be found after {SECONDS} s; see .local/logs/latest")
        time.sleep(0.05)


def _begin_flash_sale(console: Console, goods_id: str) -> None:
    now = datetime.now(ZoneInfo("UTC"))
    window = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(days=FLASH_SALE["days"])).isoformat()}
    wish = {"goods_id": goods_id, "price": FLASH_SALE["price"], "stock": FLASH_SALE["stock"], **window}
    console.send("POST", "/api/staff/flash-sales", wish)


def _load_hotel(console: Console, demo: dict[str, Any]) -> None:
    hotel = console.send("POST", "/api/staff/hotels", demo["hotel"])
    hotel_id = hotel["hotel_id"]
    account = {"username": demo["staff"], "password": STAFF_PASSWORD, "role": "staff", "hotel_ids": [hotel_id]}
    console.send("POST", "/api/staff/accounts", account)
    for room in demo["rooms"]:
        facts = {**room, "hotel_id": hotel_id, "bed": "大床 King" if "King" in room["name"] else "双床 Twin"}
        _open_nights(console, console.send("POST", "/api/staff/rooms", {**facts, "breakfasts": 2}))


def _open_nights(console: Console, room: dict[str, Any]) -> None:
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    nights = {"from": today.isoformat(), "to": (today + timedelta(days=NIGHTS_OPEN)).isoformat()}
    console.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", nights)
