"""POST /api/staff/bookings/{order_no}/check-in-reversal: the guest was checked in by mistake."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.booking_views import listed_booking_json
from posthouse.entry.fields import Reason
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.entry.logs import count
from posthouse.services.bookings.stays import for_staff, take_back_check_in


class ReversalInput(Input):
    reason: Reason


def _again(request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = for_staff(target, request.caller)
    return found if isinstance(found, Refusal) else Answer(200, listed_booking_json(found))


@endpoint(STAFF, body=ReversalInput, idempotent=_again)
def handler(request: Request[ReversalInput, Any]) -> Answer | Refusal:
    outcome = take_back_check_in(request.path["order_no"], request.body.reason, request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    count("CheckInsReversed")
    return Answer(200, listed_booking_json(outcome))
