"""GET /api/staff/bookings: bookings of the caller's hotels, by filters, or by what is typed to find one."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from msgspec import field

from posthouse.domain.booking import Booking, BookingState
from posthouse.domain.finding import read_query
from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.booking_views import asked_booking_json, listed_booking_json
from posthouse.entry.fields import Id, SoughtPhone, SoughtStay
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.services.bookings.staff_bookings import StaffFilter, bookings_for
from posthouse.services.front_desk.note_lists import guest_notes_for, notes_of_booking


class StaffBookingsQuery(ListQuery):
    hotel_id: Id | None = None
    status: BookingState | None = None
    arrival_date: date | None = field(default=None, name="date")
    departure: date | None = None
    in_house: Literal["true"] | None = None
    phone_number: SoughtPhone | None = None
    order_no: Id | None = None
    query: SoughtStay | None = None
    user_id: Id | None = None

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        if self.in_house and self.status not in {None, BookingState.CHECKED_IN}:
            yield "in_house", "goes with no status but checked_in"


@endpoint(STAFF, query=StaffBookingsQuery)
def handler(request: Request[Any, StaffBookingsQuery]) -> Answer | Refusal:
    asked = request.query
    position = position_of(request, "staff_bookings")
    if isinstance(position, Refusal):
        return position
    wanted = StaffFilter(
        hotel_id=asked.hotel_id,
        status=BookingState.CHECKED_IN if asked.in_house else asked.status,
        date=asked.arrival_date,
        departure=asked.departure,
        phone_number=asked.phone_number,
        order_no=asked.order_no,
        sought=None if asked.query is None else read_query(asked.query),
        user_id=asked.user_id,
    )
    page = bookings_for(request.caller, wanted, asked.limit, position, request.step.now)
    return page_answer(request, "staff_bookings", page, listed_booking_json if asked.order_no is None else _with_notes)


def _with_notes(booking: Booking) -> dict[str, Any]:
    return asked_booking_json(booking, notes_of_booking(booking), guest_notes_for(booking))
