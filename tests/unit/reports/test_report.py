"""What a booking counts for on each date, and the figures of a date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from posthouse.domain.booking import Booking, BookingState, Moment
from posthouse.domain.cancellation import CancelRule
from posthouse.domain.catalogue import Night
from posthouse.domain.days import HotelClock
from posthouse.domain.money import ZERO, Money
from posthouse.domain.price import Price
from posthouse.domain.report import (
    NONE,
    STAYING,
    Tally,
    by_period,
    counts_of,
    counts_of_nights,
    difference,
    period_of,
    periods_between,
    room_revenues,
    total,
)
from posthouse.domain.stay import Stay
from posthouse.domain.terms import BookedNight

FIRST = date(2026, 11, 21)
NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def booking(
    status: BookingState = BookingState.PAID, prices: tuple[int, ...] = (300, 200), units: int = 1, discount: int = 0
) -> Booking:
    nights = tuple(BookedNight(FIRST + timedelta(days=n), units, Money(price), "R1") for n, price in enumerate(prices))
    price = Price.of(sum((night.amount for night in nights), ZERO), Money(discount))
    return Booking(
        order_no="B1",
        user_id="U1",
        hotel_id="H1",
        hotel_name="Posthouse",
        room_id="R1",
        room_name="Twin",
        clock=HotelClock("Asia/Shanghai"),
        stay=Stay(FIRST, FIRST + timedelta(days=len(prices))),
        nights=nights,
        price=price,
        status=status,
        guest_name="李雷",
        phone_number="13800138000",
        arrival_time=None,
        coupon_id=None,
        created_at=NOON,
        expires_at=None,
        timeline=(Moment(BookingState.PENDING_PAYMENT, NOON), Moment(status, NOON)),
        version=2,
        nights_taken=True,
        cancel_rule=CancelRule(18, 10_000),
        charges=price.payable,
    )


def after(days: int) -> date:
    return FIRST + timedelta(days=days)


@pytest.mark.parametrize("status", sorted(STAYING))
def test_a_stay_counts_its_nights_its_arrival_and_its_departure(status: BookingState) -> None:
    inside = int(status in {BookingState.CHECKED_IN, BookingState.FINISHED})
    stay = booking(status, units=2)
    left = Moment(status, NOON + timedelta(days=3))  # on the day of departure, at noon
    assert counts_of(replace(stay, timeline=(*stay.timeline[:-1], left))) == {
        FIRST: Tally(sold=2, room_revenue=600, arrivals=1, in_house=inside),
        after(1): Tally(sold=2, room_revenue=400, in_house=inside),
        after(2): Tally(departures=1),
    }


def test_a_guest_who_leaves_early_is_in_the_house_until_then() -> None:
    """Past midnight the night has been slept; the nights after it stay sold, since they are charged."""
    stay = booking(BookingState.FINISHED, prices=(300, 200, 100))
    for at, slept in (
        ("2026-11-21T15:59", 0),
        ("2026-11-21T16:01", 1),
        ("2026-11-22T15:59", 1),
        ("2026-11-22T16:01", 2),
    ):
        left = Moment(BookingState.FINISHED, datetime.fromisoformat(f"{at}:00+00:00"))
        counted = counts_of(replace(stay, timeline=(stay.timeline[0], left)))
        assert [counted[after(n)].in_house for n in range(3)] == [1] * slept + [0] * (3 - slept), at
        assert [counted[after(n)].sold for n in range(3)] == [1, 1, 1]


def day_use(status: BookingState = BookingState.PAID, units: int = 1, discount: int = 0) -> Booking:
    return replace(booking(status, (300,), units, discount), stay=Stay(FIRST, FIRST))


@pytest.mark.parametrize("status", sorted(STAYING))
def test_a_day_use_is_no_night_that_is_sold(status: BookingState) -> None:
    counted = counts_of(day_use(status, units=2, discount=50))
    assert counted == {FIRST: Tally(day_use_revenue=550, arrivals=1, departures=1)}


def test_a_day_use_that_did_not_come_or_was_cancelled_counts_like_a_stay() -> None:
    assert counts_of(day_use(BookingState.NO_SHOW)) == {FIRST: Tally(day_use_revenue=300, no_shows=1)}
    assert counts_of(day_use(BookingState.CANCELLED)) == {FIRST - timedelta(days=1): Tally(cancelled=1)}
    assert counts_of(day_use(BookingState.PENDING_PAYMENT)) == {}


def test_a_no_show_counts_its_first_night_only() -> None:
    counted = counts_of(booking(BookingState.NO_SHOW, discount=50))
    assert counted == {FIRST: Tally(sold=1, room_revenue=270, no_shows=1)}


@pytest.mark.parametrize("status", [BookingState.CANCELLED, BookingState.REFUNDING, BookingState.REFUNDED])
def test_what_was_cancelled_counts_on_the_business_date_of_that(status: BookingState) -> None:
    # 05:59 in China: the business date before the one on the wall.
    early = datetime(2026, 11, 19, 21, 59, tzinfo=UTC)
    first = Moment(BookingState.REFUNDING if status is not BookingState.CANCELLED else status, early)
    later = Moment(status, early + timedelta(days=9))
    stay = replace(booking(status), timeline=(booking().timeline[0], first, later))
    assert counts_of(stay) == {date(2026, 11, 19): Tally(cancelled=1)}


def test_what_waits_for_its_payment_counts_for_nothing() -> None:
    assert counts_of(booking(BookingState.PENDING_PAYMENT)) == {}


def test_a_date_may_be_booked_twice_and_at_two_prices() -> None:
    twice = (BookedNight(FIRST, 2, Money(100), "R1"), BookedNight(FIRST, 1, Money(150), "R2"))
    stay = replace(booking(prices=(100,), units=2), nights=twice, price=Price.of(Money(350)))
    assert counts_of(stay)[FIRST] == Tally(sold=3, room_revenue=350, arrivals=1)
    inside = counts_of(replace(stay, status=BookingState.CHECKED_IN))
    assert inside[FIRST].in_house == 1, "one stay, whatever it has booked"


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=20),
    st.integers(0, 10**7),
)
def test_the_discount_is_shared_to_the_fen_and_no_night_falls_below_zero(prices: list[int], discount: int) -> None:
    nights = tuple(BookedNight(after(n), 1, Money(price), "R1") for n, price in enumerate(prices))
    shared = [it.fen for it in room_revenues(nights, Money(discount))]
    assert sum(shared) == max(sum(prices) - discount, 0)
    assert all(0 <= revenue <= price for revenue, price in zip(shared, prices, strict=True))


def test_what_a_discount_takes_of_extras_is_no_room_revenue() -> None:
    stay = replace(booking(prices=(100,)), price=Price.of(Money(100), Money(150), extras=Money(80)))
    assert counts_of(stay)[FIRST].room_revenue == 0


def test_figures_round_half_up_and_are_zero_where_nothing_divides() -> None:
    day = Tally(units=10, out_of_order=2, sold=3, room_revenue=1001)
    assert (day.occupancy_bp, day.adr, day.revpar, day.left) == (3750, 334, 125, 5)
    assert Tally(units=8, sold=1, room_revenue=4).revpar == 1, "0.5 fen"
    none = Tally(units=2, out_of_order=2, room_revenue=7)
    assert (none.occupancy_bp, none.adr, none.revpar) == (0, 0, 0)


def test_a_closed_night_has_its_units() -> None:
    nights = [Night("R1", after(n), units, 1, Money(1), closed) for n, units, closed in ((0, 5, False), (1, 3, True))]
    broken = Night("R1", after(3), 5, 1, Money(1), closed=False, out_of_order=2)
    empty = Night("R1", after(2), 0, 0, Money(1), closed=False)
    assert counts_of_nights([*nights, broken, empty]) == {
        FIRST: Tally(units=5),
        after(1): Tally(units=3),
        after(3): Tally(units=5, out_of_order=2),
    }


def test_a_difference_added_gives_the_new_counts() -> None:
    before, now = counts_of(booking()), counts_of(booking(BookingState.NO_SHOW))
    change = difference(now, before)
    assert NONE not in change.values()
    summed = {day: tally for day, tally in total([before, change]).items() if tally != NONE}
    assert summed == now
    assert difference(now, now) == {}


@given(st.dates(date(1969, 1, 1), date(2100, 1, 1)), st.integers(1, 900))
def test_periods_have_every_date_once(begin: date, days: int) -> None:
    end = begin + timedelta(days=days)
    dates = [begin + timedelta(days=n) for n in range(days)]
    found = by_period(dict.fromkeys(dates, Tally(sold=1)))
    assert sorted(found) == periods_between(begin, end)
    assert [day for each in found.values() for day in each] == dates
    assert all(period_of(day) == first and (day - first).days < 14 for first, each in found.items() for day in each)


def test_92_dates_lie_in_eight_periods_at_most() -> None:
    spans = [len(periods_between(after(n), after(n + 92))) for n in range(14)]
    assert (min(spans), max(spans)) == (7, 8)


@pytest.mark.parametrize("day", [date.min, date.min + timedelta(days=13), date.max])
def test_every_date_has_a_period(day: date) -> None:
    """A caller may ask for any date."""
    first = period_of(day)
    assert first.weekday() == 0
    assert timedelta(0) <= day - first < timedelta(days=14)
    assert periods_between(first, day)[:1] == ([first] if first < day else [])
