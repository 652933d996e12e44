"""A stay that is booked with a rate plan: how its row keeps it, its fees, and its price when it is changed."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from posthouse.domain.booking import Booking, BookingState, Source, first_state
from posthouse.domain.cancellation import CancelRule
from posthouse.domain.level import Level
from posthouse.domain.money import Money
from posthouse.domain.price import Price
from posthouse.domain.rate_plan import Cancelling, DaysAhead, PayWhen, RatePlan
from posthouse.domain.restriction import Restricted, Restriction
from posthouse.domain.stay_change import StayChange, WantedStay
from posthouse.store.booking_terms import plan_facts, plan_of
from tests.unit.bookings.test_stay_change import DAY, a_booking, change, day, made, prices

PLAIN = RatePlan("P1", "R1", "Half", breakfasts=2, cancel_fee_bp=5000, payment=PayWhen.FULL, adjustment_bp=-5000)
FULL_OF_RULES = RatePlan(
    "P2",
    "R1",
    "早餐 · 定金",
    breakfasts=1,
    cancel_fee_bp=0,
    payment=PayWhen.DEPOSIT,
    adjustment_bp=1234,
    adjustment=-50,
    cancelling=Cancelling.HOURS,
    free_cancel_hours=48,
    min_stay=2,
    days_ahead=DaysAhead(1, 90),
    weekdays=(1, 5),
    min_level=Level.GOLD,
    deposit_bp=3000,
    valid_from=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    version=7,
)
NEVER_FREE = replace(PLAIN, cancelling=Cancelling.NEVER_FREE)


@pytest.mark.parametrize("plan", [PLAIN, FULL_OF_RULES, NEVER_FREE])
def test_a_plan_is_the_same_after_it_was_stored(plan: RatePlan) -> None:
    assert plan_of(json.loads(json.dumps(plan_facts(plan)))) == plan


def with_plan(booking: Booking, plan: RatePlan) -> Booking:
    """The booking as if it were booked with the plan: its nights have that price already."""
    price = booking.price.due_by(plan)
    rule = plan.cancel_rule(CancelRule(18, 5000))
    return replace(booking, plan=plan, price=price, cancel_rule=rule, breakfasts=plan.breakfasts)


def test_nights_that_are_added_cost_what_the_booked_plan_makes_of_the_calendar() -> None:
    booking = with_plan(a_booking(2), PLAIN)
    longer = made(booking, WantedStay(check_out=day(3)), price=20_001)
    assert prices(longer)[-1] == (day(2), "R1", 1, 10_001)
    assert longer.charges - booking.charges == Money(10_001)


def test_another_room_type_keeps_the_booked_plan() -> None:
    booking = with_plan(a_booking(2), PLAIN)
    moved = made(booking, WantedStay(room_id="R2"), price=20_000)
    assert [each[3] for each in prices(moved)] == [10_000, 10_000]
    assert (moved.plan, moved.breakfasts) == (PLAIN, 2)


def test_what_is_due_now_follows_the_plan_when_the_stay_changes() -> None:
    booking = with_plan(a_booking(2, price=10_000), replace(FULL_OF_RULES, weekdays=()))
    assert booking.price.due_now == Money(6_000)
    longer = made(booking, WantedStay(check_out=day(3)), price=20_000)
    payable = longer.price.payable
    assert (longer.price.due_now, longer.price.due_later) == (payable.share(3000), payable - payable.share(3000))
    at_hotel = replace(PLAIN, payment=PayWhen.AT_HOTEL)
    longer = made(with_plan(a_booking(2), at_hotel), WantedStay(check_out=day(3)))
    assert (longer.price.due_now, longer.price.due_later) == (Money(0), longer.price.payable)


@pytest.mark.parametrize(
    ("status", "source", "nights_taken", "held"),
    [
        (BookingState.PENDING_PAYMENT, Source.ONLINE, True, 6),
        (BookingState.PENDING_PAYMENT, Source.ONLINE, False, 0),
        (BookingState.RESERVED, Source.ONLINE, True, 6),
        (BookingState.RESERVED, Source.PHONE, True, 0),
        (BookingState.PAID, Source.ONLINE, True, 0),
        (BookingState.CHECKED_IN, Source.ONLINE, True, 0),
        (BookingState.CANCELLED, Source.ONLINE, True, 0),
        (BookingState.NO_SHOW, Source.ONLINE, True, 0),
    ],
)
def test_what_a_guest_holds_without_paying(status: BookingState, source: Source, nights_taken: bool, held: int) -> None:
    booking = replace(a_booking(3, 2, status=status), source=source, nights_taken=nights_taken)
    assert booking.held == held


@pytest.mark.parametrize(
    ("due_now", "state"),
    [(100, BookingState.PENDING_PAYMENT), (30, BookingState.PENDING_PAYMENT), (0, BookingState.RESERVED)],
)
def test_a_new_booking_waits_for_what_is_due_now_or_for_its_guest(due_now: int, state: BookingState) -> None:
    assert first_state(Price.of(Money(100), due_now=Money(due_now))) is state


def test_a_deposit_is_kept_also_where_the_fee_is_less() -> None:
    rule = FULL_OF_RULES.cancel_rule(CancelRule(18, 9000))
    assert rule == CancelRule(48, 0, 3000)
    booking = with_plan(a_booking(2), FULL_OF_RULES)
    free_until = rule.free_until(DAY, booking.clock)
    assert free_until is not None
    assert rule.fee(booking.stay, booking.clock, booking.price.payable, free_until) is None
    assert rule.late_fee(booking.price.payable) == booking.price.due_now


AGAINST = [
    # What the plan asks for, the change of a stay of three nights, and what stands against it.
    ({"min_stay": 3}, {"check_out": day(2)}, Restriction.MIN_STAY, DAY),
    ({"min_stay": 3}, {"check_in": day(1)}, Restriction.MIN_STAY, day(1)),
    ({"days_ahead": DaysAhead(None, 1)}, {"check_in": day(2)}, Restriction.DAYS_AHEAD, day(2)),
    ({"valid_to": day(2)}, {"check_out": day(5)}, Restriction.VALIDITY, day(3)),
    ({"weekdays": (day(3).isoweekday(),)}, {"check_out": day(5)}, Restriction.WEEKDAYS, day(4)),
]


@pytest.mark.parametrize(("rule", "wanted", "restriction", "on"), AGAINST)
def test_the_booked_plan_stands_against_what_is_new_of_a_stay(
    rule: dict[str, object], wanted: dict[str, Any], restriction: Restriction, on: date
) -> None:
    booking = with_plan(a_booking(3), replace(PLAIN, **rule))
    refused = change(booking, WantedStay(**wanted))
    assert isinstance(refused, Restricted)
    assert (refused.restriction, refused.on) == (restriction, on)
    assert isinstance(change(booking, WantedStay(**wanted, despite_restrictions=True)), StayChange)


@pytest.mark.parametrize("rule", [rule for rule, *_ in AGAINST])
def test_what_stays_as_it_was_booked_is_not_asked_again(rule: dict[str, object]) -> None:
    booking = with_plan(a_booking(3), replace(PLAIN, **rule))
    assert isinstance(change(booking, WantedStay(units=2)), StayChange)
    assert isinstance(change(booking, WantedStay(room_id="R2")), StayChange)


def test_a_guest_who_has_come_leaves_when_they_like() -> None:
    booking = with_plan(a_booking(3, status=BookingState.CHECKED_IN), replace(PLAIN, min_stay=3))
    assert isinstance(change(booking, WantedStay(check_out=day(1))), StayChange)
