"""GET /api/staff/rooms/{room_id}/nights: the opened nights of a range."""

from typing import Annotated, Any

from pydantic import Field

from posthouse.domain.refusal import InvalidRequest, Refusal
from posthouse.entry.fields import Day
from posthouse.entry.http import STAFF, Answer, Input, Request, endpoint
from posthouse.entry.views import night_json
from posthouse.services.catalogue import room_for_staff
from posthouse.store import nights

MAX_NIGHTS = 366


class NightsQuery(Input):
    begin: Annotated[Day, Field(alias="from")]
    to: Day


@endpoint(STAFF, query=NightsQuery)
def handler(request: Request[Any, NightsQuery]) -> Answer | Refusal:
    query = request.query
    if not 0 < (query.to - query.begin).days <= MAX_NIGHTS:
        return InvalidRequest("to", f"must be 1 to {MAX_NIGHTS} days after from")
    room = room_for_staff(request.path["room_id"], request.caller)
    if isinstance(room, Refusal):
        return room
    found = nights.read_range(room.room_id, query.begin, query.to)
    return Answer(200, {"items": [night_json(night) for night in found], "next_cursor": None})
