"""Permissions: every route of openapi.yaml, called by every kind of caller. A new route is included automatically."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import jwt
import pytest

from posthouse.domain.identity import Role
from posthouse.entry import staff_tokens
from tests.integration.callers import OBJECTS, Callers, Person, asked_now, expected, owned
from tests.integration.crash_scenes import SCENES
from tests.integration.crash_world import begun
from tests.integration.house import NOW, Reply
from tests.integration.standing import Simulator, house_on_moto
from tests.support.contract import Operation, operations

GUARDED = [operation for operation in operations() if operation.roles]
OPEN = [operation for operation in operations() if not operation.roles]

TICKETS = {"get_verdict": 422}
"""A flash sale is public; only the ticket belongs to a guest, and another guest's ticket is invalid."""

BUSY = {"delete_me": 409}
"""The caller has open orders or a balance, so their own account cannot be deleted."""

SIGNED = {"receive_payment_notification", "receive_refund_notification"}
"""WeChat's own calls: they need no token, and are signed."""


@pytest.fixture(scope="module")
def callers(simulator: Simulator) -> Iterator[Callers]:
    """One world for all routes: each request uses its own objects."""
    with pytest.MonkeyPatch.context() as patch, house_on_moto(simulator, patch) as house:
        yield Callers(begun(house, simulator))


def told(reply: Reply) -> tuple[int, Any]:
    """The information in a response: all but the request's own id."""
    return reply.status, {name: value for name, value in (reply.body or {}).items() if name != "request_id"}


@pytest.mark.parametrize("operation", GUARDED, ids=str)
def test_a_route_is_for_those_who_may(callers: Callers, operation: Operation) -> None:
    asked = callers.request(operation)
    before = callers.house.contents()
    refusals = {person: expected(operation, asked, person) for person in Person}
    refusals[Person.OTHER_GUEST] = refusals[Person.OTHER_GUEST] or TICKETS.get(operation.step)
    assert any(status is None for status in refusals.values())
    for person, status in refusals.items():
        if status is not None:
            assert callers.ask(asked, person).status == status, person
    assert callers.house.contents() == before, "a refused request has changed something"
    for person, status in refusals.items():
        if status is None:
            mine = callers.request(operation)
            answered = callers.ask(mine, person).status
            assert answered == BUSY[operation.step] if operation.step in BUSY else answered < 300, person
            # They may not learn its state either.
            for other, refused in refusals.items():
                if refused is not None:
                    assert told(callers.ask(mine, other)) == told(callers.ask(asked, other)), (person, other)


@pytest.mark.parametrize("operation", GUARDED, ids=str)
def test_a_refusal_says_nothing_of_what_exists(callers: Callers, operation: Operation) -> None:
    asked = callers.request(operation)
    nothing = asked.of_nothing(owned(operation, asked) or set(operation.path_parameters))
    named = owned(operation, asked) or operation.path_parameters
    assert (nothing != asked) == bool(named)
    for person in Person:
        if expected(operation, asked, person) is not None:
            assert told(callers.ask(nothing, person)) == told(callers.ask(asked, person)), person
    if owned(operation, asked):
        rightful = Person.GUEST if expected(operation, asked, Person.GUEST) is None else Person.ADMIN
        assert callers.ask(nothing, rightful).status == 404


@pytest.mark.parametrize("operation", GUARDED, ids=str)
def test_a_caller_is_judged_before_what_they_send(callers: Callers, operation: Operation) -> None:
    path = operation.path.replace("{", "x").replace("}", "x")
    nonsense = asked_now(operation.method, f"{path}?limit=none", b"{")
    for person in Person:
        refused = expected(operation, nonsense, person)
        if refused in {401, 403}:
            assert callers.ask(nonsense, person).status == refused, person


@pytest.mark.parametrize("operation", OPEN, ids=str)
def test_an_open_route_asks_nobody_who_they_are(callers: Callers, operation: Operation) -> None:
    if operation.step in SIGNED:
        assert SCENES[operation.step].arrange(callers.world)().status < 300
        return
    for token in (None, "not a token"):
        assert callers.ask_with(callers.request(operation), token).status < 300


LISTS = [operation for operation in GUARDED if operation.method == "GET"]


@pytest.fixture(scope="module")
def private(callers: Callers) -> set[str]:
    """Values that are private to the guest: orders of each kind, a payment, their identity."""
    world = callers.world
    orders = [world.booked(), world.ordered(), world.won()]
    payment_id = world.with_payment(orders[0])
    callers.house.settle()
    return {*orders, payment_id, world.user_id, "13900000001", "13800138000"}


@pytest.mark.parametrize("operation", LISTS, ids=str)
def test_what_is_the_guests_is_in_answers_to_nobody_else(
    callers: Callers, private: set[str], operation: Operation
) -> None:
    asked = callers.request(operation)
    mark = "&" if "?" in asked.path else "?"
    examples = operation.optional_query & set(OBJECTS)
    for query in ["", *(f"{mark}{name}={callers.example(name, operation)}" for name in examples)]:
        mine = replace(asked, path=asked.path + query)
        for person in (Person.OTHER_GUEST, Person.STAFF_ELSEWHERE):
            found = callers.ask(mine, person)
            assert found.status in {200, 401, 403, 404, 422}, (query, found.body)
            assert not [word for word in private if word in found.raw], (query, person)


def test_the_guest_and_staff_of_the_hotel_do_see_it(callers: Callers) -> None:
    order_no = callers.world.booked()
    for person, path in ((Person.GUEST, "/api/bookings"), (Person.STAFF, "/api/staff/bookings?limit=100")):
        assert order_no in callers.ask(asked_now("GET", path), person).raw


@pytest.mark.parametrize("step", ["create_refund", "list_order_messages", "list_order_notifications", "list_payments"])
def test_orders_of_goods_are_admins_alone(callers: Callers, step: str) -> None:
    [operation] = [found for found in operations() if found.step == step]
    order_no = callers.world.paid_goods()
    path = operation.path.replace("{order_no}", order_no)
    query = f"?order_no={order_no}" if operation.required_query else ""
    body = {"reason": "Noise"} if operation.method == "POST" else None
    asked = replace(asked_now(operation.method, path + query, body), headers={"Idempotency_Key": callers.world.key()})
    for person in (Person.STAFF, Person.STAFF_ELSEWHERE):
        callers.ask(asked, person).refused(404, "not_found")
    assert callers.ask(asked, Person.ADMIN).status < 300


# ---------------------------------------------------------------- tokens


def _claims(role: str, /, **more: Any) -> dict[str, Any]:
    life = {"iat": NOW, "exp": NOW + timedelta(hours=1)}
    return {"iss": "posthouse", "aud": "caller", "sub": "somebody", "role": role, "hotels": [], **life, **more}


def _signed(role: str, key: str = "k" * 64, /, algorithm: str = "HS256", **more: Any) -> str:
    return jwt.encode(_claims(role, **more), key, algorithm)


def _tampered(role: str) -> str:
    """A token with the claims of one token and the signature of another."""
    head, _, signature = _signed("guest" if role != "guest" else "staff").split(".")
    return ".".join([head, _signed(role).split(".")[1], signature])


BAD_TOKENS: dict[str, tuple[Callable[[str], str], str]] = {
    "expired": (lambda role: _signed(role, exp=NOW - timedelta(seconds=1)), "token_expired"),
    "signed with another key": (lambda role: _signed(role, "x" * 64), "invalid_token"),
    "signed with no key": (lambda role: jwt.encode(_claims(role), "", "none"), "invalid_token"),
    "signed with another algorithm": (lambda role: _signed(role, algorithm="HS512"), "invalid_token"),
    "tampered with": (_tampered, "invalid_token"),
    "a cursor": (lambda role: _signed(role, aud="cursor staff_bookings"), "invalid_token"),
    "a ticket": (lambda role: _signed(role, aud="flash ticket"), "invalid_token"),
    "somebody else's": (lambda role: _signed(role, iss="elsewhere"), "invalid_token"),
    "without an end": (lambda role: _signed(role, exp=None), "invalid_token"),
    "nobody's": (lambda role: _signed(role, sub=None), "invalid_token"),
    "of an unknown role": (lambda _: _signed("root"), "invalid_token"),
    "without a role": (lambda _: _signed("admin", role=None), "invalid_token"),
    "without hotels": (lambda role: _signed(role, hotels=None), "invalid_token"),
    "no token": (lambda _: "not-a-token", "invalid_token"),
    "a list": (lambda _: "W10.W10.W10", "invalid_token"),
    "empty": (lambda _: "", "missing_token"),
}


@pytest.mark.parametrize("operation", GUARDED, ids=str)
def test_a_bad_token_opens_no_route(callers: Callers, operation: Operation) -> None:
    path = operation.path.replace("{", "x").replace("}", "x")
    for (kind, (make, code)), role in product(BAD_TOKENS.items(), operation.roles):
        reply = callers.ask_with(asked_now(operation.method, path), make(role.value))
        assert (reply.status, reply.body["code"]) == (401, code), kind


@pytest.mark.parametrize("operation", [it for it in GUARDED if Role.ADMIN in it.roles], ids=str)
def test_a_token_of_a_changed_account_opens_no_route(callers: Callers, operation: Operation) -> None:
    if "leaver" not in {row["username"]["S"] for row in callers.house.rows("staff")}:
        account = {"username": "leaver", "password": "posthouse-test", "role": "admin", "hotel_ids": []}
        made = callers.world.staff("POST", "/accounts", account).must(201)
        second = {**account, "username": "another"}
        callers.world.staff("POST", "/accounts", second).must(201)
        callers.world.staff("PUT", "/accounts/leaver", {**made, "enabled": False}).must(200)
        staff_tokens.forget_ended_tokens()
    path = operation.path.replace("{", "x").replace("}", "x")
    for role in operation.roles:
        token = _signed(role.value, sub="leaver", version=1)
        callers.ask_with(asked_now(operation.method, path), token).refused(401, "token_ended")


def test_the_same_token_made_well_does_open_one(callers: Callers) -> None:
    assert callers.ask_with(asked_now("GET", "/api/staff/goods"), _signed("admin")).status == 200


def test_the_previous_key_is_accepted_too(callers: Callers) -> None:
    assert callers.ask_with(asked_now("GET", "/api/staff/goods"), _signed("admin", "p" * 64)).status == 200


def test_who_guesses_passwords_locks_nobody_out_of_the_work_they_do(callers: Callers) -> None:
    """Else anybody could end the sessions of staff whose names they know; the lock only stops guessing."""
    login = callers.request(next(it for it in operations() if it.step == "create_staff_session"))
    token = callers.ask_with(login, None).must(201)["access_token"]
    for _ in range(5):
        callers.ask_with(replace(login, body={**login.body, "password": "wrong-password"}), None)
    callers.ask_with(login, None).refused(429, "account_locked")
    assert callers.ask_with(asked_now("GET", "/api/staff/goods"), token).status == 200
