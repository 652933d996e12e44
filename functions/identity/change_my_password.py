"""POST /api/staff/me/password: a member of staff changes the own password; the account's tokens end within 60 s."""

from typing import Annotated, Any

from msgspec import Meta

from posthouse.domain.refusal import Refusal
from posthouse.entry.fields import PASSWORD, Password
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.services.identity.staff_changes import change_own_password


class OwnPasswordInput(Input):
    secrets = frozenset({"current_password", "new_password"})

    current_password: Annotated[str, PASSWORD, Meta(min_length=1, max_length=200)]
    new_password: Password


def _again(_request: Request[Any, Any], _target: str) -> Answer:
    return Answer(204)


@endpoint(STAFF, body=OwnPasswordInput, idempotent=_again)
def handler(request: Request[OwnPasswordInput, Any]) -> Answer | Refusal:
    body = request.body
    outcome = change_own_password(request.caller.subject, body.current_password, body.new_password, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(204)
