"""GET /api/bookings/{order_no}: one of the guest's bookings, with its timeline."""

from typing import Any

from posthouse.domain.money import ZERO
from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.booking_views import booking_json
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.payments.payment_views import refunds_json
from posthouse.services.bookings.stays import for_guest
from posthouse.store import refunds


@endpoint(GUEST)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    outcome = for_guest(request.path["order_no"], request.caller)
    if isinstance(outcome, Refusal):
        return outcome
    is_unpaid = not outcome.paid_by and outcome.price.payable > ZERO
    found = [] if is_unpaid else refunds.list_of_order(outcome.order_no)
    return Answer(200, {**booking_json(outcome), **refunds_json(found)})
