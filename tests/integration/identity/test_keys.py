"""An Idempotency-Key on a request of staff holds: the change is made once, whatever is sent again, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.integration.conftest import Arrange
from tests.integration.crash_scenes import _fee_paid_at_the_desk
from tests.integration.crash_world import SHIPMENT, World, begun
from tests.integration.house import NOW, House
from tests.integration.standing import Simulator
from tests.support.clock import clock_at
from tests.support.contract import operations
from tests.support.template import functions

HOTEL = {"name": "H", "city": "C", "address": "A", "phone": "028-1234567", "latitude": 30.0, "longitude": 104.0}
ROOM = {"name": "Twin", "price": 30000, "units": 2, "area": 30, "bed": "Twin"}
LEAK = {"from": "2026-11-23", "to": "2026-11-26", "reason": "The bath leaks"}
FEE = {"kind": "fee", "description": "Minibar", "amount": 2800}
PLAN = {"name": "Early bird", "breakfasts": 2, "cancel_fee_bp": 10000, "payment": "full", "adjustment_bp": -1500}
EXTRA = {"name": "Breakfast", "price": 3800, "per": "guest_night"}
TEMPLATE = {"name": "More", "kind": "manual", "amount": 100, "minimum_spend": 100, "valid_days": 3}
TIMES = {"starts_at": NOW.isoformat(), "ends_at": (NOW + timedelta(hours=1)).isoformat()}

PASSWORD, NEW_PASSWORD = "posthouse-test", "another-password"
OWN_PASSWORD = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}


def _account(world: World, username: str) -> str:
    facts = {"username": username, "password": PASSWORD, "role": "admin"}
    world.staff("POST", "/accounts", facts).must(201)
    return username


def _owing(world: World) -> str:
    order_no = world.paid()
    world.staff("POST", f"/bookings/{order_no}/folio-lines", FEE).must(201)
    return order_no


def _guest_of(world: World) -> str:
    world.booked()
    return world.user_id


def _own(world: World) -> tuple[str, Any]:
    _account(world, "admin")
    return "/me/password", OWN_PASSWORD


def _changed_nights(world: World) -> tuple[str, Any]:
    path = f"/rooms/{world.room['room_id']}/nights"
    with clock_at(NOW + timedelta(minutes=5)):
        change = world.staff("PUT", path, {"from": "2026-12-01", "to": "2026-12-04"}).must(200)
    return f"{path}/undo", {"change_id": change["change_id"]}


ASKED: dict[str, Callable[[World], tuple[str, Any]]] = {
    "create_hotel": lambda _: ("/hotels", HOTEL),
    "create_room": lambda world: ("/rooms", {**ROOM, "hotel_id": world.room["hotel_id"]}),
    "undo_nights": _changed_nights,
    "create_extra": lambda world: (f"/hotels/{world.room['hotel_id']}/extras", EXTRA),
    "create_rate_plan": lambda world: (f"/rooms/{world.room['room_id']}/rate-plans", PLAN),
    "create_coupon_template": lambda _: ("/coupon-templates", TEMPLATE),
    "create_goods": lambda _: ("/goods", {"name": "Cup", "price": 100, "stock": 3}),
    "change_stock": lambda world: (f"/goods/{world.goods}/stock-changes", {"change": 5, "reason": "Delivery"}),
    "create_flash_sale": lambda world: ("/flash-sales", {"goods_id": world.goods, "price": 900, "stock": 3, **TIMES}),
    "ship_goods": lambda world: (f"/orders/{world.paid_goods()}/shipment", SHIPMENT),
    "return_goods": lambda world: (f"/orders/{world.sent_goods()}/return", {"reason": "Broken"}),
    "check_in": lambda world: (f"/bookings/{world.paid()}/check-in", None),
    "mark_no_show": lambda world: (f"/bookings/{world.paid()}/no-show", None),
    "reverse_check_in": lambda world: (f"/bookings/{world.arrived()}/check-in-reversal", {"reason": "Wrong guest"}),
    "assign_numbers": lambda world: (f"/bookings/{world.paid()}/numbers", {"numbers": [world.number()]}),
    "create_out_of_order": lambda world: (
        f"/hotels/{world.room['hotel_id']}/numbers/{world.number()}/out-of-order",
        LEAK,
    ),
    "retry_refund": lambda world: (f"/refunds/{world.closed_refund()}/retry", None),
    "note_invoice_issued": lambda world: (
        f"/invoice-requests/{world.invoice()}/issued",
        {"number": "26510000000012345678"},
    ),
    "note_invoice_corrected": lambda world: (
        f"/invoice-requests/{world.outdated_invoice()}/corrected",
        {"number": "26510000000012345999"},
    ),
    "create_order_note": lambda world: (f"/orders/{world.booked()}/notes", {"text": "High floor"}),
    "create_guest_note": lambda world: (f"/guests/{_guest_of(world)}/notes", {"text": "High floor"}),
    "reverse_desk_payment": lambda world: (
        "/orders/{}/desk-payments/{}/reversal".format(*_fee_paid_at_the_desk(world)),
        {"reason": "Typed by mistake"},
    ),
    "create_staff_payment": lambda world: (f"/orders/{_owing(world)}/payments", {"via": "native", "amount": 1000}),
    "create_staff_account": lambda _: ("/accounts", {"username": "new", "role": "admin", "password": PASSWORD}),
    "set_staff_password": lambda world: (f"/accounts/{_account(world, 'desk')}/password", {"password": NEW_PASSWORD}),
    "change_my_password": _own,
    "retry_shipping_information": lambda world: (
        f"/shipping-information/{world.refused_shipping()}/retry",
        {"carrier": "ZTO"},
    ),
}
"""A request for each route of staff that takes a key without requiring one."""

DAYS = {"check_in": 3, "mark_no_show": 4, "reverse_check_in": 3}
"""How many days later the requests are made that wait for a day."""

REQUIRED = {
    "add_folio_line",
    "cancel_staff_booking",
    "change_stay",
    "create_staff_booking",
    "change_balance",
    "change_points",
    "create_desk_payment",
    "create_desk_refund",
    "create_refund",
    "grant_coupon",
}
OWN = {
    "create_staff_session": "a login changes nothing",
    "check_out": "it may always be sent again, also for a finished stay",
    "redrive_dead_letters": "it moves what is there now; what was moved is not moved again",
}
"""Routes without a key, and why a repeat does no harm."""


@pytest.fixture
def world(house: House, simulator: Simulator) -> World:
    return begun(house, simulator)


def test_every_post_of_staff_takes_a_key_or_needs_none() -> None:
    posts = {it.step for it in operations() if it.method == "POST" and it.path.startswith("/api/staff")}
    assert posts == set(ASKED) | REQUIRED | set(OWN)
    contracts = {step: functions()[step].handler().contract for step in posts}  # type: ignore[attr-defined]
    assert {step for step, contract in contracts.items() if contract.keyed} == set(ASKED)
    assert {step for step, contract in contracts.items() if contract.idempotent} == REQUIRED


def _asked(world: World, step: str) -> Callable[[], Any]:
    path, body = ASKED[step](world)
    days = DAYS.get(step, 0)

    def ask() -> Any:
        with clock_at(NOW + timedelta(days=days, minutes=5)):
            # As of now: the tokens of an account end with its password.
            token = world.house.token(Role.ADMIN, subject="admin")
            return world.house.send("POST", f"/api/staff{path}", body, token, Idempotency_Key="the-key")

    return ask


@pytest.mark.parametrize("step", ASKED)
def test_a_key_holds(world: World, step: str) -> None:
    ask = _asked(world, step)
    first = ask()
    assert first.status in {200, 201, 202, 204}, first.body
    before = world.house.contents()
    again = ask()
    assert (again.status, again.body) == (first.status, first.body)
    assert world.house.contents() == before


@pytest.mark.parametrize("step", ASKED)
def test_the_same_key_at_once_is_one_change(world: World, step: str, before_commit: Arrange) -> None:
    ask = _asked(world, step)
    first: list[Any] = []
    before_commit(lambda: first.append(ask()))
    again = ask()
    assert (again.status, again.body) == (first[0].status, first[0].body)
    audit = [row for row in world.house.rows("audit") if row["entry_id"]["S"]]
    keyed = [row for row in world.house.rows("idempotency") if row["caller_key"]["S"].endswith("#the-key")]
    assert len(keyed) == 1
    assert len({row["entry_id"]["S"] for row in audit}) == len(audit)


OF_A_HOTEL: dict[str, Callable[[World], tuple[str, Any]]] = {
    **{
        step: ASKED[step]
        for step in (
            "create_room",
            "create_extra",
            "create_rate_plan",
            "undo_nights",
            "check_in",
            "mark_no_show",
            "reverse_check_in",
            "assign_numbers",
            "create_out_of_order",
            "reverse_desk_payment",
            "note_invoice_issued",
            "note_invoice_corrected",
            "create_order_note",
            "create_guest_note",
            "create_staff_payment",
        )
    },
    "create_refund": lambda world: (f"/orders/{world.paid()}/refunds", {"reason": "Noise", "amount": 1}),
    "add_folio_line": lambda world: (f"/bookings/{world.paid()}/folio-lines", FEE),
    "cancel_staff_booking": lambda world: (f"/bookings/{world.paid()}/cancellation", {"reason": "Called us"}),
    "change_stay": lambda world: (f"/bookings/{world.paid()}/changes", {"check_out": "2026-11-27", "reason": "Longer"}),
    "create_staff_booking": lambda world: (
        "/bookings",
        {**world.house.wish(world.room, begin=3, nights=2), "source": "phone"},
    ),
    "create_desk_payment": lambda world: (f"/orders/{_owing(world)}/desk-payments", {"method": "cash", "amount": 100}),
    "create_desk_refund": lambda world: (
        f"/orders/{_fee_paid_at_the_desk(world)[0]}/desk-refunds",
        {"method": "cash", "amount": 100, "reason": "Noise"},
    ),
}
"""A request for each route with a key that staff of one hotel may call."""


def test_every_route_with_a_key_that_staff_of_one_hotel_may_call_is_tried() -> None:
    contracts = {step: functions()[step].handler().contract for step in {*ASKED, *REQUIRED}}  # type: ignore[attr-defined]
    of_staff = {step for step, contract in contracts.items() if Role.STAFF in contract.roles}
    assert of_staff == set(OF_A_HOTEL) | {"change_my_password"}  # which shows nothing


@pytest.mark.parametrize("step", OF_A_HOTEL)
def test_a_key_shows_nothing_of_a_hotel_that_its_caller_has_left(world: World, step: str) -> None:
    house, (path, body) = world.house, OF_A_HOTEL[step](world)
    days = DAYS.get(step, 0)
    elsewhere = house.hotel(name="Elsewhere")["hotel_id"]

    def ask(hotel_id: str) -> Any:
        token = house.token(Role.STAFF, hotel_id, subject="desk")
        return house.send("POST", f"/api/staff{path}", body, token, Idempotency_Key="the-key")

    with clock_at(NOW + timedelta(days=days, minutes=5)):
        first = ask(world.room["hotel_id"])
        assert first.status in {200, 201, 202, 204}, first.body
        before = house.contents()
        ask(elsewhere).refused(404, "not_found")
        assert house.contents() == before
        assert ask(world.room["hotel_id"]).body == first.body


def test_a_key_shows_an_order_of_goods_to_admins_alone(world: World) -> None:
    house, path = world.house, f"/api/staff/orders/{world.paid_goods()}/refunds"

    def ask(token: str) -> Any:
        return house.send("POST", path, {"reason": "Noise", "amount": 1}, token, Idempotency_Key="the-key")

    ask(house.token(Role.ADMIN, subject="boss")).must(202)
    ask(house.token(Role.STAFF, world.room["hotel_id"], subject="boss")).refused(404, "not_found")


def test_no_digest_of_a_password_is_kept_and_a_lost_answer_counts_no_wrong_one(world: World) -> None:
    house, name = world.house, _account(world, "desk")

    def ask(current: str, new: str, key: str = "the-key") -> Any:
        token = house.token(Role.ADMIN, subject=name)
        body = {"current_password": current, "new_password": new}
        return house.send("POST", "/api/staff/me/password", body, token, Idempotency_Key=key)

    for _ in range(7):  # more often than wrong passwords lock the account
        ask(PASSWORD, NEW_PASSWORD).must(204)
    house.send("POST", "/api/staff/sessions", {"username": name, "password": NEW_PASSWORD}).must(201)
    hashes = {row["body_hash"]["S"] for row in house.rows("idempotency") if "me/password" in row["caller_key"]["S"]}
    # Another password under the key: its repeat, as the password is not part of what is compared. The first one stands.
    ask(NEW_PASSWORD, "a-third-password").must(204)
    house.send("POST", "/api/staff/sessions", {"username": name, "password": NEW_PASSWORD}).must(201)
    ask(NEW_PASSWORD, "a-third-password", "other").must(204)
    rows = [row for row in house.rows("idempotency") if "me/password" in row["caller_key"]["S"]]
    assert len(rows) == 2
    assert {row["body_hash"]["S"] for row in rows} == hashes
    # But another account, or another role, is another request.
    account = {"username": "new", "password": PASSWORD, "role": "admin"}
    for change, code in (
        ({}, None),
        ({"password": NEW_PASSWORD}, None),
        ({"username": "newer"}, "idempotency_key_reused"),
    ):
        made = house.send("POST", "/api/staff/accounts", {**account, **change}, house.admin, Idempotency_Key="k")
        assert made.must(201)["username"] == "new" if code is None else made.refused(422, code)


def test_another_body_under_the_key_is_refused(world: World) -> None:
    def create(name: str, key: str) -> Any:
        body = {"name": name, "price": 100, "stock": 3}
        return world.house.send("POST", "/api/staff/goods", body, world.house.admin, Idempotency_Key=key)

    create("Cup", "key").must(201)
    create("Mug", "key").refused(422, "idempotency_key_reused")
    create("Mug", "two words").refused(422, "idempotency_key_required")
    # An empty key is a wrong one: without this, its client would believe that a repeat does nothing.
    create("Mug", "").refused(422, "idempotency_key_required")
    # Without a key each request is a new one.
    for _ in range(2):
        world.house.send("POST", "/api/staff/goods", {"name": "X", "price": 1, "stock": 1}, world.house.admin).must(201)
    assert sum(row["name"]["S"] == "X" for row in world.house.rows("goods")) == 2
