"""POST /api/staff/bookings/{order_no}/check-out: starts the workflow that finishes the stay and grants the coupon."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.booking_views import listed_booking_json
from posthouse.entry.bookings.check_out_workflow import start_check_out
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.services.bookings.stays import may_check_out


@endpoint(STAFF)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    booking = may_check_out(request.path["order_no"], request.caller)
    if isinstance(booking, Refusal):
        return booking
    start_check_out(booking.order_no, request.caller.subject, request.step)
    return Answer(202, listed_booking_json(booking))
