"""POST /api/orders/{order_no}/payments: opens the order's payment, or continues with the open one."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry import wechat
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.settings import Settings, read_settings
from posthouse.services.payments.payments import Merchant, open_payment


class PaymentSettings(Settings):
    public_base_url: str


@endpoint(GUEST)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    notify_url = f"{read_settings(PaymentSettings).public_base_url}/api/payments/wechat/notifications"
    merchant = Merchant(wechat.credentials(), notify_url)
    outcome = open_payment(request.path["order_no"], request.caller, merchant, wechat.wechat_pay(), request.step)
    if isinstance(outcome, Refusal):
        return outcome
    payment = outcome.payment
    return Answer(
        201,
        {"payment_id": payment.payment_id, "amount": payment.payable.fen, "wechat": dict(outcome.parameters)},
    )
