"""GET /api/staff/payments/{payment_id}: a payment of an order, for staff; its provider is queried while it is open."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.payments.payment_views import staff_payment_json
from posthouse.entry.providers import provider_of
from posthouse.services.payments.payments import look_up_for_staff
from posthouse.store import refunds


@endpoint(STAFF)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    payment_id = request.path["payment_id"]
    payment = look_up_for_staff(payment_id, request.caller, provider_of, request.step)
    if isinstance(payment, Refusal):
        return payment
    found = [refund for refund in refunds.list_of_order(payment.order_no) if refund.payment_id == payment_id]
    return Answer(200, staff_payment_json(payment, found))
