"""GET /api/staff/rooms/{room_id}/rate-plans: all rate plans of a room type, including those that are switched off."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.catalogue.offer_views import rate_plan_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, list_answer, position_of
from posthouse.services.catalogue.rate_plans import rate_plans_of


@endpoint(STAFF, query=ListQuery)
def handler(request: Request[Any, ListQuery]) -> Answer | Refusal:
    room_id = request.path["room_id"]
    listing = f"rate plans {room_id}"
    after = position_of(request, listing)
    if isinstance(after, Refusal):
        return after
    page = rate_plans_of(room_id, request.caller, request.query.limit, after)
    if isinstance(page, Refusal):
        return page
    return list_answer(request, listing, [rate_plan_json(plan) for plan in page.items], page.after)
