"""POST /api/staff/bookings/{order_no}/check-in: the guest has arrived."""

from typing import Any

from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.bookings.booking_views import booking_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.logs import count
from posthouse.services.bookings.stays import check_in
from posthouse.store import bookings


def _again(_request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = bookings.get(target)
    return NotFound("booking") if found is None else Answer(200, booking_json(found))


@endpoint(STAFF, idempotent=_again)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    outcome = check_in(request.path["order_no"], request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    count("CheckIns")
    return Answer(200, booking_json(outcome))
