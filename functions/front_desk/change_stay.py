"""POST /api/staff/bookings/{order_no}/changes: staff change what is booked."""

from collections.abc import Iterator
from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.booking_views import listed_booking_json
from posthouse.entry.bookings.change_input import WantedStayInput
from posthouse.entry.bookings.number_input import NumbersGiven, once_each
from posthouse.entry.fields import Reason, Total, Version
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.logs import count
from posthouse.services.bookings.stay_changes import ChangeRequest, change_stay


class StayChangeInput(WantedStayInput, kw_only=True):
    reason: Reason
    numbers: NumbersGiven | None = None
    version: Version | None = None
    expected_payable: Total | None = None

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        yield from once_each(self.numbers or ())


@endpoint(STAFF, body=StayChangeInput, idempotent=True)
def handler(request: Request[StayChangeInput, Any]) -> Answer | Refusal:
    wanted = ChangeRequest(
        order_no=request.path["order_no"],
        wanted=request.body.wanted,
        numbers=request.body.numbers,
        reason=request.body.reason,
        version=request.body.version,
        expected_payable=request.body.expected_payable,
        caller_key=request.caller_key,
        body_hash=request.body_hash,
    )
    outcome = change_stay(wanted, request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    count("StaysChanged")
    return Answer(200, listed_booking_json(outcome))
