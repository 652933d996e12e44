"""PUT /api/staff/coupon-templates/{template_id}: an admin changes a template; granted coupons stay as they are."""

from typing import Annotated, Any

from msgspec import Meta

from posthouse.domain.refusal import Refusal
from posthouse.entry.coupons.coupon_template_input import CouponTemplateInput
from posthouse.entry.coupons.coupon_views import coupon_template_json
from posthouse.entry.fields import Id, Version
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.services.coupons.coupons import update_template


class CouponTemplateChange(CouponTemplateInput):
    """All fields that a read returns are accepted; those that cannot be changed are ignored."""

    template_id: Id | None = None
    issued: Annotated[int, Meta(ge=0)] | None = None
    version: Version | None = None


@endpoint(ADMIN, body=CouponTemplateChange)
def handler(request: Request[CouponTemplateChange, Any]) -> Answer | Refusal:
    template = request.body.to_template(request.path["template_id"])
    outcome = update_template(template, request.body.version, request.caller.subject, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, coupon_template_json(outcome))
