"""PUT /api/staff/rooms/{room_id}: staff change a room type, given the version that was read."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.catalogue.catalogue_input import RoomChange
from posthouse.entry.catalogue.catalogue_views import staff_room_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.services.catalogue.catalogue_changes import update_room


@endpoint(STAFF, body=RoomChange)
def handler(request: Request[RoomChange, Any]) -> Answer | Refusal:
    room, kept = request.body.to_room(request.path["room_id"])
    outcome = update_room(room, kept, request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, staff_room_json(outcome))
