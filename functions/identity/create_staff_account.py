"""POST /api/staff/accounts: an admin creates an account, for all hotels (admin) or for some (staff)."""

from collections.abc import Iterator
from typing import Any, Literal

from posthouse.domain.identity import Role, StaffAccount
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.fields import Password, Username
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.identity.identity_views import staff_account_json
from posthouse.entry.identity.staff_account_input import HotelIds, hotels_of_role
from posthouse.entry.inputs import Input
from posthouse.services.identity.staff_accounts import create_account, hash_password
from posthouse.store import staff


class StaffAccountInput(Input):
    secrets = frozenset({"password"})

    username: Username
    password: Password
    role: Literal["staff", "admin"] = "staff"
    hotel_ids: HotelIds = ()

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        return hotels_of_role(self.role, self.hotel_ids)


def _again(_request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = staff.get(target)
    return NotFound("account") if found is None else Answer(201, staff_account_json(found))


@endpoint(ADMIN, body=StaffAccountInput, idempotent=_again)
def handler(request: Request[StaffAccountInput, Any]) -> Answer | Refusal:
    body = request.body
    password, hotel_ids = hash_password(body.password), frozenset(body.hotel_ids)
    account = StaffAccount(body.username, Role(body.role), hotel_ids, password, request.step.now)
    outcome = create_account(account, request.caller.subject, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(201, staff_account_json(outcome))
