"""GET /api/rooms/{room_id}/nights: the calendar: price and available units of each open night."""

from typing import Any

from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.catalogue.catalogue_input import MAX_NIGHTS_SHOWN, NightsQuery, range_refusal
from posthouse.entry.catalogue.catalogue_views import calendar_json
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.store import hotels, nights, rooms


@endpoint(OPEN, query=NightsQuery)
def handler(request: Request[Any, NightsQuery]) -> Answer | Refusal:
    query = request.query
    refused = range_refusal(query.begin, query.to, MAX_NIGHTS_SHOWN)
    if refused is not None:
        return refused
    room = rooms.get_room(request.path["room_id"])
    hotel = None if room is None else hotels.get_hotel(room.hotel_id)
    if room is None or hotel is None:
        return NotFound("room")
    found = nights.read_range(room.room_id, query.begin, query.to)
    return Answer(200, {"items": [calendar_json(night, room, hotel.clock) for night in found], "next_cursor": None})
