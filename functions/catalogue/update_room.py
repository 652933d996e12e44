"""PUT /api/staff/rooms/{room_id}: staff change a room type, given the version that was read."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.catalogue.catalogue_input import RoomInput
from posthouse.entry.catalogue.catalogue_views import room_json
from posthouse.entry.fields import Id, Version
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.services.catalogue.catalogue_changes import update_room


class RoomChange(RoomInput, kw_only=True):
    """The client may send back everything that it has read; fields that cannot change are ignored."""

    version: Version
    room_id: Id | None = None
    hotel: dict[str, Any] | None = None


@endpoint(STAFF, body=RoomChange)
def handler(request: Request[RoomChange, Any]) -> Answer | Refusal:
    room = request.body.to_room(request.path["room_id"], request.body.version)
    outcome = update_room(room, request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, room_json(outcome))
