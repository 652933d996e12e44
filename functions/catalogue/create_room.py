"""POST /api/staff/rooms: staff create a room type in their hotel."""

from typing import Any

from posthouse.domain.ids import IdKind
from posthouse.domain.refusal import Refusal
from posthouse.entry.catalogue.catalogue_input import RoomInput
from posthouse.entry.catalogue.catalogue_views import staff_room_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.services.catalogue.catalogue_changes import create_room, room_for_staff


def _again(request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = room_for_staff(target, request.caller)
    return found if isinstance(found, Refusal) else Answer(201, staff_room_json(found))


@endpoint(STAFF, body=RoomInput, idempotent=_again)
def handler(request: Request[RoomInput, Any]) -> Answer | Refusal:
    room = request.body.to_room(request.step.new_id(IdKind.ROOM), version=1)
    outcome = create_room(room, request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(201, staff_room_json(outcome))
