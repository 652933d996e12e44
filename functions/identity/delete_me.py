"""DELETE /api/me: deletes the guest's account: it is closed at once, and the personal data is erased soon after."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.logs import count
from posthouse.services.identity.account_deletion import delete_account


@endpoint(GUEST)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    outcome = delete_account(request.caller.subject, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    if outcome.deleted_at is None:
        count("GuestsLeft")
    return Answer(204)
