"""DELETE /api/staff/users/{phone_number}/first-login: the guest's next login counts as the first (not on prod)."""

from typing import Any

from posthouse.domain.refusal import AccessDenied, Refusal
from posthouse.entry.fields import SoughtPhone
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.entry.settings import Settings, read_settings
from posthouse.services.identity.guest_login import reset_first_login


class ResetSettings(Settings):
    stage: str


class WhosePath(Input):
    phone_number: SoughtPhone


@endpoint(ADMIN, path=WhosePath)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    if read_settings(ResetSettings).stage == "prod":
        return AccessDenied()
    reset_first_login(request.path["phone_number"], request.caller.subject, request.step)
    return Answer(204)
