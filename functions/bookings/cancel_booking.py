"""POST /api/bookings/{order_no}/cancellation: a guest cancels a booking and is refunded by its cancellation rule."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.booking_views import booking_json
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.logs import count
from posthouse.services.bookings.cancellations import cancel


@endpoint(GUEST)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    outcome = cancel(request.path["order_no"], request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    if outcome.timeline[-1].at >= request.step.now:
        count("BookingsCancelled")
    return Answer(200, booking_json(outcome))
