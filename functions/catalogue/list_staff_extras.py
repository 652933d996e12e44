"""GET /api/staff/hotels/{hotel_id}/extras: all extras of a hotel, including those that guests do not see."""

from typing import Any

from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.catalogue.catalogue_views import extra_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, list_answer, position_of
from posthouse.services.catalogue.hotel_extras import extras_of
from posthouse.store import hotels


@endpoint(STAFF, query=ListQuery)
def handler(request: Request[Any, ListQuery]) -> Answer | Refusal:
    hotel_id = request.path["hotel_id"]
    if not request.caller.serves(hotel_id) or hotels.get_hotel(hotel_id) is None:
        return NotFound("hotel")
    listing = f"staff extras {hotel_id}"
    after = position_of(request, listing)
    if isinstance(after, Refusal):
        return after
    page = extras_of(hotel_id, request.query.limit, after)
    return list_answer(request, listing, [extra_json(extra) for extra in page.items], page.after)
