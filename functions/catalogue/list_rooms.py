"""GET /api/hotels/{hotel_id}/rooms: a hotel's room types on sale, with availability if dates are given."""

from typing import Any

from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.catalogue.catalogue_views import listed_room_json, offer_json
from posthouse.entry.catalogue.stay_query import StayQuery
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.listing import list_answer, position_of
from posthouse.services.catalogue.rooms_on_offer import rooms_on_offer
from posthouse.store import hotels


@endpoint(OPEN, query=StayQuery)
def handler(request: Request[Any, StayQuery]) -> Answer | Refusal:
    query = request.query
    hotel = hotels.get_hotel(request.path["hotel_id"])
    if hotel is None:
        return NotFound("hotel")
    stay = query.stay(hotel.clock.business_date(request.step.now))
    if isinstance(stay, Refusal):
        return stay
    listing = f"rooms {hotel.hotel_id}"
    after = position_of(request, listing)
    if isinstance(after, Refusal):
        return after
    page = rooms_on_offer(hotel, stay, query.party, query.limit, after)
    items = [
        listed_room_json(each.room, query.party)
        if stay is None or each.found is None
        else offer_json(each.room, query.party, each.found, stay.check_in, hotel.clock)
        for each in page.items
    ]
    return list_answer(request, listing, items, page.after)
