"""GET /api/hotels/{hotel_id}/rooms: a hotel's room types on sale, with availability if dates are given."""

from datetime import date
from typing import Any

from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.stay import local_date
from posthouse.entry.catalogue.catalogue_input import stay_of_query
from posthouse.entry.catalogue.catalogue_views import room_json
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, list_answer, position_of
from posthouse.services.catalogue.rooms_on_offer import rooms_on_offer
from posthouse.store import hotels


class RoomsQuery(ListQuery):
    check_in: date | None = None
    check_out: date | None = None


@endpoint(OPEN, query=RoomsQuery)
def handler(request: Request[Any, RoomsQuery]) -> Answer | Refusal:
    query = request.query
    hotel = hotels.get_hotel(request.path["hotel_id"])
    if hotel is None:
        return NotFound("hotel")
    stay = stay_of_query(query.check_in, query.check_out, local_date(request.step.now, hotel.time_zone))
    if isinstance(stay, Refusal):
        return stay
    listing = f"rooms {hotel.hotel_id}"
    after = position_of(request, listing)
    if isinstance(after, Refusal):
        return after
    page = rooms_on_offer(hotel, stay, query.limit, after)
    return list_answer(request, listing, [room_json(each.room, each.found) for each in page.items], page.after)
