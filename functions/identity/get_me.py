"""GET /api/me: the guest's own account."""

from typing import Any

from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.identity.identity_views import guest_json
from posthouse.store import guests


@endpoint(GUEST)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    guest = guests.get(request.caller.subject)
    return NotFound("guest") if guest is None else Answer(200, guest_json(guest))
