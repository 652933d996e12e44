"""A stay is booked with a rate plan: its price, what it keeps of the plan, and who may book it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.integration import costs
from tests.integration.conftest import Arrange
from tests.integration.house import House
from tests.integration.ledgers import assert_balanced
from tests.integration.paid_stay import PRICE
from tests.integration.planned_stay import AT_HOTEL, DEPOSIT, change_plan, make_plan, planned, set_level

CHEAP = {"name": "早订 Early bird", "adjustment_bp": -1000, "adjustment": -500, "breakfasts": 2, "cancel_fee_bp": 10000}
NIGHT = 26_500
"""What a night of 30000 costs with that plan."""


def _by_staff(house: House, room: dict[str, Any], **more: Any) -> Any:
    body = {**house.wish(room, nights=2), "source": "phone", **more}
    return house.send(
        "POST", "/api/staff/bookings", body, house.admin, Idempotency_Key="-".join(["desk", *sorted(more)])
    )


def test_a_booking_keeps_the_plan_as_it_was_booked(house: House) -> None:
    room = house.room(price=PRICE, breakfasts=1)
    plan = make_plan(house, room, **CHEAP, free_cancel_hours=None)
    wish = house.wish(room, nights=2, rate_plan_id=plan["rate_plan_id"], expected_total=2 * NIGHT)
    booked = house.book(token := house.guest(), wish).must(201)
    assert [item["price"] for item in booked["items"]] == [NIGHT, NIGHT]
    kept = {
        "rate_plan_id": plan["rate_plan_id"],
        "rate_plan_name": CHEAP["name"],
        "payment": "full",
        "breakfasts": 2,
        "free_cancel_hours": None,
        "free_cancel_until": None,
        "cancel_fee_bp": 10000,
        "deposit_bp": None,
        "total": 2 * NIGHT,
        "due_now": 2 * NIGHT,
        "due_later": 0,
        "status": "pending_payment",
    }
    assert {name: booked[name] for name in kept} == kept
    change_plan(house, plan, name="Other", breakfasts=0, adjustment_bp=9000, enabled=False, free_cancel_hours=1)
    again = house.booking(token, booked["order_no"])
    assert {name: again[name] for name in kept} == kept
    [listed] = house.send("GET", "/api/staff/bookings?status=pending_payment", token=house.admin).must(200)["items"]
    assert {name: listed[name] for name in kept} == kept
    [row] = house.rows("bookings")
    assert json.loads(row["plan"]["S"])["name"] == CHEAP["name"]
    assert "free_cancel_hours" not in row


def test_without_a_plan_a_booking_has_what_its_room_type_had(house: House) -> None:
    room = house.room(price=PRICE, breakfasts=2, free_cancel_hours=6, cancel_fee_bp=2000)
    make_plan(house, room, **CHEAP)
    booked = house.book(house.guest(), house.wish(room, nights=2)).must(201)
    kept = {"rate_plan_id": None, "rate_plan_name": None, "payment": "full", "breakfasts": 2, "free_cancel_hours": 6}
    assert {name: booked[name] for name in kept} == kept
    [row] = house.rows("bookings")
    assert "plan" not in row


@pytest.mark.parametrize(("plan", "now", "status"), [(DEPOSIT, 17_400, "pending_payment"), (AT_HOTEL, 0, "reserved")])
def test_a_discount_comes_before_what_is_due_now(house: House, plan: dict[str, Any], now: int, status: str) -> None:
    house.template()
    token = house.guest()
    house.settle()
    [coupon] = house.coupons(token)
    stay = planned(house, plan, token=token, coupon_id=coupon["coupon_id"])
    booked = stay.booking
    assert (booked["payable"], booked["due_now"], booked["due_later"]) == (58_000, now, 58_000 - now)
    assert (booked["status"], booked["payment"]) == (status, plan["payment"])
    assert_balanced(house)


def test_extra_guests_and_extras_are_not_changed_by_the_plan(house: House) -> None:
    room = house.room(price=PRICE, max_adults=3, included_adults=2, extra_adult_price=8000)
    plan = make_plan(house, room, **CHEAP, payment="deposit", deposit_bp=5000)
    path = f"/api/staff/hotels/{room['hotel_id']}/extras"
    extra = house.send("POST", path, {"name": "Cot", "price": 500, "per": "night"}, house.admin).must(201)
    chosen = [{"extra_id": extra["extra_id"], "quantity": 3}]
    wish = house.wish(room, nights=2, adults=3, extras=chosen, rate_plan_id=plan["rate_plan_id"])
    booked = house.book(house.guest(), wish).must(201)
    assert (booked["guests_total"], booked["extras_total"]) == (16_000, 3_000)
    assert (booked["total"], booked["due_now"]) == (2 * NIGHT + 19_000, NIGHT + 9_500)


def test_another_total_is_refused_with_the_offer_as_it_is_now(house: House) -> None:
    room = house.room(price=PRICE)
    plan = make_plan(house, room, **DEPOSIT)
    wish = house.wish(room, nights=2, rate_plan_id=plan["rate_plan_id"], expected_total=1)
    refused = house.book(house.guest(), wish).refused(409, "price_changed")
    offer = refused["offer"]
    assert (refused["expected"], refused["actual"], offer["total"], offer["due_now"]) == (1, 60_000, 60_000, 18_000)
    assert (offer["rate_plan_id"], offer["name"], offer["payment"]) == (
        plan["rate_plan_id"],
        DEPOSIT["name"],
        "deposit",
    )
    refused = _by_staff(house, room, expected_total=2).refused(409, "price_changed")
    assert (refused["offer"]["rate_plan_id"], refused["offer"]["total"]) == (None, 60_000)


@pytest.mark.parametrize("by_staff", [False, True])
def test_a_plan_that_is_not_there_or_not_on_sale(house: House, *, by_staff: bool) -> None:
    room, other = house.room(), house.room()
    plan, foreign = make_plan(house, room), make_plan(house, other)

    def book(rate_plan_id: str) -> Any:
        if by_staff:
            return _by_staff(house, room, rate_plan_id=rate_plan_id)
        return house.book(house.guest(), house.wish(room, nights=2, rate_plan_id=rate_plan_id))

    for unknown in ("R" * 26, foreign["rate_plan_id"]):
        book(unknown).refused(404, "not_found")
    change_plan(house, plan, enabled=False)
    book(plan["rate_plan_id"]).refused(409, "not_on_sale")
    assert house.rows("bookings") == []


@pytest.mark.parametrize(
    ("restriction", "rule"),
    [
        ("min_stay", {"min_stay": 3}),
        ("days_ahead", {"days_ahead": {"min": 5}}),
        ("validity", {"valid_to": "2026-01-01"}),
    ],
)
def test_a_plan_that_is_not_for_this_stay(house: House, restriction: str, rule: dict[str, Any]) -> None:
    room = house.room()
    plan = make_plan(house, room, **rule)
    wish = house.wish(room, nights=2, rate_plan_id=plan["rate_plan_id"])
    refused = house.book(house.guest(), wish).refused(409, "restricted")
    assert (refused["restriction"], "date" in refused) == (restriction, True)
    _by_staff(house, room, rate_plan_id=plan["rate_plan_id"]).refused(409, "restricted")
    made = _by_staff(house, room, rate_plan_id=plan["rate_plan_id"], despite_restrictions=True).must(201)
    assert made["rate_plan_id"] == plan["rate_plan_id"]
    [noted] = house.send("GET", f"/api/staff/audit?target={made['order_no']}", token=house.admin).must(200)["items"]
    assert (noted["after"]["despite_restrictions"], noted["after"]["rate_plan_id"]) == (True, plan["rate_plan_id"])
    house.book(house.guest(), house.wish(room, nights=2), "standard").must(201)


@pytest.mark.parametrize("plan", [{"min_level": "gold"}, {"min_level": "gold", **AT_HOTEL}])
def test_a_plan_for_guests_of_a_level(house: House, plan: dict[str, Any]) -> None:
    session, room = house.log_in(), house.room(units=5)
    token, user_id = session["access_token"], session["user"]["user_id"]
    made = make_plan(house, room, **plan)
    wish = house.wish(room, rate_plan_id=made["rate_plan_id"])
    for level in (None, "silver"):
        set_level(user_id, level)
        refused = house.book(token, wish).refused(409, "level_too_low")
        assert refused["min_level"] == "gold"
    set_level(user_id, "diamond")
    house.book(token, wish).must(201)
    _by_staff(house, room, rate_plan_id=made["rate_plan_id"]).must(201)
    every = make_plan(house, room, min_level="member")
    asked = costs.counted(lambda: house.book(token, {**wish, "rate_plan_id": every["rate_plan_id"]}, "2").must(201))
    assert "guests" not in asked.reads


@pytest.mark.parametrize("mode", ["on_order", "on_payment"])
@pytest.mark.parametrize("by_staff", [False, True])
def test_a_plan_that_changes_between_reading_and_writing(
    house: House, before_commit: Arrange, mode: str, *, by_staff: bool
) -> None:
    room = house.room(price=PRICE, inventory_mode=mode)
    plan = make_plan(house, room, **CHEAP)

    def book(key: str, **more: Any) -> Any:
        if by_staff:
            return _by_staff(house, room, rate_plan_id=plan["rate_plan_id"], notes=key, **more)
        return house.book(house.guest(), house.wish(room, nights=2, rate_plan_id=plan["rate_plan_id"], **more), key)

    before_commit(lambda: plan.update(change_plan(house, plan, adjustment_bp=0)))
    refused = book("first", expected_total=2 * NIGHT).refused(409, "price_changed")
    assert refused["offer"]["total"] == refused["actual"] == 2 * 29_500
    before_commit(lambda: plan.update(change_plan(house, plan, adjustment_bp=-5000)))
    booked = book("second").must(201)
    assert (booked["total"], booked["items"][0]["price"]) == (29_000, 14_500)
    before_commit(lambda: plan.update(change_plan(house, plan, enabled=False)))
    book("third", arrival_time="20:00").refused(409, "not_on_sale")
    house.settle()
    assert_balanced(house)


@pytest.mark.parametrize("mode", ["on_order", "on_payment"])
def test_a_level_that_is_lost_between_reading_and_writing(house: House, before_commit: Arrange, mode: str) -> None:
    session, room = house.log_in(), house.room(inventory_mode=mode)
    token, user_id = session["access_token"], session["user"]["user_id"]
    plan = make_plan(house, room, min_level="silver")
    set_level(user_id, "silver")
    before_commit(lambda: set_level(user_id, None))
    house.book(token, house.wish(room, rate_plan_id=plan["rate_plan_id"])).refused(409, "level_too_low")
    assert house.rows("bookings") == []


def test_a_calendar_that_changes_between_reading_and_writing(house: House, before_commit: Arrange) -> None:
    room = house.room(price=PRICE)
    plan = make_plan(house, room, **CHEAP)
    nights = f"/api/staff/rooms/{room['room_id']}/nights"
    wish = house.wish(room, nights=2, rate_plan_id=plan["rate_plan_id"])
    span = {"from": wish["check_in"], "to": wish["check_out"], "price": 20_000}
    before_commit(lambda: house.send("PUT", nights, span, house.admin).must(200))
    booked = house.book(house.guest(), wish).must(201)
    assert booked["total"] == 2 * 17_500


def test_booking_with_a_plan_is_three_calls(house: House) -> None:
    room = house.room()
    plan = make_plan(house, room, min_level="silver", **AT_HOTEL)
    session = house.log_in()
    set_level(session["user"]["user_id"], "gold")
    wish = house.wish(room, rate_plan_id=plan["rate_plan_id"])
    asked = costs.counted(lambda: house.book(session["access_token"], wish).must(201))
    assert asked.calls.total() == 3, asked.calls


def test_hours_of_one_date_are_booked_with_a_plan_whatever_restricts_nights(house: House) -> None:
    room = house.room(price=PRICE, day_use={"hours": 4, "from": "08:00", "to": "20:00"})
    nights = f"/api/staff/rooms/{room['room_id']}/nights"
    wish = house.wish(room, nights=0, begin=1, arrival_time="10:00")
    span = {"from": wish["check_in"], "to": house.wish(room, begin=2)["check_in"]}
    house.send("PUT", nights, {**span, "min_stay": 2, "closed_to_arrival": True}, house.admin).must(200)
    plan = make_plan(house, room, **CHEAP)
    booked = house.book(house.guest(), {**wish, "rate_plan_id": plan["rate_plan_id"]}).must(201)
    assert (booked["total"], booked["day_use"]) == (NIGHT, True)
