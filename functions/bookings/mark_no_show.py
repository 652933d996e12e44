"""POST /api/staff/bookings/{order_no}/no-show: the guest has not come, and the hotel keeps its fee."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.booking_views import listed_booking_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.logs import count
from posthouse.services.bookings.no_shows import mark_no_show
from posthouse.services.bookings.stays import for_staff


def _again(request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = for_staff(target, request.caller)
    return found if isinstance(found, Refusal) else Answer(200, listed_booking_json(found))


@endpoint(STAFF, idempotent=_again)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    outcome = mark_no_show(request.path["order_no"], request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    count("NoShows")
    return Answer(200, listed_booking_json(outcome))
