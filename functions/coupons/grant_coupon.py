"""POST /api/staff/users/{user_id}/coupons: an admin gives a guest a coupon, once for each key."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.coupons.coupon_views import coupon_json
from posthouse.entry.fields import Id
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.entry.logs import count
from posthouse.services.coupons.claims import Gift, give


class GiftInput(Input):
    template_id: Id


@endpoint(ADMIN, body=GiftInput, idempotent=True)
def handler(request: Request[GiftInput, Any]) -> Answer | Refusal:
    gift = Gift(request.path["user_id"], request.body.template_id, request.caller_key, request.body_hash)
    outcome = give(gift, request.caller.subject, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    count("CouponsGranted")
    return Answer(201, coupon_json(outcome, request.step.now))
