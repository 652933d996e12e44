"""The callers, and a request of every route that is about the first guest and the first hotel of a small world."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.integration.crash_scenes import SCENES, _new_account
from tests.integration.crash_world import World
from tests.integration.house import TODAY, Reply, _route
from tests.support.clock import clock_at
from tests.support.contract import Operation

GUESTS_OWN = {"order_no", "payment_id"}
HOTELS_OWN = {"order_no", "payment_id", "invoice_id", "room_id", "hotel_id", "extra_id", "rate_plan_id", "user_id"}
"""Parameters that name objects which not every caller of the right role may reach."""


class Person(StrEnum):
    """All kinds of callers. The requested objects belong to GUEST, or to a hotel that STAFF serves."""

    NOBODY = "nobody"
    GUEST = "guest"
    OTHER_GUEST = "other guest"
    STAFF = "staff"
    STAFF_ELSEWHERE = "staff of another hotel"
    ADMIN = "admin"

    @property
    def role(self) -> Role | None:
        """The role in their token."""
        if self is Person.NOBODY:
            return None
        return {"guest": Role.GUEST, "staff": Role.STAFF, "admin": Role.ADMIN}[
            self.value.replace("other ", "").split()[0]
        ]


@dataclass(frozen=True)
class Asked:
    """A request, with its time."""

    method: str
    path: str
    body: Any
    headers: dict[str, str]
    at: datetime

    def named(self) -> dict[str, str]:
        """All ids in the path, the query and the body."""
        path, _, query = self.path.partition("?")
        pairs = (pair.split("=", 1) for pair in query.split("&") if pair)
        body = self.body if isinstance(self.body, dict) else {}
        return {**{k: v for k, v in body.items() if isinstance(v, str)}, **dict(pairs), **_route(self.method, path)[2]}

    def of_nothing(self, names: set[str]) -> Asked:
        """The same request about something that does not exist."""
        path, body = self.path, json.dumps(self.body, ensure_ascii=False)
        for name, value in self.named().items():
            if name in names:
                other = value[:-4] + ("0000" if value[-4:] != "0000" else "1111")
                path, body = path.replace(value, other), body.replace(value, other)
        return replace(self, path=path, body=json.loads(body))


def asked_now(method: str, path: str, body: Any = None) -> Asked:
    """A request at the present time, without headers of its own."""
    return Asked(method, path, body, {}, datetime.now(UTC))


class _Taken(Exception):
    """Raised with a request that was read but not sent."""


class Callers:
    """A world with one of each person in it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.house = world.house
        self.other_user: str = world.house.log_in("13900000002")["user"]["user_id"]
        gift = {"change": 10_000, "reason": "Gift"}
        world.staff("POST", f"/users/{self.other_user}/balance-changes", gift).must(201)
        self.elsewhere: str = world.house.hotel(name="Elsewhere")["hotel_id"]
        world.house.settle()

    def token(self, person: Person) -> str | None:
        """A token that is valid now."""
        match person:
            case Person.NOBODY:
                return None
            case Person.GUEST:
                return self.house.token(Role.GUEST, subject=self.world.user_id)
            case Person.OTHER_GUEST:
                return self.house.token(Role.GUEST, subject=self.other_user)
            case Person.STAFF:
                return self.house.token(Role.STAFF, *self._all_but_one(), subject="here")
            case Person.STAFF_ELSEWHERE:
                return self.house.token(Role.STAFF, self.elsewhere, subject="elsewhere")
            case Person.ADMIN:
                return self.house.admin

    def _all_but_one(self) -> set[str]:
        """Hotels, because some requests need their own hotel."""
        return {row["hotel_id"]["S"] for row in self.house.rows("hotels")} - {self.elsewhere}

    def ask(self, asked: Asked, person: Person) -> Reply:
        """Send a request as one of the persons, at its time."""
        with clock_at(asked.at):
            return self.ask_with(asked, self.token(person))

    def ask_with(self, asked: Asked, token: str | None) -> Reply:
        """Send a request with any token."""
        self.house.forget_caches()
        return self.house.send(asked.method, asked.path, asked.body, token, **asked.headers)

    def request(self, operation: Operation) -> Asked:
        """Make a new request of a route about a new object; it is valid, except perhaps for its caller."""
        if operation.step in REQUESTS:
            return REQUESTS[operation.step](self)
        if operation.step in SCENES:
            return self._taken(SCENES[operation.step].arrange(self.world))
        assert operation.method == "GET", f"{operation.step} changes something: give it a scene in crash_scenes.py"
        path = operation.path
        for name in operation.path_parameters:
            path = path.replace(f"{{{name}}}", self.example(name, operation))
        wanted = [f"{name}={self.example(name, operation)}" for name in operation.required_query]
        return asked_now("GET", path + ("?" + "&".join(wanted) if wanted else ""))

    def example(self, name: str, operation: Operation) -> str:
        """An existing value for a parameter of a route."""
        assert name in OBJECTS, (
            f"{operation.method} {operation.path} has the parameter {name}, of which callers.py knows no example: "
            "add one to OBJECTS, and to GUESTS_OWN or HOTELS_OWN if not everybody may reach it"
        )
        return OBJECTS[name](self.world, operation.path)

    def _taken(self, act: Callable[[], Any]) -> Asked:
        taken: list[Asked] = []

        def take(method: str, path: str, body: Any = None, token: str | None = None, **headers: str) -> Reply:
            taken.append(Asked(method, path, body, headers, datetime.now(UTC)))
            raise _Taken

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self.house, "send", take)
            with pytest.raises(_Taken):
                act()
        return taken[0]


def _order(world: World, path: str) -> str:
    for part, make in (("shop-orders", world.ordered), ("flash-orders", world.won), ("staff", world.paid)):
        if part in path:
            return make()
    return world.booked()


def _guest(world: World, path: str) -> str:
    """The guest; who works at a hotel knows those with a stay there."""
    if "/staff/guests/" in path:
        world.booked()
    return world.user_id


def _template(world: World, _path: str) -> str:
    found: str = world.house.template(kind="manual")["template_id"]
    return found


OBJECTS: dict[str, Callable[[World, str], str]] = {
    "order_no": _order,
    "payment_id": lambda world, _: world.with_payment(world.booked()),
    "invoice_id": lambda world, _: world.invoice(),
    "out_refund_no": lambda world, _: world.closed_refund(),
    "room_id": lambda world, _: str(world.room["room_id"]),
    "hotel_id": lambda world, _: str(world.room["hotel_id"]),
    "sale_id": lambda world, _: world.sale(),
    "goods_id": lambda world, _: world.goods,
    "template_id": _template,
    "user_id": _guest,
    "query": lambda _world, _path: "8000",
    "number": lambda world, _: world.number(),
    "username": lambda world, _: _new_account(world),
    "phone_number": lambda _world, _path: "13800138000",
    "day": lambda _world, _path: str(TODAY),
    "from": lambda _world, _path: str(TODAY),
    "to": lambda _world, _path: str(TODAY + timedelta(days=3)),
}
"""An existing value for each parameter, by name."""


def _ticket(callers: Callers) -> Asked:
    sale_id = callers.world.sale()
    ticket = callers.world.guest("POST", f"/flash-sales/{sale_id}/orders").must(202)["ticket"]
    callers.house.messages("FlashOrdersQueue")
    return asked_now("GET", f"/api/flash-sales/{sale_id}/orders/mine?ticket={ticket}")


def _right_password(callers: Callers) -> Asked:
    account = {"username": callers.world.key(), "password": "posthouse-test"}
    callers.world.staff("POST", "/accounts", {**account, "role": "admin", "hotel_ids": []}).must(201)
    return asked_now("POST", "/api/staff/sessions", account)


def _own_password(callers: Callers) -> Asked:
    """Every caller has an account with this password, and keeps it."""
    known = {row["username"]["S"] for row in callers.house.rows("staff")}
    for name in {"here", "elsewhere", "admin"} - known:
        _new_account(callers.world, name)
    same = {"current_password": "posthouse-test", "new_password": "posthouse-test"}
    return asked_now("POST", "/api/staff/me/password", same)


def _refund_of_a_stay(callers: Callers) -> Asked:
    path = f"/api/staff/orders/{callers.world.paid()}/refunds"
    return replace(asked_now("POST", path, {"reason": "Noise"}), headers={"Idempotency_Key": callers.world.key()})


def _two_rooms(callers: Callers) -> Asked:
    """What a change would cost: one that changes nothing is refused."""
    return asked_now("GET", f"/api/staff/bookings/{callers.world.paid()}/changes?units=2")


REQUESTS: dict[str, Callable[[Callers], Asked]] = {
    "change_my_password": _own_password,
    "create_refund": _refund_of_a_stay,
    "create_staff_session": _right_password,
    "get_verdict": _ticket,
    "preview_stay_change": _two_rooms,
    "list_flash_orders": lambda callers: asked_now("GET", f"/api/staff/flash-orders?sale_id={callers.world.sale()}"),
}
"""Requests that neither a scene nor the parameters' examples can make."""


def owned(operation: Operation, asked: Asked) -> set[str]:
    """The parameters of a request that name objects which not every caller of the right role may reach."""
    return set(asked.named()) & (GUESTS_OWN if Role.GUEST in operation.roles else HOTELS_OWN)


def expected(operation: Operation, asked: Asked, person: Person) -> int | None:
    """The status that refuses a person; None if they are allowed."""
    if not operation.roles:
        return None
    if person.role is None:
        return 401
    if person.role not in operation.roles:
        return 403
    strange = person in {Person.OTHER_GUEST, Person.STAFF_ELSEWHERE}
    return 404 if strange and owned(operation, asked) else None
