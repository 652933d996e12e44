"""GET /api/hotels/{hotel_id}/rooms: a hotel's room types on sale, with availability if dates are given."""

from typing import Any

from posthouse.domain.catalogue import Hotel
from posthouse.domain.offer import Sought
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.catalogue.catalogue_views import listed_room_json
from posthouse.entry.catalogue.offer_views import room_on_offer_json
from posthouse.entry.catalogue.stay_query import StayQuery
from posthouse.entry.guest_level import caller_level
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.listing import list_answer, position_of
from posthouse.services.catalogue.rooms_on_offer import rooms_on_offer
from posthouse.store import hotels


def _sought(request: Request[Any, StayQuery], hotel: Hotel) -> Sought | Refusal | None:
    today = hotel.clock.business_date(request.step.now)
    stay = request.query.stay(today)
    if stay is None or isinstance(stay, Refusal):
        return stay
    levels = (plan.min_level for offer in hotel.offers for plan in offer.plans)
    return Sought(stay, request.query.party, today, caller_level(request.headers, levels))


@endpoint(OPEN, query=StayQuery)
def handler(request: Request[Any, StayQuery]) -> Answer | Refusal:
    query = request.query
    hotel = hotels.get_hotel(request.path["hotel_id"])
    if hotel is None:
        return NotFound("hotel")
    sought = _sought(request, hotel)
    if isinstance(sought, Refusal):
        return sought
    listing = f"rooms {hotel.hotel_id}"
    after = position_of(request, listing)
    if isinstance(after, Refusal):
        return after
    page = rooms_on_offer(hotel, sought, query.limit, after)
    items = [
        listed_room_json(each.room, query.party)
        if sought is None or each.has is None
        else room_on_offer_json(each.room, sought, each.has, hotel.clock)
        for each in page.items
    ]
    return list_answer(request, listing, items, page.after)
