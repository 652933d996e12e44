"""GET /api/rooms/{room_id}: one room type."""

from typing import Any

from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.views import room_json
from posthouse.store import hotels


@endpoint(OPEN)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    room = hotels.get_room(request.path["room_id"])
    return NotFound("room") if room is None else Answer(200, room_json(room), {"X-Cache": "source"})
