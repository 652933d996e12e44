"""Loads the demo data: the first admin with the operator's command, all else over HTTP."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from local.faults import LocalFault
from local.seed.demo import COUPON_TEMPLATES, FLASH_SALE, GOODS, GUESTS, HOTELS, NIGHTS_OPEN, OWN, UPCOMING_SALE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.cloud import LocalCloud

ADMIN_USERNAME = "admin"
ADMIN_PASSWORD = "posthouse-demo"  # noqa: S105 - the demo's password, which README shows
STAFF_PASSWORD = "posthouse-demo"  # noqa: S105 - as above
SECONDS = 30
SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY_TURNS_AT = timedelta(hours=6)
"""Before it, it is still the day before at the demo's hotels: they keep the usual hours."""
FRIDAY, SATURDAY = 4, 5
LONG_WEEKEND_IN = 14
"""Days; until then every date of the demo can be booked for one night."""


class Console:
    """A member of staff who calls the API of a local cloud."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._headers = {"Content-Type": "application/json"}

    def log_in(self, username: str, password: str) -> None:
        """Log in; later requests use this account."""
        session = self.send("POST", "/api/staff/sessions", {"username": username, "password": password})
        self._headers["Authorization"] = f"Bearer {session['access_token']}"

    def send(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """Send a request. Raises LocalFault unless the status is 2xx."""
        data = json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, self._headers, method=method)  # noqa: S310 - loopback
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - loopback # nosec B310
                return json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            problem = refused.read().decode(errors="replace")
            raise LocalFault(f"The demo data could not be loaded: {method} {path} returned {problem}") from None


def seed(cloud: LocalCloud) -> None:
    """Load everything. Raises LocalFault with one line if a request is refused."""
    create_first_admin(cloud)
    console = Console(cloud.url)
    console.log_in(ADMIN_USERNAME, ADMIN_PASSWORD)
    with ThreadPoolExecutor(4) as pool:
        hotels = pool.map(lambda it: _load_hotel(console, it), HOTELS)
        shop = pool.submit(_load_shop, console)
        list(hotels)
        shop.result()
    _wait_until_found(cloud)


def create_first_admin(cloud: LocalCloud) -> None:
    """Create the first admin, as an operator does after the first deployment."""
    payload = json.dumps({"username": ADMIN_USERNAME, "password": ADMIN_PASSWORD})
    answer = cloud.client("lambda").invoke(FunctionName=cloud.outputs["CreateFirstAdminFunctionName"], Payload=payload)
    outcome = json.loads(answer["Payload"].read())
    if outcome.get("outcome") != "created":
        raise LocalFault(f"The first admin could not be made: {outcome}")


def _wait_until_found(cloud: LocalCloud) -> None:
    """Wait for the search: broadcasts fill its table, so the hotels are found once the last room has arrived."""
    rooms = sum(len(demo["rooms"]) for demo in HOTELS)
    table = f"{cloud.stack_name}-room-views"
    deadline = time.monotonic() + SECONDS
    while len(cloud.client("dynamodb").scan(TableName=table)["Items"]) < rooms:
        if time.monotonic() > deadline:
            raise LocalFault(f"The search does not find the demo hotels after {SECONDS} s: see .local/logs/latest")
        time.sleep(0.05)


def _load_shop(console: Console) -> None:
    for template in COUPON_TEMPLATES:
        console.send("POST", "/api/staff/coupon-templates", template)
    goods = [console.send("POST", "/api/staff/goods", article) for article in GOODS]
    now = datetime.now(SHANGHAI)
    tomorrow = (now + timedelta(days=1)).replace(hour=UPCOMING_SALE["hour"], minute=0, second=0, microsecond=0)
    # Sales are listed newest first: the open one is created last, so that it is first in the list.
    _begin_flash_sale(console, goods[1]["goods_id"], UPCOMING_SALE, tomorrow)
    _begin_flash_sale(console, goods[0]["goods_id"], FLASH_SALE, now)
    for guest in GUESTS:
        console.send("POST", "/simulator/guests", {**guest, "credits": {}})  # they are asked for notices, as at WeChat


def _begin_flash_sale(console: Console, goods_id: str, sale: dict[str, Any], begin: datetime) -> None:
    window = {"starts_at": begin.isoformat(), "ends_at": (begin + timedelta(days=sale["days"])).isoformat()}
    wish = {"goods_id": goods_id, "price": sale["price"], "stock": sale["stock"], **window}
    console.send("POST", "/api/staff/flash-sales", wish)


def _load_hotel(console: Console, demo: dict[str, Any]) -> None:
    hotel = console.send("POST", "/api/staff/hotels", {**demo["hotel"], "avatar": demo["hotel"]["images"][0]})
    hotel_id = hotel["hotel_id"]
    account = {"username": demo["staff"], "password": STAFF_PASSWORD, "role": "staff", "hotel_ids": [hotel_id]}
    console.send("POST", "/api/staff/accounts", account)
    for extra in demo["extras"]:
        console.send("POST", f"/api/staff/hotels/{hotel_id}/extras", extra)
    for room in demo["rooms"]:
        _load_room(console, hotel_id, room)


def _load_room(console: Console, hotel_id: str, demo: dict[str, Any]) -> None:
    facts = {name: value for name, value in demo.items() if name not in OWN}
    room_id = console.send("POST", "/api/staff/rooms", {**facts, "hotel_id": hotel_id})["room_id"]
    numbers = [f"{demo['floor']}{number:02}" for number in range(1, demo["units"] + 1)]
    console.send("PUT", f"/api/staff/rooms/{room_id}/numbers", {"numbers": numbers})
    today = (datetime.now(SHANGHAI) - DAY_TURNS_AT).date()
    _change_nights(console, room_id, today, today + timedelta(days=NIGHTS_OPEN))
    for plan in demo.get("plans", []):
        console.send("POST", f"/api/staff/rooms/{room_id}/rate-plans", plan)
    if "weekend_price" in demo:
        # One after the other: concurrent changes of one room conflict.
        for begin, end in weekends(today):
            _change_nights(console, room_id, begin, end, price=demo["weekend_price"])
        saturday = long_weekend(today)
        _change_nights(console, room_id, saturday, saturday + timedelta(days=1), min_stay=demo["saturday_min_stay"])


def weekends(today: date) -> Iterator[tuple[date, date]]:
    """The weekends (nights of Friday and Saturday) among the open nights, each as first day and day after the last."""
    last = today + timedelta(days=NIGHTS_OPEN)
    friday = today - timedelta(days=(today.weekday() - FRIDAY) % 7)
    while friday < last:
        begin, end = max(friday, today), min(friday + timedelta(days=2), last)
        if begin < end:
            yield begin, end
        friday += timedelta(days=7)


def long_weekend(today: date) -> date:
    """The Saturday in the third week from today: the one that asks for more than a night."""
    return today + timedelta(days=LONG_WEEKEND_IN + (SATURDAY - today.weekday()) % 7)


def _change_nights(console: Console, room_id: str, begin: date, end: date, **facts: int) -> None:
    nights = {"from": begin.isoformat(), "to": end.isoformat(), **facts}
    console.send("PUT", f"/api/staff/rooms/{room_id}/nights", nights)
