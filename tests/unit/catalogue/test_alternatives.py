"""What is possible instead of a restricted stay: the nearest stay that can really be booked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from posthouse.domain.alternative import MAX_DAYS_OFF, alternatives, dates_of, possible_instead
from posthouse.domain.catalogue import InventoryMode, Night, RoomOffer
from posthouse.domain.money import Money
from posthouse.domain.offer import Sought, offers_of
from posthouse.domain.price import Party
from posthouse.domain.rate_plan import DaysAhead, PayWhen, RatePlan
from posthouse.domain.restriction import NightRules
from posthouse.domain.stay import Stay
from tests.support.examples import examples

TODAY = date(2026, 11, 23)  # a Monday
WANTED = TODAY + timedelta(days=10)


def day(number: int) -> date:
    return WANTED + timedelta(days=number)


def night(on: date, left: int = 2, closed: bool = False, **rules: Any) -> Night:
    return Night("R1", on, left, 0, Money(100), closed, rules=NightRules(**rules))


def calendar(**of_days: Night) -> dict[date, Night]:
    """All nights around the wanted arrival are free, but for those that are given."""
    found = {day(number): night(day(number)) for number in range(-30, 60)}
    return {**found, **{each.night: each for each in of_days.values()}}


def instead(
    nights: dict[date, Night], length: int = 2, plan: RatePlan | None = None, units: int = 1, today: date = TODAY
) -> tuple[int, int] | None:
    """What is possible instead: days after the wanted arrival, and nights."""
    room = RoomOffer("R1", 100, InventoryMode.ON_ORDER, on_sale=True, plans=() if plan is None else (plan,))
    sought = Sought(Stay(WANTED, day(length)), Party(units=units), today)
    [barred] = offers_of(room, sought, nights).barred
    known = {on: nights[on] for on in dates_of(sought, barred.restricted, MAX_DAYS_OFF) if on in nights}
    found = possible_instead(room, plan, sought, barred.restricted, known, MAX_DAYS_OFF)
    return None if found is None else ((found.check_in - WANTED).days, len(found))


@pytest.mark.parametrize(
    ("length", "nights", "possible"),
    [
        (1, [night(WANTED, min_stay=3)], (0, 3)),
        (5, [night(WANTED, max_stay=2)], (0, 2)),
        # Where three nights are not free the nearest single night counts, of two equally near ones the later.
        (1, [night(WANTED, min_stay=3), night(day(1), left=0)], (-1, 1)),
        (1, [night(WANTED, min_stay=3), night(day(2), closed=True)], (1, 1)),
        (2, [night(WANTED, closed_to_arrival=True)], (1, 2)),
        (2, [night(WANTED, closed_to_arrival=True), night(day(1), closed_to_arrival=True)], (-1, 2)),
        (2, [night(day(2), closed_to_departure=True)], (1, 2)),
        (2, [night(day(2), closed_to_departure=True), night(day(3), closed_to_departure=True)], (-1, 2)),
        (2, [night(day(number), closed_to_arrival=True) for number in range(-14, 15)], None),
        (2, [night(day(number), closed_to_arrival=True) for number in range(-14, 14)], (14, 2)),
        (2, [night(day(number), closed_to_arrival=True) for number in range(-13, 15)], None),
    ],
)
def test_the_nearest_stay_is_told(length: int, nights: list[Night], possible: tuple[int, int] | None) -> None:
    assert instead(calendar(**{str(each.night): each for each in nights}), length) == possible


def test_what_is_possible_keeps_the_plans_rules_and_begins_on_no_past_date() -> None:
    weekend = RatePlan("A1", "R1", "Weekend", 0, 0, PayWhen.FULL, weekdays=(5, 6))
    assert WANTED.isoweekday() == 4
    assert instead(calendar(), 2, weekend) == (1, 2)
    early = replace(weekend, weekdays=(), days_ahead=DaysAhead(min=15))
    assert instead(calendar(), 2, early) == (5, 2)
    late = replace(weekend, weekdays=(), days_ahead=DaysAhead(max=3))
    assert instead(calendar(), 2, late) == (-7, 2)
    closed = calendar(**{str(n): night(day(n), closed_to_arrival=True) for n in range(20)})
    assert instead(closed, today=day(-3)) == (-1, 2)
    assert instead(closed, today=WANTED) is None


def test_a_bound_that_no_booking_can_reach_is_not_told() -> None:
    assert instead(calendar(at_0=night(WANTED, min_stay=50)), 1) == (0, 50)
    assert instead(calendar(at_0=night(WANTED, min_stay=50)), 1, units=2) == (1, 1)


rules = st.builds(
    NightRules,
    st.none() | st.integers(1, 4),
    st.none() | st.integers(4, 9),
    st.booleans(),
    st.booleans(),
)
nights_of_a_month = st.lists(
    st.none() | st.builds(lambda left, closed, own: (left, closed, own), st.integers(0, 2), st.booleans(), rules),
    min_size=40,
    max_size=40,
)
plans = st.none() | st.builds(
    lambda least, days: RatePlan("A1", "R1", "P", 0, 0, PayWhen.FULL, min_stay=least, weekdays=days),
    st.none() | st.integers(1, 4),
    st.sampled_from([(), (1, 2, 3, 4), (5, 6, 7)]),
)


@given(nights_of_a_month, st.integers(1, 5), plans, st.integers(1, 2))
@examples(200)
def test_it_can_be_booked_and_nothing_nearer_can(
    month: list[tuple[int, bool, NightRules] | None], length: int, plan: RatePlan | None, units: int
) -> None:
    nights = {
        day(number - 18): Night("R1", day(number - 18), it[0], 0, Money(100), it[1], rules=it[2])
        for number, it in enumerate(month)
        if it is not None
    }
    room = RoomOffer("R1", 100, InventoryMode.ON_ORDER, on_sale=True, plans=() if plan is None else (plan,))
    sought = Sought(Stay(WANTED, day(length)), Party(units=units), TODAY)

    for barred in offers_of(room, sought, nights).barred:
        of_it = room if barred.plan else replace(room, plans=())

        def can_be_booked(stay: Stay, of_it: RoomOffer = of_it, plan: RatePlan | None = barred.plan) -> bool:
            return any(it.plan == plan for it in offers_of(of_it, replace(sought, stay=stay), nights).offers)

        found = possible_instead(room, barred.plan, sought, barred.restricted, nights, MAX_DAYS_OFF)
        possible = [it for it in alternatives(sought, barred.restricted, MAX_DAYS_OFF) if can_be_booked(it)]
        assert found == (possible[0] if possible else None)
        assert found is None or _days_off(found) == min(map(_days_off, possible))


def _days_off(stay: Stay) -> int:
    return abs((stay.check_in - WANTED).days)
