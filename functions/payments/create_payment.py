"""POST /api/orders/{order_no}/payments: opens the order's payment, or continues with the open one."""

from typing import Any

from posthouse.domain.payment import JSAPI
from posthouse.domain.refusal import Refusal
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.payments.payment_views import open_payment_json
from posthouse.entry.providers import provider_of
from posthouse.services.payments.payments import open_payment


@endpoint(GUEST)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    outcome = open_payment(request.path["order_no"], request.caller, JSAPI, provider_of, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(201, open_payment_json(outcome))
