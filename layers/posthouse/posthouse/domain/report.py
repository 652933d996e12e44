"""Daily reports of hotels: what a booking and a night count for on each date, and the figures of a date.

docs/decisions/0062-reports.md says what each number means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import asdict

from posthouse.domain.booking import BookingState
from posthouse.domain.money import BASIS, Money
from posthouse.domain.value import Value

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking
    from posthouse.domain.catalogue import Night
    from posthouse.domain.terms import BookedNight

MAX_DAYS = 92
"""How many dates one daily report has at most."""

PICK_UP_DAYS = 30
"""How many dates a pick-up report has."""

STAYING = frozenset({BookingState.RESERVED, BookingState.PAID, BookingState.CHECKED_IN, BookingState.FINISHED})
"""The states in which all nights of a stay count as sold."""

ARRIVED = frozenset({BookingState.CHECKED_IN, BookingState.FINISHED})

CANCELLED = frozenset({BookingState.CANCELLED, BookingState.REFUNDING, BookingState.REFUNDED})


class Tally(Value):
    """What is counted of a date; revenues in fen. Stays count once, whatever their units.

    A day use is an arrival and a departure with a revenue of its own: nobody sleeps, so it is no night that is sold.
    """

    units: int = 0
    out_of_order: int = 0
    sold: int = 0
    room_revenue: int = 0
    arrivals: int = 0
    departures: int = 0
    in_house: int = 0
    no_shows: int = 0
    cancelled: int = 0
    day_use_revenue: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(mine + its for mine, its in zip(self.numbers, other.numbers, strict=True)))

    def __sub__(self, other: Tally) -> Tally:
        return Tally(*(mine - its for mine, its in zip(self.numbers, other.numbers, strict=True)))

    @property
    def numbers(self) -> tuple[int, ...]:
        """Its numbers, in the order of the fields."""
        return tuple(asdict(self).values())

    @property
    def on_offer(self) -> int:
        """The units that can be slept in."""
        return self.units - self.out_of_order

    @property
    def left(self) -> int:
        """The units that are not sold; below zero where more is sold than there is."""
        return self.on_offer - self.sold

    @property
    def occupancy_bp(self) -> int:
        """The sold part of the units on offer, in basis points, half up."""
        return _per(self.sold * BASIS, self.on_offer)

    @property
    def adr(self) -> int:
        """Room revenue (fen) for each unit sold, half up."""
        return _per(self.room_revenue, self.sold)

    @property
    def revpar(self) -> int:
        """Room revenue (fen) for each unit on offer, half up."""
        return _per(self.room_revenue, self.on_offer)


NONE = Tally()

Counts = Mapping[date, Tally]
"""What is counted, by date. A date that is missing has nothing."""


def _per(whole: int, parts: int) -> int:
    return (2 * whole + parts) // (2 * parts) if parts > 0 else 0


def total(counts: Iterable[Counts]) -> dict[date, Tally]:
    """Returns the sums by date."""
    sums: dict[date, Tally] = {}
    for each in counts:
        for day, tally in each.items():
            sums[day] = sums.get(day, NONE) + tally
    return sums


def difference(now: Counts, before: Counts) -> dict[date, Tally]:
    """Returns what has to be added to ``before`` to get ``now``; dates where nothing changes are left out."""
    days = sorted({*now, *before})
    changes = {day: now.get(day, NONE) - before.get(day, NONE) for day in days}
    return {day: change for day, change in changes.items() if change != NONE}


def counts_of(booking: Booking) -> dict[date, Tally]:
    """Returns what a booking counts for as it is now. One that waits for its payment counts for nothing."""
    arrival, departure = booking.stay.check_in, booking.stay.check_out
    if booking.status in CANCELLED:
        return {_cancelled_on(booking): Tally(cancelled=1)}
    if booking.status is BookingState.NO_SHOW:
        first = [night for night in _nights(booking) if arrival in night]
        return total([*first, {arrival: Tally(no_shows=1)}])
    if booking.status not in STAYING:
        return {}
    slept = {night: Tally(in_house=1) for night in _slept(booking)}
    return total([*_nights(booking), slept, {arrival: Tally(arrivals=1)}, {departure: Tally(departures=1)}])


def _slept(booking: Booking) -> set[date]:
    """Returns the nights for which the guest is, or was, in the house: those that an early check-out freed are none."""
    if booking.stay.is_day_use:
        return set()
    nights = {night.night for night in booking.nights} if booking.status in ARRIVED else set()
    if booking.status is not BookingState.FINISHED:
        return nights
    left = next(moment.at for moment in reversed(booking.timeline) if moment.status is BookingState.FINISHED)
    return nights - set(booking.stay.nights_left(booking.clock.calendar_date(left)))


def _nights(booking: Booking) -> Iterator[Counts]:
    """Returns what each booked night counts for: its units, and its price less its share of the discount."""
    for night, revenue in zip(booking.nights, room_revenues(booking.nights, _discount(booking)), strict=True):
        by_the_hour = booking.stay.is_day_use
        yield {
            night.night: Tally(day_use_revenue=revenue.fen)
            if by_the_hour
            else Tally(sold=night.units, room_revenue=revenue.fen)
        }


def _discount(booking: Booking) -> Money:
    return booking.price.discount + booking.price.points_discount


def room_revenues(nights: tuple[BookedNight, ...], discount: Money) -> list[Money]:
    """Returns the price of each night less its share of the discount, by the largest remainder; never below zero."""
    amounts = [night.amount for night in nights]
    weights = [amount.fen for amount in amounts]
    if sum(weights) == 0:
        return amounts
    shared = min(discount, Money(sum(weights)))
    return [amount - share for amount, share in zip(amounts, shared.split(weights), strict=True)]


def _cancelled_on(booking: Booking) -> date:
    moment = next(moment for moment in booking.timeline if moment.status in CANCELLED)
    return booking.clock.business_date(moment.at)


def counts_of_nights(nights: Iterable[Night]) -> dict[date, Tally]:
    """Returns what the open nights of a room type count for; a closed night has its units too."""
    counted = {night.night: Tally(units=night.units, out_of_order=night.out_of_order) for night in nights}
    return {day: tally for day, tally in counted.items() if tally != NONE}


PERIOD = timedelta(days=14)
"""How many dates one row of the reports holds. A stay mostly lies in one, and its row stays below 1 kB."""

_FIRST_PERIOD = date.min
"""A Monday, with which a period begins: so every date that a caller may name has one."""


def period_of(day: date) -> date:
    """Returns the first date of the period in which a date lies: a Monday."""
    return day - (day - _FIRST_PERIOD) % PERIOD


def periods_between(begin: date, end: date) -> list[date]:
    """Returns the periods that have dates from ``begin`` up to, and without, ``end``."""
    first = period_of(begin)
    return [first + n * PERIOD for n in range((end - first + PERIOD - timedelta(days=1)) // PERIOD)]


def by_period(counts: Counts) -> dict[date, dict[date, Tally]]:
    """Returns counts by the first date of their period."""
    found: dict[date, dict[date, Tally]] = {}
    for day, tally in sorted(counts.items()):
        found.setdefault(period_of(day), {})[day] = tally
    return found
