"""GET /api/me/coupons: the guest's coupons, of one status if asked for."""

from typing import Any

from posthouse.domain.coupon import CouponStatus
from posthouse.domain.refusal import Refusal
from posthouse.entry.coupons.coupon_views import coupon_json
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.store import coupons


class CouponsQuery(ListQuery):
    status: CouponStatus | None = None


@endpoint(GUEST, query=CouponsQuery)
def handler(request: Request[Any, CouponsQuery]) -> Answer | Refusal:
    position = position_of(request, "my_coupons")
    if isinstance(position, Refusal):
        return position
    now, query = request.step.now, request.query
    page = coupons.list_of(request.caller.subject, query.status, now, query.limit, position)
    return page_answer(request, "my_coupons", page, lambda coupon: coupon_json(coupon, now))
