"""The cancellation rule of a stay: until when it is free, and the fee after that."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from posthouse.domain.cancellation import CancelRule
from posthouse.domain.days import HotelClock
from posthouse.domain.money import Money
from posthouse.domain.payment import PaymentState, next_states, sources
from posthouse.domain.stay import Stay

CLOCK = HotelClock("Asia/Shanghai")
STAY = Stay(date(2026, 11, 22), date(2026, 11, 24))
# 14:00 in Shanghai.
ARRIVAL = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "fee_bp", "before_arrival", "fee"),
    [
        (24, 3000, timedelta(hours=24), None),
        (24, 3000, timedelta(hours=24) - timedelta(microseconds=1), 3001),
        (24, 3000, timedelta(hours=-5), 3001),
        (0, 3000, timedelta(0), None),
        (0, 10000, timedelta(seconds=-1), 10003),
        (24, 0, timedelta(hours=-5), None),
        (8760, 5000, timedelta(days=30), 5002),
    ],
)
def test_free_until_so_many_hours_before_arrival_then_a_fee(
    hours: int, fee_bp: int, before_arrival: timedelta, fee: int | None
) -> None:
    kept = CancelRule(hours, fee_bp).fee(STAY, CLOCK, Money(10003), ARRIVAL - before_arrival)
    assert kept == (None if fee is None else Money(fee))


def test_half_a_fen_is_rounded_up() -> None:
    assert CancelRule(0, 5000).fee(STAY, CLOCK, Money(1), ARRIVAL + timedelta(hours=1)) == Money(1)
    assert CancelRule(0, 4999).fee(STAY, CLOCK, Money(1), ARRIVAL + timedelta(hours=1)) == Money(0)


def test_hours_are_hours_where_the_clock_is_set_back() -> None:
    # Berlin, 25 October 2026: 14:00 is 13:00 UTC, and the day before it was 12:00 UTC.
    stay = Stay(date(2026, 10, 25), date(2026, 10, 26))
    assert CancelRule(24, 1).free_until(stay.check_in, HotelClock("Europe/Berlin")) == datetime(
        2026, 10, 24, 13, 0, tzinfo=UTC
    )


def test_the_table_of_a_payments_transitions() -> None:
    s = PaymentState
    allowed = {(state, target) for state in s for target in next_states(state)}
    assert allowed == {(s.CREATED, s.SUCCEEDED), (s.CREATED, s.CLOSED), (s.CLOSED, s.SUCCEEDED)}
    assert sources(s.SUCCEEDED) == [s.CREATED, s.CLOSED]
    assert sources(s.CLOSED) == [s.CREATED]
