"""POST /api/sessions: a guest logs in with WeChat's code and, optionally, the phone number."""

from typing import Annotated, Any

from msgspec import Meta

from posthouse.domain.identity import Principal, Role
from posthouse.domain.refusal import Refusal
from posthouse.entry import tokens, wechat
from posthouse.entry.faults import log_fault
from posthouse.entry.fields import CODE, Nickname
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.identity.identity_views import guest_json
from posthouse.entry.inputs import Input
from posthouse.entry.logs import count
from posthouse.entry.settings import Settings, read_settings
from posthouse.services.identity.guest_login import EncryptedPhone, LoginRequest, log_in

Code = Annotated[str, CODE, Meta(min_length=1, max_length=256)]


class EncryptedPhoneInput(Input):
    encrypted_data: Annotated[str, CODE, Meta(min_length=1, max_length=8192)]
    iv: Annotated[str, CODE, Meta(min_length=1, max_length=64)]


class SessionInput(Input):
    login_code: Code
    phone_code: Code | None = None
    encrypted_phone: EncryptedPhoneInput | None = None
    nickname: Nickname | None = None


class LoginSettings(Settings):
    login_notices: str


@endpoint(OPEN, body=SessionInput)
def handler(request: Request[SessionInput, Any]) -> Answer | Refusal:
    body = request.body
    data = body.encrypted_phone
    encrypted = EncryptedPhone(data.encrypted_data, data.iv) if data else None
    wanted = LoginRequest(body.login_code, body.phone_code, encrypted, body.nickname or None)
    notice = read_settings(LoginSettings).login_notices == "on"
    outcome = log_in(wanted, wechat.mini_program(), wechat.credentials().app_id, request.step, notice=notice)
    if isinstance(outcome, Refusal):
        return outcome
    if outcome.left is not None:
        log_fault("the unionid or stays of the guest are left to the next login", outcome.left)
    count("FirstLogins" if outcome.is_first_login else "Logins")
    token = tokens.issue(Principal(outcome.guest.user_id, Role.GUEST), request.step.now)
    answer = {
        "access_token": token.value,
        "expires_in": token.expires_in,
        "is_first_login": outcome.is_first_login,
        "user": guest_json(outcome.guest),
    }
    return Answer(201, answer)
