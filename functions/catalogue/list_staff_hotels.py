"""GET /api/staff/hotels: the hotels that the caller serves, including closed ones."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.catalogue.catalogue_views import hotel_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.services.catalogue.staff_hotels import hotels_for


@endpoint(STAFF, query=ListQuery)
def handler(request: Request[Any, ListQuery]) -> Answer | Refusal:
    position = position_of(request, "staff hotels")
    if isinstance(position, Refusal):
        return position
    page = hotels_for(request.caller, request.query.limit, position)
    return page_answer(request, "staff hotels", page, hotel_json)
