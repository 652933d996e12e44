"""Lists of bookings for staff: by hotel, state, arrival, phone number or order number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from posthouse.domain.identity import Principal, Role
from posthouse.domain.value import Value
from posthouse.store import bookings, hotels
from posthouse.store.page import Page

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking, BookingState

HOTELS_READ = 50
"""How many hotels' bookings one request reads at most; then it returns what it found and a cursor."""


class BookingFilter(Value):
    """What staff filter by; None takes all."""

    hotel_id: str | None
    status: BookingState | None
    date: date | None
    phone_number: str | None
    order_no: str | None

    def takes(self, booking: Booking, caller: Principal) -> bool:
        """Whether a booking matches the other fields, and the caller serves its hotel."""
        return (
            caller.serves(booking.hotel_id)
            and self.hotel_id in {None, booking.hotel_id}
            and self.status in {None, booking.status}
            and self.date in {None, booking.stay.check_in}
            and self.phone_number in {None, booking.phone_number}
        )


def bookings_for(caller: Principal, wanted: BookingFilter, limit: int, position: Any) -> Page[Booking]:
    """Returns a page of bookings of the caller's hotels: hotel by hotel, each by arrival, latest first."""
    if wanted.order_no is not None:
        booking = bookings.get(wanted.order_no)
        return Page([booking] if booking is not None and wanted.takes(booking, caller) else [], None)
    if wanted.phone_number is not None:
        hotel_ids = _hotels_of(caller, wanted.hotel_id)
        query = bookings.PhoneQuery(wanted.phone_number, hotel_ids, wanted.status, wanted.date)
        return bookings.list_of_phone(query, limit, position)
    start = position or {"hotel_id": "", "key": None}
    return _walk(_hotel_ids(caller, wanted.hotel_id, start["hotel_id"]), wanted, limit, start)


def _hotels_of(caller: Principal, asked: str | None) -> tuple[str, ...] | None:
    """Returns the hotels that the caller may read, or the asked one of them; None for all."""
    if asked is not None:
        return (asked,) if caller.serves(asked) else ()
    return None if caller.role is Role.ADMIN else tuple(caller.hotel_ids)


def _hotel_ids(caller: Principal, asked: str | None, begin: str) -> Iterable[str]:
    if asked is not None:
        return [asked] if caller.serves(asked) else []
    if caller.role is Role.ADMIN:
        return hotels.ids_from(begin)
    return sorted(hotel_id for hotel_id in caller.hotel_ids if hotel_id >= begin)


def _walk(hotel_ids: Iterable[str], wanted: BookingFilter, limit: int, start: dict[str, Any]) -> Page[Booking]:
    found: list[Booking] = []
    ahead = iter(hotel_ids)
    for hotel_id in islice(ahead, HOTELS_READ):
        key = start["key"] if hotel_id == start["hotel_id"] else None
        query = bookings.HotelQuery(hotel_id, wanted.status, wanted.date)
        page = bookings.list_of_hotel(query, limit - len(found), key)
        found += page.items
        if page.position is not None:
            return Page(found, _at(hotel_id, page.position))
        if len(found) == limit:
            break
    following = next(ahead, None)
    return Page(found, None if following is None else _at(following, None))


def _at(hotel_id: str, key: Any) -> dict[str, Any]:
    """Returns a position: a hotel, and a key in its bookings."""
    return {"hotel_id": hotel_id, "key": key}
