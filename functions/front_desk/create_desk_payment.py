"""POST /api/staff/orders/{order_no}/desk-payments: staff take money for a stay at the desk."""

from typing import Any

from posthouse.domain.folio import DeskMethod
from posthouse.domain.money import Money
from posthouse.domain.refusal import Refusal
from posthouse.entry.fields import Amount, Reason
from posthouse.entry.front_desk.desk_views import desk_payment_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.entry.logs import count
from posthouse.services.front_desk.desk_money import DeskRequest, take


class DeskPaymentInput(Input):
    method: DeskMethod
    amount: Amount
    reference: Reason | None = None


@endpoint(STAFF, body=DeskPaymentInput, idempotent=True)
def handler(request: Request[DeskPaymentInput, Any]) -> Answer | Refusal:
    body = request.body
    wanted = DeskRequest(
        order_no=request.path["order_no"],
        method=body.method,
        amount=Money(body.amount),
        note=body.reference,
        caller_key=request.caller_key,
        body_hash=request.body_hash,
    )
    outcome = take(wanted, request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    count("DeskPayments")
    return Answer(201, desk_payment_json(wanted.order_no, outcome))
