"""GET /api/staff/bookings: bookings of the caller's hotels, by hotel, status, arrival, phone or order number."""

from datetime import date
from typing import Any

from msgspec import field

from posthouse.domain.booking import BookingState
from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.booking_views import listed_booking_json
from posthouse.entry.fields import Id, SoughtPhone
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.services.bookings.staff_bookings import BookingFilter, bookings_for


class StaffBookingsQuery(ListQuery):
    hotel_id: Id | None = None
    status: BookingState | None = None
    arrival_date: date | None = field(default=None, name="date")
    phone_number: SoughtPhone | None = None
    order_no: Id | None = None


@endpoint(STAFF, query=StaffBookingsQuery)
def handler(request: Request[Any, StaffBookingsQuery]) -> Answer | Refusal:
    query = request.query
    position = position_of(request, "staff_bookings")
    if isinstance(position, Refusal):
        return position
    wanted = BookingFilter(query.hotel_id, query.status, query.arrival_date, query.phone_number, query.order_no)
    page = bookings_for(request.caller, wanted, query.limit, position)
    return page_answer(request, "staff_bookings", page, listed_booking_json)
