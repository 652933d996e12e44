"""GET /api/staff/bookings/{order_no}: one booking in full, with the phone number; the audit notes who has read it."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.booking_views import desk_booking_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.services.bookings.stays import read_in_full


@endpoint(STAFF)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    outcome = read_in_full(request.path["order_no"], request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, desk_booking_json(outcome))
