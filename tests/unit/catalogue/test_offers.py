"""Offers: what a stay costs by each plan, what is due now, and what stands against it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posthouse.domain.catalogue import InventoryMode, Night, NotOnSale, RoomOffer
from posthouse.domain.level import Level, reaches
from posthouse.domain.money import Money
from posthouse.domain.offer import (
    NO_OFFERS,
    Offer,
    Sought,
    StayCalendar,
    calendar_of,
    not_free,
    offer_of,
    offers_by,
    offers_of,
)
from posthouse.domain.price import Occupancy, Party, TooManyGuests
from posthouse.domain.rate_plan import Cancelling, DaysAhead, LevelTooLow, PayWhen, RatePlan
from posthouse.domain.restriction import NightRules, Restricted, Restriction
from posthouse.domain.stay import Stay
from posthouse.store.hotels import offer_facts
from posthouse.store.hotels import offers_of as stored_offers
from tests.support.examples import examples

TODAY = date(2026, 11, 23)  # a Monday
FRIDAY = date(2026, 11, 27)


def _plan(number: int = 1, **more: Any) -> RatePlan:
    facts: dict[str, Any] = {"name": f"Plan {number}", "breakfasts": 0, "cancel_fee_bp": 0, "payment": PayWhen.FULL}
    return RatePlan(f"A{number}", "R1", **{**facts, **more})


def _room(*plans: RatePlan, **more: Any) -> RoomOffer:
    return RoomOffer("R1", 30000, InventoryMode.ON_ORDER, on_sale=True, plans=plans, **more)


def _sought(nights: int = 2, check_in: date = FRIDAY, level: Level | None = None, **party: int) -> Sought:
    return Sought(Stay(check_in, check_in + timedelta(days=nights)), Party(**party), TODAY, level)


def _nights(prices: Sequence[int], left: int = 3, **more: Any) -> dict[date, Night]:
    days = [FRIDAY + timedelta(days=n) for n in range(len(prices))]
    return {d: Night("R1", d, left, 0, Money(fen), closed=False, **more) for d, fen in zip(days, prices, strict=True)}


def test_the_cheapest_offer_comes_first_and_of_equal_ones_standard_then_the_older_plan() -> None:
    same, dearer, cheaper = _plan(3), _plan(1, adjustment=100), _plan(2, adjustment_bp=-1000)
    older = _plan(0, breakfasts=2)
    found = offers_of(_room(older, dearer, cheaper, same), _sought(), _nights([30000, 40000]))
    assert [offer.rate_plan_id for offer in found.offers] == ["A2", None, "A0", "A3", "A1"]
    assert [offer.price.total.fen for offer in found.offers] == [63000, 70000, 70000, 70000, 70200]
    assert [night.fen for night in found.offers[0].nights] == [27000, 36000]
    assert found.barred == ()


def test_nights_are_of_one_unit_and_totals_of_all_units_and_guests() -> None:
    room = _room(_plan(adjustment=-1000), occupancy=Occupancy(2, 1, 1, Money(500), Money(200)))
    found = offers_of(room, _sought(units=2, adults=3, children=2), _nights([30000, 40000]))
    [plan, standard] = found.offers
    assert [night.fen for night in plan.nights] == [29000, 39000]
    assert plan.price.total.fen == 2 * (29000 + 39000) + 2 * (500 + 2 * 200)
    assert standard.price.total.fen - plan.price.total.fen == 2 * 2 * 1000
    assert offers_of(room, _sought(units=2, adults=5), _nights([30000, 40000])) == NO_OFFERS


def test_a_sold_out_or_closed_night_leaves_no_offer_and_no_restriction() -> None:
    room = _room(_plan(min_stay=3))
    full = _nights([30000, 40000], left=1)
    assert offers_of(room, _sought(units=2), full) == NO_OFFERS
    assert not_free(_sought(units=2), full, InventoryMode.ON_ORDER) == (FRIDAY, FRIDAY + timedelta(days=1))
    assert offers_of(room, _sought(nights=3), _nights([30000, 40000])) == NO_OFFERS
    assert calendar_of(_sought(nights=3).stay, _nights([30000, 40000])) is None
    assert [each.plan for each in offers_of(room, _sought(), full).barred] == list(room.plans)


def test_what_the_calendar_restricts_holds_for_every_plan() -> None:
    nights = _nights([30000, 40000], rules=NightRules(min_stay=3))
    found = offers_of(_room(_plan()), _sought(), nights)
    assert found.offers == ()
    [barred] = found.barred
    assert (barred.plan, barred.restricted.facts) == (
        None,
        {"restriction": Restriction.MIN_STAY, "date": FRIDAY, "nights": 3},
    )


def test_the_check_out_date_counts_only_if_nobody_may_leave_on_it() -> None:
    closed = NightRules(min_stay=9, closed_to_arrival=True, closed_to_departure=True)
    sunday = FRIDAY + timedelta(days=2)
    leaving = Night("R1", sunday, 0, 0, Money(1), closed=True, rules=closed)
    found = offers_of(_room(), _sought(), {**_nights([1, 2]), sunday: leaving})
    assert [each.restricted.restriction for each in found.barred] == [Restriction.CLOSED_TO_DEPARTURE]


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        ({"min_stay": 3}, {"restriction": "min_stay", "date": FRIDAY, "nights": 3}),
        ({"days_ahead": DaysAhead(min=7)}, {"restriction": "days_ahead", "date": FRIDAY, "first": date(2026, 11, 30)}),
        ({"days_ahead": DaysAhead(max=3)}, {"restriction": "days_ahead", "date": FRIDAY, "last": date(2026, 11, 26)}),
        ({"weekdays": (5,)}, {"restriction": "weekdays", "date": date(2026, 11, 28), "weekdays": (5,)}),
        (
            {"valid_to": FRIDAY},
            {"restriction": "validity", "date": date(2026, 11, 28), "last": FRIDAY},
        ),
    ],
)
def test_a_plan_that_does_not_fit_is_said_and_standard_stays(plan: dict[str, Any], why: dict[str, Any]) -> None:
    room, calendar = _room(_plan(**plan)), calendar_of(_sought().stay, _nights([1000, 2000]))
    assert calendar is not None
    found = offers_of(room, _sought(), _nights([1000, 2000]))
    assert [offer.plan for offer in found.offers] == [None]
    assert [(each.plan, each.restricted.facts) for each in found.barred] == [(room.plans[0], why)]
    refused = offer_of(room, _sought(), calendar, room.plans[0])
    assert isinstance(refused, Restricted)
    assert refused.facts == why
    assert isinstance(offer_of(room, _sought(), calendar, room.plans[0], despite_restrictions=True), Offer)


def test_members_offers_are_shown_to_all_and_booked_by_those_who_may() -> None:
    gold = _plan(adjustment_bp=-2000, min_level=Level.GOLD)
    room, calendar = _room(gold), StayCalendar((Money(1000), Money(1000)))
    found = offers_of(room, _sought(), _nights([1000, 1000]))
    assert [offer.plan for offer in found.offers] == [gold, None]
    for level in (None, Level.MEMBER, Level.SILVER, Level.GOLD, Level.DIAMOND):
        cheapest, booked = found.cheapest(level), offer_of(room, _sought(level=level), calendar, gold)
        assert cheapest is not None
        if reaches(level, Level.GOLD):
            assert cheapest == booked
        else:
            assert (cheapest.plan, booked) == (None, LevelTooLow(Level.GOLD))


def test_one_plan_is_refused_in_the_order_of_the_reasons() -> None:
    calendar = StayCalendar((Money(1000), Money(1000)), NightRules(closed_to_arrival=True))
    plan = _plan(min_level=Level.GOLD, min_stay=3)
    room, off = _room(occupancy=Occupancy(2)), _plan(min_level=Level.GOLD, min_stay=3, enabled=False)
    assert offer_of(room, _sought(adults=3), calendar, off) == NotOnSale("rate plan")
    assert isinstance(offer_of(room, _sought(adults=3), calendar, plan), TooManyGuests)
    assert offer_of(room, _sought(), calendar, plan) == Restricted(Restriction.CLOSED_TO_ARRIVAL, FRIDAY)
    opened = StayCalendar((Money(1000), Money(1000)))
    assert offer_of(room, _sought(), opened, plan) == Restricted(Restriction.MIN_STAY, FRIDAY, 3)
    assert offer_of(room, _sought(), opened, plan, despite_restrictions=True) == LevelTooLow(Level.GOLD)
    assert isinstance(offer_of(room, _sought(level=Level.GOLD), calendar, plan, despite_restrictions=True), Offer)


small = st.integers(1, 5)
days = st.integers(-20, 60).map(lambda n: TODAY + timedelta(days=n))
payments = st.sampled_from(
    [(PayWhen.FULL, None), (PayWhen.AT_HOTEL, None), *((PayWhen.DEPOSIT, bp) for bp in (1, 9999))]
)


@st.composite
def rate_plans(draw: st.DrawFn, number: int = 0) -> RatePlan:
    payment, deposit = draw(payments | st.tuples(st.just(PayWhen.DEPOSIT), st.integers(1, 9999)))
    return RatePlan(
        rate_plan_id=f"A{number}",
        room_id="R1",
        name=draw(st.text(min_size=1, max_size=5)),
        breakfasts=draw(st.integers(0, 4)),
        cancel_fee_bp=draw(st.integers(0, 10_000)),
        payment=payment,
        deposit_bp=deposit,
        adjustment_bp=draw(st.integers(-9_999, 100_000) | st.just(0)),
        adjustment=draw(st.integers(-50_000, 50_000) | st.just(0)),
        cancelling=draw(st.sampled_from(Cancelling)),
        free_cancel_hours=draw(st.none() | st.integers(0, 100)),
        min_stay=draw(st.none() | small),
        days_ahead=DaysAhead(draw(st.none() | st.integers(0, 9)), draw(st.none() | st.integers(0, 40))),
        weekdays=tuple(sorted(draw(st.sets(st.integers(1, 7)) if draw(st.booleans()) else st.just(set())))),
        min_level=draw(st.none() | st.sampled_from(Level)),
        valid_from=draw(st.none() | days),
        valid_to=draw(st.none() | days),
        version=draw(st.integers(1, 9)),
    )


def _by_decimal(plan: RatePlan | None, calendar: Money) -> int:
    if plan is None:
        return calendar.fen
    share = Decimal(calendar.fen) * Decimal(10_000 + plan.adjustment_bp) / Decimal(10_000)
    return max(int(share.quantize(Decimal(1), ROUND_HALF_UP)) + plan.adjustment, 1)


@examples(80)
@given(
    st.lists(st.integers(1, 200_000), min_size=1, max_size=6),
    st.tuples(*(rate_plans(number) for number in range(3))),
    st.builds(Party, st.integers(1, 4), st.integers(0, 3), st.integers(1, 3)),
    st.builds(NightRules, st.none() | small, st.none() | st.integers(3, 6), st.booleans(), st.booleans()),
    st.none() | st.sampled_from(Level),
)
def test_every_offer_adds_up_is_never_free_and_is_what_its_plan_says(
    prices: list[int], plans: tuple[RatePlan, ...], party: Party, rules: NightRules, level: Level | None
) -> None:
    calendar = StayCalendar(tuple(map(Money, prices)), rules)
    room = _room(*plans, occupancy=Occupancy(4, 3, 2, Money(700), Money(300)))
    sought = Sought(Stay(FRIDAY, FRIDAY + timedelta(days=len(prices))), party, TODAY, level)
    found = offers_by(room, sought, calendar)
    totals = [offer.price.total.fen for offer in found.offers]
    assert totals == sorted(totals)
    # Also the plans that are restricted have a price: the desk may sell them.
    highest = Sought(sought.stay, party, TODAY, Level.DIAMOND)
    priced = [offer_of(room, highest, calendar, plan, despite_restrictions=True) for plan in (None, *plans)]
    for offer in (each for each in priced if isinstance(each, Offer)):
        price = offer.price
        assert [night.fen for night in offer.nights] == [_by_decimal(offer.plan, night) for night in calendar.prices]
        assert min(night.fen for night in offer.nights) >= 1
        assert price.total == price.nights + price.guests
        assert price.nights.fen == party.units * sum(night.fen for night in offer.nights)
        assert price.due_now + price.due_later == price.payable == price.total
        assert 0 <= price.due_now.fen <= price.payable.fen
    # Each plan is offered, or what stands against it is said; and the offer of the one plan is the very same.
    assert room.occupancy.refusal(party) is None or (totals, found.barred) == ([], ())
    for plan in (None, *plans):
        alone = offer_of(room, highest, calendar, plan)
        listed = [offer for offer in found.offers if offer.plan == plan]
        said = [each.restricted for each in found.barred if each.plan in {None, plan}]
        assert listed == ([alone] if isinstance(alone, Offer) else [])
        assert isinstance(alone, TooManyGuests) or said[:1] == ([] if listed else [alone])


@examples(40)
@given(st.tuples(*(rate_plans(number) for number in range(3))), st.booleans())
def test_plans_come_back_from_the_row_of_their_hotel_as_they_were(plans: tuple[RatePlan, ...], bounded: bool) -> None:
    room = _room(*plans, occupancy=Occupancy(2) if bounded else Occupancy())
    assert stored_offers(json.loads(json.dumps(offer_facts((room,))))) == (room,)
