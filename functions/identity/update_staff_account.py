"""PUT /api/staff/accounts/{username}: an admin changes or disables an account; its tokens end within 60 s."""

from collections.abc import Iterator
from typing import Any, Literal

from posthouse.domain.identity import Role
from posthouse.domain.refusal import Refusal
from posthouse.entry.fields import Text, Version
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.identity.identity_views import staff_account_json
from posthouse.entry.identity.staff_account_input import HotelIds, hotels_of_role
from posthouse.entry.inputs import Input
from posthouse.services.identity.staff_changes import WantedAccount, change_account


class StaffAccountChange(Input):
    """All fields that a read returns are accepted; those that cannot be changed are ignored."""

    role: Literal["staff", "admin"]
    hotel_ids: HotelIds
    enabled: bool
    version: Version
    username: Text | None = None
    created_at: Text | None = None
    last_login_at: Text | None = None

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        return hotels_of_role(self.role, self.hotel_ids)


@endpoint(ADMIN, body=StaffAccountChange)
def handler(request: Request[StaffAccountChange, Any]) -> Answer | Refusal:
    body = request.body
    wanted = WantedAccount(Role(body.role), frozenset(body.hotel_ids), body.enabled, body.version)
    outcome = change_account(request.path["username"], wanted, request.caller.subject, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, staff_account_json(outcome))
