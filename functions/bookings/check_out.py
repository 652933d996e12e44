"""POST /api/staff/bookings/{order_no}/check-out: starts the workflow that finishes the stay and grants the coupon."""

from typing import Any

from posthouse.clients import workflows
from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.booking_views import booking_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.settings import Settings, read_settings
from posthouse.services.bookings.stays import may_check_out


class CheckOutSettings(Settings):
    check_out_workflow_arn: str


@endpoint(STAFF)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    booking = may_check_out(request.path["order_no"], request.caller)
    if isinstance(booking, Refusal):
        return booking
    facts = {
        "order_no": booking.order_no,
        "actor": request.caller.subject,
        "correlation_id": request.step.correlation_id,
    }
    name = f"{booking.order_no}-{request.step.new_ulid()}"
    workflows.start(read_settings(CheckOutSettings).check_out_workflow_arn, name, facts)
    return Answer(202, booking_json(booking))
