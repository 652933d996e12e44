"""Day use: one date, some hours, and what goes by them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posthouse.domain.cancellation import CancelRule
from posthouse.domain.catalogue import InventoryMode, RoomOffer, from_price_of
from posthouse.domain.day_use import DayUse
from posthouse.domain.days import HotelClock
from posthouse.domain.money import Money
from posthouse.domain.price import Occupancy
from posthouse.domain.refusal import InvalidRequest
from posthouse.domain.stay import Stay, plan_stay
from posthouse.store.hotels import offer_facts, offers_of
from tests.support.examples import examples

TODAY, DAY = date(2026, 11, 21), timedelta(days=1)
SHANGHAI = HotelClock("Asia/Shanghai")
FOUR_HOURS = DayUse(4, "09:00", "18:30")


def test_a_day_use_has_one_night_which_is_its_date() -> None:
    stay = Stay(TODAY, TODAY)
    assert (stay.nights, len(stay), stay.end, stay.is_day_use) == ([TODAY], 1, TODAY + DAY, True)
    assert [stay.can_arrive(TODAY + n * DAY) for n in (-1, 0, 1)] == [False, True, False]
    assert (stay.nights_left(TODAY), stay.nights_left(TODAY + DAY)) == ([TODAY], [])
    nights = Stay(TODAY, TODAY + DAY)
    assert (nights.nights, len(nights), nights.end, nights.is_day_use) == ([TODAY], 1, TODAY + DAY, False)


@pytest.mark.parametrize(
    ("nights", "day_use", "is_stay"),
    [(0, None, True), (0, True, True), (0, False, False), (1, None, True), (1, True, False), (1, False, True)],
)
def test_dates_are_as_the_room_is_sold(nights: int, day_use: bool | None, is_stay: bool) -> None:
    planned = plan_stay(TODAY, TODAY + nights * DAY, TODAY, day_use=day_use)
    assert planned == Stay(TODAY, TODAY + nights * DAY) if is_stay else isinstance(planned, InvalidRequest)
    if isinstance(planned, InvalidRequest):
        assert planned.field == "check_out"
    with pytest.raises(ValueError, match="not before"):
        Stay(TODAY, TODAY - DAY)


@pytest.mark.parametrize(
    ("at", "fits"),
    [("09:00", True), ("08:59", False), ("14:30", True), ("14:31", False), ("18:30", False), (None, False)],
)
def test_a_guest_comes_within_the_window(at: str | None, fits: bool) -> None:
    refused = FOUR_HOURS.refusal(at)
    assert (refused is None) == fits
    assert refused is None or refused.field == "arrival_time"


def test_a_window_holds_the_hours_and_lies_in_the_hotels_day() -> None:
    short, just = DayUse(4, "09:00", "12:59"), DayUse(4, "09:00", "13:00")
    assert (short.broken_rule is not None, just.broken_rule) == (True, None)
    assert short.broken_rule is not None
    assert short.broken_rule.field == "day_use.to"
    early = DayUse(4, "05:59", "18:00").unfit(SHANGHAI)
    assert early is not None
    assert (early.field, DayUse(4, "06:00", "18:00").unfit(SHANGHAI)) == ("day_use.from", None)


hours = st.integers(0, 24 * 60 - 1).map(lambda minutes: f"{minutes // 60:02d}:{minutes % 60:02d}")


@examples(50)
@given(st.integers(1, 23), hours, hours, hours)
def test_who_comes_in_the_window_leaves_in_it(many: int, begin: str, end: str, at: str) -> None:
    day_use = DayUse(many, begin, end)
    if day_use.broken_rule is not None or day_use.refusal(at) is not None:
        return
    clock = day_use.clock(SHANGHAI, at)
    assert begin <= clock.check_in_time < clock.check_out_time <= end
    assert clock.departure(TODAY) - clock.arrival(TODAY) == timedelta(hours=many)
    assert (clock.time_zone, clock.day_turns_at) == (SHANGHAI.time_zone, SHANGHAI.day_turns_at)


def test_free_cancelling_counts_back_from_the_arrival() -> None:
    clock = FOUR_HOURS.clock(SHANGHAI, "10:30")
    assert CancelRule(2, 5000).free_until(TODAY, clock) == datetime(2026, 11, 21, 0, 30, tzinfo=UTC)


def test_a_search_knows_the_hours() -> None:
    plain = RoomOffer("R1", 300, InventoryMode.ON_ORDER, True, "Twin")
    hourly = RoomOffer("R2", 80, InventoryMode.ON_ORDER, True, "Nap", day_use=FOUR_HOURS)
    small = RoomOffer("R3", 90, InventoryMode.ON_ORDER, True, "Nap", Occupancy(1, 0, 1, Money(5)), day_use=FOUR_HOURS)
    stored = offers_of(json.loads(json.dumps(offer_facts((plain, hourly, small)))))
    assert stored == (plain, hourly, small)
    assert [offer.takes(Stay(TODAY, TODAY)) for offer in stored] == [False, True, True]
    assert [offer.takes(Stay(TODAY, TODAY + DAY)) for offer in stored] == [True, False, False]
    assert (from_price_of(stored), from_price_of(stored[1:]), from_price_of(())) == (300, 80, None)
