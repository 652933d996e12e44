"""POST /api/coupons/{template_id}/claims: a guest claims a coupon; a repeat with the same key gets the same one."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.coupons.coupon_views import coupon_json
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.logs import count
from posthouse.services.coupons.claims import claim


@endpoint(GUEST)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    key = request.caller_key if request.idempotency_key else ""
    outcome = claim(request.caller.subject, request.path["template_id"], key, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    count("CouponsGranted")
    return Answer(201, coupon_json(outcome, request.step.now))
