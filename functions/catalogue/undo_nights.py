"""POST /api/staff/rooms/{room_id}/nights/undo: staff undo the last change of a room type's calendar."""

from typing import Any

from posthouse.domain.catalogue import Night
from posthouse.domain.refusal import Refusal
from posthouse.entry.catalogue.catalogue_views import night_json
from posthouse.entry.fields import Id
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.services.catalogue.calendar_undo import nights_after, undo_nights


class UndoInput(Input):
    change_id: Id


def _answer(outcome: list[Night] | Refusal) -> Answer | Refusal:
    if isinstance(outcome, Refusal):
        return outcome
    return Answer(200, {"items": [night_json(night) for night in outcome], "next_cursor": None})


def _again(request: Request[UndoInput, Any], target: str) -> Answer | Refusal:
    return _answer(nights_after(target, request.body.change_id, request.caller))


@endpoint(STAFF, body=UndoInput, idempotent=_again)
def handler(request: Request[UndoInput, Any]) -> Answer | Refusal:
    return _answer(undo_nights(request.path["room_id"], request.body.change_id, request.caller, request.step))
