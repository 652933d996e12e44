"""POST /api/staff/orders/{order_no}/payments: staff open a payment that the guest makes by WeChat's QR code."""

from typing import Any, Literal

from posthouse.domain.money import Money
from posthouse.domain.payment import NATIVE
from posthouse.domain.refusal import Refusal
from posthouse.entry.fields import Amount
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.entry.payments.payment_views import open_payment_json
from posthouse.entry.providers import provider_of
from posthouse.services.payments.payments import open_at_desk, opened_at_desk


class StaffPaymentInput(Input):
    via: Literal["native"]
    amount: Amount | None = None


def _again(request: Request[Any, Any], target: str) -> Answer | Refusal:
    opened = opened_at_desk(target, request.caller, provider_of, request.step)
    return opened if isinstance(opened, Refusal) else Answer(201, open_payment_json(opened))


@endpoint(STAFF, body=StaffPaymentInput, idempotent=_again)
def handler(request: Request[StaffPaymentInput, Any]) -> Answer | Refusal:
    amount = None if request.body.amount is None else Money(request.body.amount)
    order_no = request.path["order_no"]
    outcome = open_at_desk(order_no, amount, request.caller, NATIVE, provider_of, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(201, open_payment_json(outcome))
