"""Rebuilds the reports of a hotel from its bookings and its nights, while guests go on booking.

First each booking and each room type's nights are counted anew. Then each row of the reports is compared with the sum
of what is noted. One that differs is corrected on condition of its version, which whatever is counted meanwhile raises.
"""

from __future__ import annotations

from datetime import date
from itertools import islice

from posthouse.domain.report import Counts, Tally, by_period, counts_of, period_of, total
from posthouse.domain.value import Value
from posthouse.services.reports.counting import count_booking, count_nights
from posthouse.services.step import ATTEMPTS, busy
from posthouse.store import booking_lists, hotels, nights, reports
from posthouse.store.reports import Sums
from posthouse.store.transaction import Transaction

AT_ONCE = 50
"""How many bookings are read together, each with what is noted of it."""


class Rebuilt(Value):
    """How many bookings and periods of nights were counted anew because they differed, and how many rows corrected."""

    bookings: int
    nights: int
    rows: int


def rebuild(hotel_id: str) -> Rebuilt:
    """Make the reports of a hotel what its bookings and nights say. Raises StoreBusy if its rows change each time.

    AWS calls: one for each fifty bookings, few for each room type, two for each megabyte of what is noted.
    """
    return Rebuilt(_count_bookings(hotel_id), _count_nights(hotel_id), _correct_rows(hotel_id))


def _count_bookings(hotel_id: str) -> int:
    numbers = booking_lists.numbers_of_hotel(hotel_id)
    changed = 0
    while some := list(islice(numbers, AT_ONCE)):
        for booking, noted in reports.read_with_bookings(hotel_id, some):
            if counts_of(booking) != noted.counts:
                changed += count_booking(hotel_id, booking.order_no, None)
    return changed


def _count_nights(hotel_id: str) -> int:
    hotel = hotels.get_hotel(hotel_id)
    periods = reports.periods_noted(hotel_id)
    for offer in () if hotel is None else hotel.offers:
        periods.setdefault(offer.room_id, set())
    for room_id, noted in periods.items():
        noted |= {period_of(night) for night in nights.dates_of(room_id)}
    return sum(count_nights(hotel_id, room_id, sorted(each), None) for room_id, each in periods.items() if each)


def _correct_rows(hotel_id: str) -> int:
    for _ in range(ATTEMPTS):
        # The rows come first: what is noted after they were read raises their versions.
        wrong = _wrong_rows(hotel_id)
        done = [_corrected(hotel_id, sums, right) for sums, right in wrong]
        if all(done):
            return len(wrong)
    raise busy(hotel_id)


def _wrong_rows(hotel_id: str) -> list[tuple[Sums, dict[date, Tally]]]:
    sums = reports.all_sums(hotel_id)
    right = by_period(total(noted.counts for noted in reports.all_noted(hotel_id)))
    rows = {period: sums.get(period, Sums(period, {}, 0)) for period in sorted({*sums, *right})}
    return [(row, right.get(period, {})) for period, row in rows.items() if row.counts != right.get(period, {})]


def _corrected(hotel_id: str, sums: Sums, right: Counts) -> bool:
    transaction = Transaction()
    reports.correct(transaction, hotel_id, sums, right)
    return transaction.commit() is None
