"""POST /api/staff/bookings/{order_no}/check-in: the guest has arrived."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.booking_views import listed_booking_json
from posthouse.entry.bookings.number_input import CheckInInput
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.logs import count
from posthouse.services.bookings.check_ins import check_in
from posthouse.services.bookings.stays import for_staff


def _again(request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = for_staff(target, request.caller)
    return found if isinstance(found, Refusal) else Answer(200, listed_booking_json(found))


@endpoint(STAFF, body=CheckInInput, idempotent=_again)
def handler(request: Request[CheckInInput, Any]) -> Answer | Refusal:
    outcome = check_in(request.path["order_no"], request.body.numbers, request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    count("CheckIns")
    return Answer(200, listed_booking_json(outcome))
