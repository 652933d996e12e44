"""DELETE /api/staff/rooms/{room_id}: staff delete a room type without future bookings."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.services.catalogue.room_deletion import delete_room


@endpoint(STAFF)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    refused = delete_room(request.path["room_id"], request.caller, request.step)
    return Answer(204) if refused is None else refused
