"""POST /api/staff/bookings/{order_no}/numbers: which rooms a booking gets, also as a move while in the house."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.booking_views import listed_booking_json
from posthouse.entry.bookings.number_input import NumbersOfStay
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.services.bookings.stays import for_staff
from posthouse.services.house.assignments import assign


def _again(request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = for_staff(target, request.caller)
    return found if isinstance(found, Refusal) else Answer(200, listed_booking_json(found))


@endpoint(STAFF, body=NumbersOfStay, idempotent=_again)
def handler(request: Request[NumbersOfStay, Any]) -> Answer | Refusal:
    outcome = assign(request.path["order_no"], request.body.numbers, request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, listed_booking_json(outcome))
