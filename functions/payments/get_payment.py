"""GET /api/payments/{payment_id}: a payment; its provider is queried while it is open."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.payments.payment_views import payment_json, refunds_json
from posthouse.entry.providers import provider_of
from posthouse.services.payments.payments import look_up
from posthouse.store import refunds


@endpoint(GUEST)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    payment_id = request.path["payment_id"]
    outcome = look_up(payment_id, request.caller, provider_of, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    found = [refund for refund in refunds.list_of_order(outcome.order_no) if refund.payment_id == payment_id]
    return Answer(200, {**payment_json(outcome), **refunds_json(found)})
