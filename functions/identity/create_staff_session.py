"""POST /api/staff/sessions: a member of staff logs in with a password."""

from typing import Annotated, Any

from msgspec import Meta

from posthouse.domain.identity import Principal
from posthouse.domain.refusal import Refusal
from posthouse.entry import tokens
from posthouse.entry.fields import PASSWORD, WORDS
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.identity.identity_views import staff_json
from posthouse.entry.inputs import Input
from posthouse.services.identity.staff_accounts import log_in


class StaffSessionInput(Input):
    username: Annotated[str, WORDS, Meta(min_length=1, max_length=64)]
    password: Annotated[str, PASSWORD, Meta(min_length=1, max_length=200)]


@endpoint(OPEN, body=StaffSessionInput)
def handler(request: Request[StaffSessionInput, Any]) -> Answer | Refusal:
    account = log_in(request.body.username, request.body.password, request.step)
    if isinstance(account, Refusal):
        return account
    caller = Principal(account.username, account.role, account.hotel_ids, account.version)
    token = tokens.issue(caller, request.step.now)
    answer = {"access_token": token.value, "expires_in": token.expires_in, "staff": staff_json(account)}
    return Answer(201, answer)
