"""GET /api/payments/{payment_id}: how a payment stands; WeChat is asked while it is open."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry import wechat
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.views import payment_json
from posthouse.services.payments import look_up


@endpoint(GUEST)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    payment_id = request.path["payment_id"]
    outcome = look_up(payment_id, request.caller, wechat.credentials(), wechat.wechat_pay(), request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, payment_json(outcome))
