"""Lists of bookings, through the indexes of their table: of a guest, a hotel, a phone number, and what is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from heapq import nlargest
from itertools import islice
from typing import TYPE_CHECKING, Any

from posthouse.domain.booking import AHEAD, Booking, BookingState
from posthouse.domain.stay import MAX_NIGHTS
from posthouse.domain.value import Value
from posthouse.store import due, orders
from posthouse.store.batch import read_rows
from posthouse.store.bookings import BookingRow
from posthouse.store.pointers import read_pointed_page, rows_of
from posthouse.store.table import DUE_SHARDS, epoch

if TYPE_CHECKING:
    from pynamodb.expressions.condition import Condition

    from posthouse.store.page import Page, Position

LONGEST_STAY = timedelta(days=MAX_NIGHTS)

LOOKED_AT_ONCE = 10
"""How many stays are read together, latest arrival first, to find one that is not over."""


def get_many(order_numbers: Iterable[str]) -> dict[str, Booking]:
    """Returns the bookings of these numbers. AWS calls: one for a hundred."""
    wanted = list(order_numbers)
    rows = read_rows((BookingRow, (order_no,)) for order_no in wanted)
    return {key: row.to_domain() for key in wanted if (row := rows.get(BookingRow, key)) is not None}


def unclaimed_of(phone_number: str, at_most: int) -> list[str]:
    """Returns the numbers of stays with this phone number that staff booked and no guest has claimed."""
    return [row.order_no for row in BookingRow.by_unclaimed.query(phone_number, limit=at_most)]


def to_forget(now: datetime, at_most: int) -> Iterator[str]:
    """Returns the numbers of unclaimed stays that are long over; ``at_most`` a shard."""
    for shard in range(DUE_SHARDS):
        for row in BookingRow.by_forget.query(str(shard), BookingRow.forget_at <= epoch(now), limit=at_most):
            yield row.order_no


def overdue(now: datetime, at_most: int) -> Iterator[str]:
    """Returns the numbers of bookings whose timer should have ended their wait by now; ``at_most`` a shard."""
    return (row.order_no for row in due.overdue(BookingRow, now, at_most))


def list_of_guest(user_id: str, status: BookingState | None, limit: int, position: Position | None) -> Page[Booking]:
    """Returns a page of a guest's bookings, newest first."""
    return orders.list_of_guest(BookingRow, user_id, status, limit, position)


class BookingFilter(Value):
    """Which bookings to list: in a state, arriving or leaving on a date, of a guest; None takes all."""

    status: BookingState | None = None
    departure: date | None = None
    date: date | None = None
    user_id: str | None = None

    def takes(self, row: BookingRow) -> bool:
        """Whether a row is in the state, and arrives and leaves on these dates."""
        return (
            self.status in {None, row.status}
            and self.user_id in {None, row.user_id}
            and (self.date is None or row.check_in == self.date.isoformat())
            and (self.departure is None or row.check_out == self.departure.isoformat())
        )


def list_of_hotel(hotel_id: str, wanted: BookingFilter, limit: int, position: Position | None) -> Page[Booking]:
    """Returns a page of a hotel's bookings by arrival, latest first. Those that leave on one date: newest first.

    The work is bounded by the page, or by what leaves on one date.
    """
    index, key, on_date = _by(hotel_id, wanted)
    found = index.query(key, on_date, scan_index_forward=False, page_size=limit + 1, last_evaluated_key=position)
    return read_pointed_page(found, BookingRow.to_domain, limit, wanted.takes)


def numbers_of_hotel(hotel_id: str) -> Iterator[str]:
    """Returns the numbers of all bookings of a hotel, each once. One that was just made may be missing."""
    seen = set()
    for row in BookingRow.by_hotel.query(hotel_id):
        if row.order_no not in seen:
            seen.add(row.order_no)
            yield row.order_no


def _by(hotel_id: str, wanted: BookingFilter) -> tuple[Any, str, Condition | None]:
    if wanted.departure is not None:
        return BookingRow.by_departure, hotel_id, BookingRow.departure.startswith(wanted.departure.isoformat())
    on_date = None if wanted.date is None else BookingRow.arrival.startswith(wanted.date.isoformat())
    if wanted.status is None:
        return BookingRow.by_hotel, hotel_id, on_date
    return BookingRow.by_hotel_status, f"{hotel_id}#{wanted.status}", on_date


def open_arrivals(hotel_id: str, today: date) -> list[date]:
    """Returns the latest arrival, in each open state, of a hotel's stays that have not ended before that date.

    A stay that ended earlier is over, even if nobody has said so. AWS calls: two for each state, and two more for each
    ten such stays.
    """
    begun = BookingRow.arrival >= (today - LONGEST_STAY).isoformat()
    found = []
    for state in sorted(AHEAD):
        index, key = BookingRow.by_hotel_status, f"{hotel_id}#{state}"
        pointers = index.query(key, begun, scan_index_forward=False, page_size=LOOKED_AT_ONCE)
        rows = (row for _, row in rows_of(pointers, LOOKED_AT_ONCE))
        ahead = (row for row in rows if row.status in AHEAD and row.check_out >= today.isoformat())
        found += [date.fromisoformat(row.check_in) for row in islice(ahead, 1)]
    return found


class PhoneQuery(Value):
    """Which bookings with a phone number to list: of these hotels, None for all."""

    phone_number: str
    hotel_ids: tuple[str, ...] | None
    wanted: BookingFilter


def list_of_phone(query: PhoneQuery, limit: int, position: Position | None) -> Page[Booking]:
    """Returns a page of the bookings with a phone number: hotel by hotel, newest first. Other hotels' are not read."""
    found = _of_hotels(BookingRow.by_phone, query.phone_number, query.hotel_ids, limit, position)
    return read_pointed_page(found, BookingRow.to_domain, limit, query.wanted.takes)


def list_of_guest_at(
    user_id: str, hotel_ids: tuple[str, ...] | None, wanted: BookingFilter, limit: int, position: Position | None
) -> Page[Booking]:
    """Returns a page of a guest's bookings in these hotels, None for all: hotel by hotel, newest first."""
    found = _of_hotels(BookingRow.by_guest_hotel, user_id, hotel_ids, limit, position)
    return read_pointed_page(found, BookingRow.to_domain, limit, wanted.takes)


def latest_of_guest(user_id: str, hotel_ids: tuple[str, ...] | None, at_most: int) -> list[Booking]:
    """Returns what a guest has booked last in these hotels, None for all. AWS calls: one for each hotel, and one."""
    if hotel_ids is None:
        return list_of_guest(user_id, None, at_most, None).items
    entries: list[Any] = []
    for hotel_id in hotel_ids:
        own = BookingRow.hotel_order.startswith(f"{hotel_id}#")
        entries += BookingRow.by_guest_hotel.query(user_id, own, scan_index_forward=False, limit=at_most)
    latest = nlargest(at_most, entries, key=lambda entry: str(entry.order_no))
    return [row.to_domain() for _, row in rows_of(latest, at_most)]


def _of_hotels(
    index: Any, key: str, hotel_ids: tuple[str, ...] | None, limit: int, position: Position | None
) -> Iterator[Any]:
    """Returns the entries of an index by ``hotel_order``, newest first in each hotel; of other hotels none is read."""
    if hotel_ids is None:
        yield from _query(index, key, None, limit, position)
        return
    begin = position["hotel_order"]["S"].partition("#")[0] if position else None
    for hotel_id in sorted(hotel_ids, reverse=True):
        if begin is None or hotel_id <= begin:
            own = BookingRow.hotel_order.startswith(f"{hotel_id}#")
            yield from _query(index, key, own, limit, position if hotel_id == begin else None)


def _query(index: Any, key: str, own: Condition | None, limit: int, position: Position | None) -> Any:
    return index.query(key, own, scan_index_forward=False, page_size=limit + 1, last_evaluated_key=position)
