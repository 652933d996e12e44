"""The house in which the histories play: rooms of every inventory mode, goods, two flash sales, guests and staff."""

from __future__ import annotations

import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from local.cloud import LocalCloud
from local.seed.load import create_first_admin
from tests.e2e.histories.history import History, Line, Record
from tests.e2e.histories.plan import GUESTS
from tests.e2e.patience import GaveUp, Patient, People
from tests.e2e.world import Reply, World

COUPON, CHECK_OUT_COUPON = 3000, 4000
"""What the welcome coupon and the check-out coupon take off, in fen."""

ROOMS: dict[str, dict[str, Any]] = {
    "wide": {"units": 500, "price": 30000},
    "narrow": {"units": 3, "price": 20000},
    "on_payment": {"units": 2, "price": 25000, "inventory_mode": "on_payment"},
    "unlimited": {"units": 1, "price": 18000, "inventory_mode": "unlimited"},
    # Cancelling it is never free.
    "fee": {"units": 400, "price": 10000, "free_cancel_hours": 8760, "cancel_fee_bp": 5000},
    # A coupon can pay the whole of it.
    "cheap": {"units": 400, "price": 3000},
}
DEPOSIT_BP = 3000
PLANS: dict[str, dict[str, Any]] = {
    # Cancelling it is never free: the hotel keeps the deposit at least.
    "deposit": {
        "payment": "deposit",
        "deposit_bp": DEPOSIT_BP,
        "adjustment_bp": -1000,
        "free_cancel_hours": None,
        "cancel_fee_bp": 1000,
    },
    "at_hotel": {"payment": "at_hotel", "adjustment": 500, "cancel_fee_bp": 0},
}
"""The rate plans of each room type."""

PLENTY = frozenset({"wide", "unlimited", "fee", "cheap"})
"""Rooms that never sell out and whose nights nobody closes."""

NUMBERS: dict[str, tuple[str, ...]] = {
    "wide": tuple(str(number) for number in range(101, 109)),
    "fee": tuple(str(number) for number in range(201, 207)),
    "narrow": ("301", "302", "303"),
}
"""The numbers of room types, few, so that desks want the same; the others have none."""

POTS, CUPS, LAMPS = 5000, 14, 400
POT_PRICE, CUP_PRICE, LAMP_PRICE, FLASH_PRICE = 6000, 4500, 9900, 4900
SALE_UNITS = (6, 40)
DESK_PASSWORD = "history-" + uuid.uuid4().hex[:12]
GIFTS = 6
"""How many coupons guests may claim and staff may give."""

OPEN_DAYS = 12
GIFT = 20_000
"""The balance that each guest begins with, in fen."""


@dataclass(frozen=True)
class Answer:
    """The last answer to a request, and the faults of the tries before it."""

    reply: Reply
    faults: str
    began: float
    ended: float

    @property
    def code(self) -> str:
        """The problem's code, or the status."""
        body = self.reply.body
        code = body.get("code") if isinstance(body, dict) else None
        return str(code) if self.reply.status >= 400 and code else str(self.reply.status)

    @property
    def body(self) -> Any:
        return self.reply.body


@dataclass
class Person:
    """A guest or a member of staff."""

    name: str
    client: Patient
    user_id: str = ""


class Ledger:
    """What staff have changed, by the answers that they got: the books must agree with it in the end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.changes: Counter[tuple[str, str]] = Counter()

    def add(self, what: str, whose: str, change: int) -> None:
        """Note a change that was accepted."""
        with self._lock:
            self.changes[what, whose] += change


@dataclass
class Stage:
    """Everything that the scripts use."""

    world: World
    people: People
    record: Record
    rooms: dict[str, dict[str, Any]] = field(default_factory=dict)
    plans: dict[tuple[str, str], str] = field(default_factory=dict)
    """The ids of the rate plans, by the names of room type and plan."""

    goods: dict[str, str] = field(default_factory=dict)
    sales: list[str] = field(default_factory=list)
    claimable: str = ""
    broken: list[str] = field(default_factory=list)
    """The paths of all periods in which a number is or was out of order."""

    guests: list[Person] = field(default_factory=list)
    desk: list[Person] = field(default_factory=list)
    functions: dict[str, str] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    admin: Person = field(init=False)
    _taken: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.admin = Person("admin", self.people.admin)

    def ask(
        self, history: History, kind: str, who: Person, method: str, path: str, body: Any = None, key: str | None = None
    ) -> Answer:
        """Send a request as a patient client, and record it. Raises GaveUp when every try was a fault."""
        client = replace(who.client, tally=Counter())
        headers = {"Idempotency_Key": key} if key else {}
        began = self.record.now
        try:
            reply = client.send(method, path, body, **headers)
        except GaveUp as error:
            self.note(history, kind, Line(began, who.name, f"{method} {path}", "gave up", self.record.now - began))
            self.record.fail(f"a fault stays after {len(client.tally)} kinds of tries: {error}", history)
            raise
        faults = ", ".join(f"{what} x{times}" for what, times in client.tally.items())
        answer = Answer(reply, faults, began, self.record.now)
        shown = f"{method} {path}{f' {_short(body)}' if body else ''}"
        told = answer.code + (f" {reply.body.get('status')}" if _has_status(reply) else "")
        line = Line(began, who.name, shown, told, answer.ended - began, faults)
        self.note(history, kind, replace(line, told=told))
        return answer

    def note(self, history: History, kind: str, line: Line) -> None:
        """Record a line as it is."""
        self.record.add(history, kind, line)

    def function(self, name: str) -> str:
        """The full name of a deployed function."""
        if name not in self.functions:
            self.functions[name] = self.world.function(name)
        return self.functions[name]

    def take_over(self, order_no: str) -> bool:
        """Give an order to the script that asks first; returns False to all others."""
        with self._lock:
            is_first = order_no not in self._taken
            self._taken.add(order_no)
            return is_first

    def new_guest(self, number: int) -> Person:
        """Log in a guest whom nobody knows yet."""
        client = self.people.guest()
        return Person(f"guest {number}", client, client.get("/api/me")["user_id"])


def _has_status(reply: Reply) -> bool:
    return reply.status < 300 and isinstance(reply.body, dict) and isinstance(reply.body.get("status"), str)


_SHOWN = ("amount", "units", "check_in", "check_out", "change", "state", "price", "balance", "closed", "coupon_id")


def _short(body: Any) -> str:
    if not isinstance(body, dict):
        return ""
    return " ".join(f"{name}={body[name]}" for name in _SHOWN if body.get(name) not in {None, ""})


def set_stage(cloud: LocalCloud, record: Record) -> Stage:
    """Create the house."""
    create_first_admin(cloud)
    world = World(cloud)
    stage = Stage(world, People(world), record)
    stage.claimable = _coupons(world)
    hotel_id = _rooms(world, stage)
    _goods(world, stage)
    for number in range(2):
        name = f"desk-{number}"
        account = {"username": name, "password": DESK_PASSWORD, "role": "staff", "hotel_ids": [hotel_id]}
        world.admin.send("POST", "/api/staff/accounts", account).must(201)
        token = world.staff(name, DESK_PASSWORD).token
        stage.desk.append(Person(name, Patient(cloud.url, token, tally=stage.people.tally)))
    stage.guests = [stage.new_guest(number) for number in range(GUESTS)]
    for guest in stage.guests:
        path, gift = f"/api/staff/users/{guest.user_id}/balance-changes", {"change": GIFT, "reason": "Gift"}
        world.admin.send("POST", path, gift, Idempotency_Key=uuid.uuid4().hex).must(201)
        stage.ledger.add("balance", guest.user_id, GIFT)
    return stage


def _coupons(world: World) -> str:
    """Create the templates; returns the id of the one that guests may claim."""
    about = {"scope": "any", "valid_days": 30, "enabled": True, "description": "", "sort": 1}
    for kind, amount, spend in (("welcome", COUPON, 3000), ("check_out", CHECK_OUT_COUPON, 8000)):
        wish = {"name": kind, "kind": kind, "amount": amount, "minimum_spend": spend, **about}
        world.admin.send("POST", "/api/staff/coupon-templates", wish).must(201)
    wish = {"name": "gift", "kind": "manual", "amount": 700, "minimum_spend": 1000, "quantity": GIFTS, **about}
    template_id: str = world.admin.send("POST", "/api/staff/coupon-templates", wish).must(201)["template_id"]
    return template_id


def _rooms(world: World, stage: Stage) -> str:
    first = world.room(units=ROOMS["wide"]["units"], price=ROOMS["wide"]["price"], nights=OPEN_DAYS)
    hotel_id: str = first["hotel_id"]
    stage.rooms["wide"] = first
    span = {"from": str(world.today), "to": str(world.today + timedelta(days=OPEN_DAYS))}
    for name in ROOMS.keys() - {"wide"}:
        facts = {"hotel_id": hotel_id, "name": name, "area": 20, "bed": "Twin", **ROOMS[name]}
        room = stage.rooms[name] = world.admin.send("POST", "/api/staff/rooms", facts).must(201)
        world.admin.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", span).must(200)
    for name, plan in ((name, plan) for name in ROOMS for plan in PLANS):
        facts = {"name": plan, "breakfasts": 1, **PLANS[plan]}
        path = f"/api/staff/rooms/{stage.rooms[name]['room_id']}/rate-plans"
        stage.plans[name, plan] = world.admin.send("POST", path, facts).must(201)["rate_plan_id"]
    for name, numbers in NUMBERS.items():
        path = f"/api/staff/rooms/{stage.rooms[name]['room_id']}/numbers"
        world.admin.send("PUT", path, {"numbers": list(numbers)}).must(200)
    return hotel_id


def _goods(world: World, stage: Stage) -> None:
    for name, price, stock in (("pot", POT_PRICE, POTS), ("cup", CUP_PRICE, CUPS), ("lamp", LAMP_PRICE, LAMPS)):
        wish = {"name": name, "price": price, "stock": stock, "description": "", "images": []}
        stage.goods[name] = world.admin.send("POST", "/api/staff/goods", wish).must(201)["goods_id"]
        stage.ledger.add("stock", stage.goods[name], stock)
    now = datetime.now(UTC)
    window = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=6)).isoformat()}
    for units in SALE_UNITS:
        wish = {"goods_id": stage.goods["lamp"], "price": FLASH_PRICE, "stock": units, "shards": 2, **window}
        stage.sales.append(world.admin.send("POST", "/api/staff/flash-sales", wish).must(201)["sale_id"])


def wait_until(holds: Any, seconds: float) -> bool:
    """Poll for at most so many seconds; returns whether it holds. A slow machine is no failure here."""
    deadline = time.monotonic() + seconds
    while not (found := holds()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return bool(found)
