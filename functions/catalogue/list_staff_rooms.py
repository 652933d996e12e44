"""GET /api/staff/hotels/{hotel_id}/rooms: all room types of a hotel, including those off sale."""

from typing import Any

from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.catalogue.catalogue_views import staff_room_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, list_answer, position_of
from posthouse.services.catalogue.rooms_on_offer import rooms_of_hotel
from posthouse.store import hotels


@endpoint(STAFF, query=ListQuery)
def handler(request: Request[Any, ListQuery]) -> Answer | Refusal:
    hotel = hotels.get_hotel(request.path["hotel_id"])
    if hotel is None or not request.caller.serves(hotel.hotel_id):
        return NotFound("hotel")
    listing = f"staff rooms {hotel.hotel_id}"
    after = position_of(request, listing)
    if isinstance(after, Refusal):
        return after
    page = rooms_of_hotel(hotel, request.query.limit, after)
    return list_answer(request, listing, [staff_room_json(each.room) for each in page.items], page.after)
