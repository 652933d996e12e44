"""POST /api/staff/orders/{order_no}/notes: staff write a note of an order, of any kind."""

from typing import Any

from posthouse.domain.note import Note
from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.booking_views import note_json
from posthouse.entry.fields import Note as NoteText
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.services.front_desk.notes import note_order, written_of_order


class OrderNoteInput(Input):
    text: NoteText


def _again(request: Request[Any, Any], note_id: str) -> Answer | Refusal:
    return _answer(written_of_order(request.path["order_no"], note_id, request.caller))


@endpoint(STAFF, body=OrderNoteInput, idempotent=_again)
def handler(request: Request[OrderNoteInput, Any]) -> Answer | Refusal:
    return _answer(note_order(request.path["order_no"], request.body.text, request.caller, request.step))


def _answer(outcome: Note | Refusal) -> Answer | Refusal:
    return outcome if isinstance(outcome, Refusal) else Answer(201, note_json(outcome))
