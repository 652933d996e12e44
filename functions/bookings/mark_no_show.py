"""POST /api/staff/bookings/{order_no}/no-show: the guest has not come, and the nights left go back on sale."""

from typing import Any

from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.bookings.booking_views import booking_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.logs import count
from posthouse.services.bookings.stays import mark_no_show
from posthouse.store import bookings


def _again(_request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = bookings.get(target)
    return NotFound("booking") if found is None else Answer(200, booking_json(found))


@endpoint(STAFF, idempotent=_again)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    outcome = mark_no_show(request.path["order_no"], request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    count("NoShows")
    return Answer(200, booking_json(outcome))
