"""GET /api/bookings: the guest's bookings, newest first."""

from typing import Any

from posthouse.domain.booking import BookingState
from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.booking_views import my_listed_booking_json
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.store import booking_lists


class BookingsQuery(ListQuery):
    status: BookingState | None = None


@endpoint(GUEST, query=BookingsQuery)
def handler(request: Request[Any, BookingsQuery]) -> Answer | Refusal:
    position = position_of(request, "bookings")
    if isinstance(position, Refusal):
        return position
    page = booking_lists.list_of_guest(request.caller.subject, request.query.status, request.query.limit, position)
    return page_answer(request, "bookings", page, my_listed_booking_json)
