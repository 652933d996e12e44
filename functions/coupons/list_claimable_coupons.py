"""GET /api/coupons: the coupons that a guest can claim, and how many of each the guest has claimed."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.coupons.coupon_views import claimable_json
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.services.coupons.claims import list_claimable


@endpoint(GUEST, query=ListQuery)
def handler(request: Request[Any, ListQuery]) -> Answer | Refusal:
    position = position_of(request, "claimable_coupons")
    if isinstance(position, Refusal):
        return position
    page = list_claimable(request.caller.subject, request.query.limit, position)
    if isinstance(page, Refusal):
        return page
    return page_answer(request, "claimable_coupons", page, claimable_json)
