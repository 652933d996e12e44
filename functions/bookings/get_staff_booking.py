"""GET /api/staff/bookings/{order_no}: a booking in full, with phone number and notes; the audit says who read it."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.booking_views import desk_booking_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.services.bookings.stays import read_in_full
from posthouse.services.front_desk.note_lists import guest_notes_for, notes_of_booking


@endpoint(STAFF)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    outcome = read_in_full(request.path["order_no"], request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    return Answer(200, desk_booking_json(outcome, notes_of_booking(outcome), guest_notes_for(outcome)))
