"""POST /api/staff/accounts: an admin creates an account, for all hotels (admin) or for some (staff)."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from posthouse.domain.identity import Role, StaffAccount
from posthouse.domain.refusal import InvalidRequest, Refusal
from posthouse.entry.fields import Id, Password, Username
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.identity.identity_views import staff_json
from posthouse.entry.inputs import Input
from posthouse.services.identity.staff_accounts import create_account, hash_password


class StaffAccountInput(Input):
    username: Username
    password: Password
    role: Literal["staff", "admin"] = "staff"
    hotel_ids: Annotated[tuple[Id, ...], Meta(max_length=50)] = ()


@endpoint(ADMIN, body=StaffAccountInput)
def handler(request: Request[StaffAccountInput, Any]) -> Answer | Refusal:
    body = request.body
    if (body.role == "staff") != bool(body.hotel_ids):
        return InvalidRequest("hotel_ids", "must list the hotels of a member of staff, and be empty for an admin")
    password = hash_password(body.password)
    account = StaffAccount(body.username, Role(body.role), frozenset(body.hotel_ids), password)
    outcome = create_account(account, request.caller.subject, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(201, staff_json(outcome))
