"""POST /api/staff/coupon-templates: an admin adds a coupon template."""

from typing import Any

from posthouse.domain.ids import IdKind
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.coupons.coupon_template_input import CouponTemplateInput
from posthouse.entry.coupons.coupon_views import coupon_template_json
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.services.coupons.coupons import create_template
from posthouse.store import coupons


def _again(_request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = coupons.get_template(target)
    return NotFound("coupon template") if found is None else Answer(201, coupon_template_json(found))


@endpoint(ADMIN, body=CouponTemplateInput, idempotent=_again)
def handler(request: Request[CouponTemplateInput, Any]) -> Answer:
    template = request.body.to_template(request.step.new_id(IdKind.COUPON_TEMPLATE))
    created = create_template(template, request.caller.subject, request.step)
    return Answer(201, coupon_template_json(created))
