"""POST /api/staff/guests/{user_id}/notes: staff write a note of a guest who has booked a stay in their hotels."""

from typing import Any

from posthouse.domain.note import Note
from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.booking_views import note_json
from posthouse.entry.fields import Id
from posthouse.entry.fields import Note as NoteText
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.services.front_desk.notes import note_guest, written_of_guest


class GuestNoteInput(Input):
    text: NoteText
    hotel_id: Id | None = None


def _again(request: Request[Any, Any], note_id: str) -> Answer | Refusal:
    return _answer(written_of_guest(request.path["user_id"], note_id, request.caller))


@endpoint(STAFF, body=GuestNoteInput, idempotent=_again)
def handler(request: Request[GuestNoteInput, Any]) -> Answer | Refusal:
    body = request.body
    return _answer(note_guest(request.path["user_id"], body.text, body.hotel_id, request.caller, request.step))


def _answer(outcome: Note | Refusal) -> Answer | Refusal:
    return outcome if isinstance(outcome, Refusal) else Answer(201, note_json(outcome))
