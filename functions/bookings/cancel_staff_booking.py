"""POST /api/staff/bookings/{order_no}/cancellation: staff cancel a stay, and may keep less than its rule says."""

from typing import Any

from posthouse.domain.money import Money
from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.booking_views import listed_booking_json
from posthouse.entry.fields import ShortReason, Total
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.entry.logs import count
from posthouse.services.bookings.staff_cancellations import CancelRequest, cancel_for_staff


class CancellationInput(Input):
    reason: ShortReason
    fee: Total | None = None


@endpoint(STAFF, body=CancellationInput, idempotent=True)
def handler(request: Request[CancellationInput, Any]) -> Answer | Refusal:
    wanted = CancelRequest(
        order_no=request.path["order_no"],
        reason=request.body.reason,
        fee=None if request.body.fee is None else Money(request.body.fee),
        caller_key=request.caller_key,
        body_hash=request.body_hash,
    )
    outcome = cancel_for_staff(wanted, request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    count("BookingsCancelled")
    return Answer(200, listed_booking_json(outcome))
