"""POST /api/staff/orders/{order_no}/desk-payments/{desk_payment_id}/reversal: staff take back a payment at the desk."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.fields import Reason
from posthouse.entry.front_desk.desk_views import given_back_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.entry.logs import count
from posthouse.services.front_desk.desk_money import reverse, reversed_before


class ReversalInput(Input):
    reason: Reason


def _again(request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = reversed_before(target, request.path["desk_payment_id"], request.caller)
    return found if isinstance(found, Refusal) else Answer(200, given_back_json(target, found))


@endpoint(STAFF, body=ReversalInput, idempotent=_again)
def handler(request: Request[ReversalInput, Any]) -> Answer | Refusal:
    order_no, number = request.path["order_no"], request.path["desk_payment_id"]
    outcome = reverse(order_no, number, request.body.reason, request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    count("DeskReversals")
    return Answer(200, given_back_json(order_no, outcome))
