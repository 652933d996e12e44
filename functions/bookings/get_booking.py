"""GET /api/bookings/{order_no}: one of the guest's bookings, with its timeline."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.views import booking_json
from posthouse.services.stays import for_guest


@endpoint(GUEST)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    outcome = for_guest(request.path["order_no"], request.caller)
    return outcome if isinstance(outcome, Refusal) else Answer(200, booking_json(outcome))
