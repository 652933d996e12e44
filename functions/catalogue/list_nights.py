"""GET /api/staff/rooms/{room_id}/nights: the open nights of a range."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.catalogue.catalogue_input import MAX_NIGHTS_SHOWN, NightsQuery, range_refusal
from posthouse.entry.catalogue.catalogue_views import night_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.services.catalogue.catalogue_changes import room_for_staff
from posthouse.store import nights


@endpoint(STAFF, query=NightsQuery)
def handler(request: Request[Any, NightsQuery]) -> Answer | Refusal:
    query = request.query
    refused = range_refusal(query.begin, query.to, MAX_NIGHTS_SHOWN)
    if refused is not None:
        return refused
    room = room_for_staff(request.path["room_id"], request.caller)
    if isinstance(room, Refusal):
        return room
    found = nights.read_range(room.room_id, query.begin, query.to)
    return Answer(200, {"items": [night_json(night) for night in found], "next_cursor": None})
