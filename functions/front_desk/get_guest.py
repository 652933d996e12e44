"""GET /api/staff/guests/{user_id}: a guest with their latest stays and all notes; the audit notes who has read it."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.front_desk.guest_views import guest_page_json
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.services.front_desk.guests import read_guest


@endpoint(STAFF)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    outcome = read_guest(request.path["user_id"], request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, guest_page_json(outcome, request.step.now))
