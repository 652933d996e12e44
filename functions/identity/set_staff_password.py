"""POST /api/staff/accounts/{username}/password: an admin gives an account a new password; its tokens end soon."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.fields import Password
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.services.identity.staff_changes import set_password


class PasswordInput(Input):
    secrets = frozenset({"password"})

    password: Password


def _again(_request: Request[Any, Any], _target: str) -> Answer:
    return Answer(204)


@endpoint(ADMIN, body=PasswordInput, idempotent=_again)
def handler(request: Request[PasswordInput, Any]) -> Answer | Refusal:
    outcome = set_password(request.path["username"], request.body.password, request.caller.subject, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(204)
