"""GET /api/staff/payments?order_no=: all payments of an order, with the refunds of each."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.fields import Id
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.entry.payments.payment_views import staff_payment_json
from posthouse.services.payments.payment_lists import payments_of


class PaymentsQuery(Input):
    order_no: Id


@endpoint(STAFF, query=PaymentsQuery)
def handler(request: Request[Any, PaymentsQuery]) -> Answer | Refusal:
    found = payments_of(request.query.order_no, request.caller)
    if isinstance(found, Refusal):
        return found
    return Answer(200, {"items": [staff_payment_json(it.payment, it.refunds) for it in found], "next_cursor": None})
