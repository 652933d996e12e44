"""POST /api/staff/shipping-information/{payment_id}/retry: WeChat is told once more, perhaps with another carrier."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.notifications.shipping_channel import shipping_channel
from posthouse.entry.notifications.shipping_views import RetryInput, shipping_json
from posthouse.services.notifications import shipping


def _again(request: Request[RetryInput, Any], target: str) -> Answer | Refusal:
    found = shipping.retried(target, request.caller, shipping_channel(), request.step)
    return found if isinstance(found, Refusal) else Answer(200, shipping_json(found))


@endpoint(ADMIN, body=RetryInput, idempotent=_again)
def handler(request: Request[RetryInput, Any]) -> Answer | Refusal:
    payment_id = request.path["payment_id"]
    outcome = shipping.retry(payment_id, request.body.carrier, request.caller, shipping_channel(), request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, shipping_json(outcome))
