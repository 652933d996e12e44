"""Lists of bookings for staff: by hotel, state, arrival, departure, phone or order number, and by what is typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from posthouse.domain.finding import Sought, is_found_until, tokens_of
from posthouse.domain.identity import Principal, Role
from posthouse.domain.value import Value
from posthouse.store import booking_lists, bookings, hotels, lookups
from posthouse.store.page import Page

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking, BookingState

HOTELS_READ = 50
"""How many hotels' bookings one request reads at most; then it returns what it found and a cursor."""


class StaffFilter(Value):
    """What staff filter by; None takes all. ``sought`` is what they typed."""

    hotel_id: str | None
    status: BookingState | None
    departure: date | None
    date: date | None
    phone_number: str | None
    order_no: str | None
    sought: Sought | None = None
    user_id: str | None = None

    def takes(self, booking: Booking, caller: Principal) -> bool:
        """Whether a booking matches the other fields, and the caller serves its hotel."""
        return (
            caller.serves(booking.hotel_id)
            and self.hotel_id in {None, booking.hotel_id}
            and self.status in {None, booking.status}
            and self.date in {None, booking.stay.check_in}
            and self.departure in {None, booking.stay.check_out}
            and self.phone_number in {None, booking.phone_number}
            and self.order_no in {None, booking.order_no}
            and self.user_id in {None, booking.user_id}
            and (self.sought is None or self.sought.takes(booking.guest_name, booking.phone_number, booking.order_no))
        )

    @property
    def of_rows(self) -> booking_lists.BookingFilter:
        """The part that the lists of hotels and of phone numbers filter by."""
        return booking_lists.BookingFilter(
            status=self.status, date=self.date, departure=self.departure, user_id=self.user_id
        )


def bookings_for(caller: Principal, wanted: StaffFilter, limit: int, position: Any, now: datetime) -> Page[Booking]:
    """Returns a page of bookings of the caller's hotels: hotel by hotel, each by arrival, latest first.

    What is found by a name or by digits comes in the order of the names, and of one name the newest first.
    """
    sought = wanted.sought or Sought()
    order_no = wanted.order_no or sought.order_no
    if order_no is not None:
        booking = bookings.get(order_no)
        return Page([booking] if booking is not None and wanted.takes(booking, caller) else [], None)
    if wanted.sought is not None and sought.phone_number is None:
        return find(caller, wanted, limit, position, now)
    phone_number = sought.phone_number or wanted.phone_number
    if phone_number is not None:
        if wanted.phone_number not in {None, phone_number}:
            return Page([], None)
        query = booking_lists.PhoneQuery(phone_number, _hotels_of(caller, wanted.hotel_id), wanted.of_rows)
        return booking_lists.list_of_phone(query, limit, position)
    if wanted.user_id is not None:
        hotel_ids = _hotels_of(caller, wanted.hotel_id)
        return booking_lists.list_of_guest_at(wanted.user_id, hotel_ids, wanted.of_rows, limit, position)
    start = position or {"hotel_id": "", "key": None}
    return _walk(_hotel_ids(caller, wanted.hotel_id, start["hotel_id"]), wanted, limit, start)


def find(
    caller: Principal,
    wanted: StaffFilter,
    limit: int,
    position: Any,
    now: datetime,
    also: Callable[[Booking], bool] = lambda _: True,
) -> Page[Booking]:
    """Returns a page of the stays that are found by what was typed, and that the caller of this takes also."""
    sought = wanted.sought or Sought()

    def fits(booking: Booking, token: str) -> bool:
        tokens = tokens_of(booking.guest_name, booking.phone_number, booking.order_no)
        is_first = sought.first_of(tokens) == token and now < is_found_until(booking.stay.check_out)
        return is_first and wanted.takes(booking, caller) and also(booking)

    if not sought.beginnings:
        return Page([], None)
    ahead = iter(_hotel_ids(caller, wanted.hotel_id, position["hotel_id"] if position else ""))
    page = lookups.find(list(islice(ahead, HOTELS_READ)), sought, fits, limit, position)
    following = next(ahead, None) if page.position is None else None
    return page if following is None else Page(page.items, lookups.begin_at(following))


def _hotels_of(caller: Principal, asked: str | None) -> tuple[str, ...] | None:
    """Returns the hotels that the caller may read, or the asked one of them; None for all."""
    if asked is not None:
        return (asked,) if caller.serves(asked) else ()
    return caller.hotels


def _hotel_ids(caller: Principal, asked: str | None, begin: str) -> Iterable[str]:
    if asked is not None:
        return [asked] if caller.serves(asked) else []
    if caller.role is Role.ADMIN:
        return hotels.ids_from(begin)
    return sorted(hotel_id for hotel_id in caller.hotel_ids if hotel_id >= begin)


def _walk(hotel_ids: Iterable[str], wanted: StaffFilter, limit: int, start: dict[str, Any]) -> Page[Booking]:
    found: list[Booking] = []
    ahead = iter(hotel_ids)
    for hotel_id in islice(ahead, HOTELS_READ):
        key = start["key"] if hotel_id == start["hotel_id"] else None
        page = booking_lists.list_of_hotel(hotel_id, wanted.of_rows, limit - len(found), key)
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
