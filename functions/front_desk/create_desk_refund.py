"""POST /api/staff/orders/{order_no}/desk-refunds: staff give back money at the desk that was taken there."""

from typing import Any

from posthouse.domain.folio import DeskMethod
from posthouse.domain.money import Money
from posthouse.domain.refusal import Refusal
from posthouse.entry.fields import Amount, Reason
from posthouse.entry.front_desk.desk_views import given_back_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.entry.logs import count
from posthouse.services.front_desk.desk_money import DeskRequest, give_back


class DeskRefundInput(Input):
    method: DeskMethod
    amount: Amount
    reason: Reason
    from_credit: bool = False


@endpoint(STAFF, body=DeskRefundInput, idempotent=True)
def handler(request: Request[DeskRefundInput, Any]) -> Answer | Refusal:
    body = request.body
    wanted = DeskRequest(
        order_no=request.path["order_no"],
        method=body.method,
        amount=Money(body.amount),
        note=body.reason,
        caller_key=request.caller_key,
        body_hash=request.body_hash,
        from_credit=body.from_credit,
    )
    outcome = give_back(wanted, request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    count("DeskRefunds")
    return Answer(201, given_back_json(wanted.order_no, outcome))
