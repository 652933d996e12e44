"""Bookings and stays: dates, transitions and prices."""

from datetime import UTC, date, datetime, timedelta

import pytest

from posthouse.domain.booking import BookingState, next_states, sources
from posthouse.domain.days import local_date
from posthouse.domain.refusal import InvalidRequest
from posthouse.domain.stay import MAX_NIGHTS, Stay, StayTooLong, plan_stay

TODAY = date(2026, 11, 21)


def test_the_night_of_the_departure_day_is_not_part_of_a_stay() -> None:
    stay = Stay(TODAY, TODAY + timedelta(days=2))
    assert stay.nights == [TODAY, TODAY + timedelta(days=1)]
    assert stay.nights_left(TODAY + timedelta(days=1)) == [TODAY + timedelta(days=1)]
    assert stay.nights_left(TODAY + timedelta(days=2)) == []
    arrivals = [stay.can_arrive(TODAY + timedelta(days=n)) for n in range(-1, 3)]
    assert arrivals == [False, True, True, False]


@pytest.mark.parametrize(
    ("begin", "nights", "field"), [(0, 0, "check_out"), (0, -1, "check_out"), (-1, 2, "check_in"), (731, 1, "check_in")]
)
def test_an_impossible_stay_names_its_field(begin: int, nights: int, field: str) -> None:
    check_in = TODAY + timedelta(days=begin)
    refused = plan_stay(check_in, check_in + timedelta(days=nights), TODAY, day_use=False)
    assert isinstance(refused, InvalidRequest)
    assert refused.field == field


def test_a_stay_has_a_cap() -> None:
    assert isinstance(plan_stay(TODAY, TODAY + timedelta(days=MAX_NIGHTS), TODAY), Stay)
    assert plan_stay(TODAY, TODAY + timedelta(days=MAX_NIGHTS + 1), TODAY) == StayTooLong(MAX_NIGHTS + 1)


def test_the_day_is_the_hotels_own() -> None:
    late = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
    assert local_date(late, "Asia/Shanghai") == date(2026, 11, 22)
    assert local_date(late, "UTC") == date(2026, 11, 21)


def test_the_table_of_transitions() -> None:
    allowed = {(state, target) for state in BookingState for target in next_states(state)}
    s = BookingState
    assert allowed == {
        (s.PENDING_PAYMENT, s.PAID),
        (s.PENDING_PAYMENT, s.CANCELLED),
        (s.RESERVED, s.PAID),
        (s.RESERVED, s.CHECKED_IN),
        (s.RESERVED, s.CANCELLED),
        (s.RESERVED, s.NO_SHOW),
        (s.PAID, s.CHECKED_IN),
        (s.PAID, s.REFUNDING),
        (s.PAID, s.CANCELLED),
        (s.PAID, s.NO_SHOW),
        (s.CHECKED_IN, s.FINISHED),
        (s.CHECKED_IN, s.PAID),
        (s.CHECKED_IN, s.RESERVED),
        (s.REFUNDING, s.REFUNDED),
    }
    assert sources(s.PAID) == [s.PENDING_PAYMENT, s.RESERVED, s.CHECKED_IN]
