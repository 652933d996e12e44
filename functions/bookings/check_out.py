"""POST /api/staff/bookings/{order_no}/check-out: starts the workflow that finishes the stay and grants the coupon."""

from collections.abc import Iterator
from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.booking_views import listed_booking_json
from posthouse.entry.bookings.check_out_workflow import start_check_out
from posthouse.entry.fields import Reason
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.services.bookings.stays import may_check_out


class CheckOutInput(Input):
    leave_balance: bool = False
    reason: Reason | None = None

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        if self.leave_balance and self.reason is None:
            yield "reason", "is required to leave the balance as it is"


@endpoint(STAFF, body=CheckOutInput)
def handler(request: Request[CheckOutInput, Any]) -> Answer | Refusal:
    leave = request.body.leave_balance
    booking = may_check_out(request.path["order_no"], request.caller, leave_balance=leave)
    if isinstance(booking, Refusal):
        return booking
    start_check_out(booking.order_no, request.caller.subject, request.body.reason if leave else None, request.step)
    return Answer(202, listed_booking_json(booking))
