"""POST /api/staff/orders/{order_no}/refunds: staff refund an order, in part or whole."""

from typing import Any

from posthouse.domain.money import Money
from posthouse.domain.refusal import Refusal
from posthouse.entry.fields import Amount, ShortReason
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.entry.logs import count
from posthouse.entry.payments.payment_views import made_refunds_json
from posthouse.services.bookings import booking_refunds
from posthouse.services.orders import is_shop_order
from posthouse.services.payments.order_refunds import OrderRefundRequest
from posthouse.services.shop import shop_refunds


class RefundInput(Input):
    reason: ShortReason
    amount: Amount | None = None
    from_credit: bool = False


@endpoint(STAFF, body=RefundInput, idempotent=True)
def handler(request: Request[RefundInput, Any]) -> Answer | Refusal:
    wanted = OrderRefundRequest(
        order_no=request.path["order_no"],
        amount=None if request.body.amount is None else Money(request.body.amount),
        reason=request.body.reason,
        caller_key=request.caller_key,
        body_hash=request.body_hash,
        from_credit=request.body.from_credit,
    )
    refund = shop_refunds.refund if is_shop_order(wanted.order_no) else booking_refunds.refund
    outcome = refund(wanted, request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    count("RefundsRequested")
    return Answer(202, made_refunds_json(outcome))
