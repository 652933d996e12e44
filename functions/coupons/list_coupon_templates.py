"""GET /api/staff/coupon-templates: all coupon templates, for admins."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.coupons.coupon_views import coupon_template_json
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.store import coupons


@endpoint(ADMIN, query=ListQuery)
def handler(request: Request[Any, ListQuery]) -> Answer | Refusal:
    position = position_of(request, "coupon_templates")
    if isinstance(position, Refusal):
        return position
    page = coupons.list_templates(request.query.limit, position)
    return page_answer(request, "coupon_templates", page, coupon_template_json)
