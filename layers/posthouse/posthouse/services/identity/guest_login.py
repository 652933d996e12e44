"""Guests log in with WeChat. The first login of each guest sends exactly one event."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from posthouse.clients.wechat import mini_program as wechat
from posthouse.clients.wechat import phone as wechat_phone
from posthouse.clients.wechat.open_data import decrypt_phone
from posthouse.domain.event import EventType
from posthouse.domain.identity import Guest, LoginRefused, PhoneRefused
from posthouse.domain.ids import IdKind, derived_id
from posthouse.domain.limit import LOGINS_AN_HOUR, TooManyRequests, hour_of, left_of_hour
from posthouse.domain.phone import phone_of_country
from posthouse.domain.value import Value
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.services.wechat_token import with_access_token
from posthouse.store import guests, outbox, unionids
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction, passes

PHONE_DATA_MAX_AGE = timedelta(minutes=5)
"""How old encrypted phone data may be; WeChat sets no limit."""


class EncryptedPhone(Value):
    """The data of the mini-program's older phone button."""

    encrypted_data: str
    iv: str


class LoginRequest(Value):
    """A login: a code of wx.login and, if the guest agreed, a code or encrypted data for the phone number."""

    login_code: str
    phone_code: str | None = None
    encrypted_phone: EncryptedPhone | None = None
    nickname: str | None = None


class LoggedIn(Value):
    """The guest who logged in, and whether it was the first login.

    ``left`` is the temporary fault that left the unionid, or stays that staff booked, to the next login.
    """

    guest: Guest
    is_first_login: bool
    left: Exception | None = None


def log_in(
    request: LoginRequest, mini_program: wechat.MiniProgram, app_id: str, step: Step, *, notice: bool = False
) -> LoggedIn | LoginRefused | PhoneRefused | TooManyRequests:
    """Exchange the codes at WeChat, then record the login. Raises WechatUnavailable when WeChat does not answer.

    Parameters
    ----------
    notice
        Whether the guest gets a notice of the login. A first login sends none.
    """
    session = mini_program.code_to_session(request.login_code)
    if isinstance(session, wechat.LoginRefused):
        return LoginRefused(session.reason)
    phone = _phone_number(request, session, mini_program, app_id, step)
    if isinstance(phone, PhoneRefused):
        return phone
    user_id = derived_id(IdKind.USER, app_id, session.openid)
    login = guests.Login(user_id, session.openid, phone, request.nickname, first_id=user_id)
    outcome = _note_login_with_notice(login, step) if notice else _note_login(login, step)
    if not isinstance(outcome, LoggedIn):
        return outcome
    left = None if session.unionid is None else _note_unionid(session.unionid, outcome.guest)
    verified = outcome.guest.phone_number
    claimed = None if verified is None else _claim_stays(verified, outcome.guest)
    return replace(outcome, left=left or claimed)


def _claim_stays(phone_number: str, guest: Guest) -> Exception | None:
    """Give the guest the stays that staff booked for this phone number. A temporary fault leaves them."""
    from posthouse.services.front_desk.unclaimed_stays import claim_stays  # only for who has a phone number

    try:
        claim_stays(phone_number, guest.user_id)
    except Exception as fault:
        if not passes(fault):
            raise
        return fault
    return None


def _note_unionid(unionid: str, guest: Guest) -> Exception | None:
    """Let the unionid lead to the guest's account, unless it leads to one: of two logins at once, one is the first.

    The guest is in already: a run that breaks off, or a temporary fault, which is returned, leaves this to the next
    login.
    """
    try:
        if unionid != guest.unionid and not unionids.is_known(unionid):
            transaction = Transaction()
            unionids.lead(transaction, unionid, guest)
            transaction.commit()
    except Exception as fault:
        if not passes(fault):
            raise
        return fault
    return None


def _phone_number(
    request: LoginRequest, session: wechat.WechatSession, mini_program: wechat.MiniProgram, app_id: str, step: Step
) -> str | PhoneRefused | None:
    found: wechat_phone.PhoneNumber | wechat_phone.PhoneRefused | wechat.TokenRejected
    if request.phone_code is not None:
        code = request.phone_code

        def ask(token: str) -> wechat_phone.PhoneNumber | wechat_phone.PhoneRefused | wechat.TokenRejected:
            return mini_program.phone_number(token, code)

        found = with_access_token(mini_program, app_id, step, ask)
    elif request.encrypted_phone is not None:
        data = request.encrypted_phone
        found = decrypt_phone(
            session.session_key, data.encrypted_data, data.iv, app_id, step.now, max_age=PHONE_DATA_MAX_AGE
        )
    else:
        return None
    if isinstance(found, wechat_phone.PhoneNumber):
        return phone_of_country(found.country_code, found.number) or PhoneRefused("no_phone")
    return PhoneRefused(found.reason if isinstance(found, wechat_phone.PhoneRefused) else "rate_limited")


def _note_login(login: guests.Login, step: Step) -> LoggedIn | TooManyRequests:
    for _ in range(ATTEMPTS):
        known = guests.log_in_known(login, step.now)
        if known is not None:
            return LoggedIn(known, is_first_login=False)
        before = guests.find(login.user_id)
        if before is not None and before.deleted_at is not None:
            login = _next_account(login)
            continue
        if before is not None and before.login_hour == hour_of(step.now):
            known = guests.log_in_once_more(login, LOGINS_AN_HOUR, step.now)
            if known is not None:
                return LoggedIn(known, is_first_login=False)
            if before.logins >= LOGINS_AN_HOUR:
                return TooManyRequests("logins", left_of_hour(step.now))
        guest = _log_in_first(login, before, step)
        if guest is not None:
            return LoggedIn(guest, is_first_login=True)
    raise busy(login.user_id)


def _log_in_first(login: guests.Login, before: Guest | None, step: Step) -> Guest | None:
    """Record the account's first login; None if another request did so. A returned guest gets no second welcome."""
    version = 1 if before is None else before.version + 1
    transaction = Transaction()
    guests.log_in_first(transaction, login, version, step.now)
    if login.generation == 1:
        event = step.event(EventType.GUEST_FIRST_LOGIN, login.user_id, version, {"user_id": login.user_id})
        outbox.send(transaction, event)
    return guests.get(login.user_id) if transaction.commit() is None else None


def _next_account(login: guests.Login) -> guests.Login:
    """Returns the login to the person's present account, after the earlier one was deleted."""
    first = guests.find(login.first_id)
    generation = 1 if first is None else first.generation
    user_id = derived_id(IdKind.USER, login.first_id, str(generation))
    return replace(login, user_id=user_id, generation=generation)


def _note_login_with_notice(login: guests.Login, step: Step) -> LoggedIn | TooManyRequests:
    """Record the login of a known guest, in one transaction with the event that causes the notice."""
    for _ in range(ATTEMPTS):
        before = guests.find(login.user_id)
        if before is None:
            break
        if before.deleted_at is not None:
            login = _next_account(login)
            continue
        if before.login_hour == hour_of(step.now) and before.logins >= LOGINS_AN_HOUR:
            return TooManyRequests("logins", left_of_hour(step.now))
        transaction = Transaction()
        guests.log_in_again(transaction, login, before, step.now)
        payload = {"user_id": login.user_id, "nickname": login.nickname or before.nickname or ""}
        outbox.send(transaction, step.event(EventType.GUEST_LOGGED_IN, login.user_id, before.version + 1, payload))
        failed = transaction.commit()
        if failed is None:
            return LoggedIn(guests.get(login.user_id) or before, is_first_login=False)
        if (guests.find(login.user_id) or before).version == before.version:
            break  # no other request has changed it: after a reset it is a first login again
    return _note_login(login, step)


def reset_first_login(phone_number: str, actor: str, step: Step) -> None:
    """Let the next login of the guests with this phone number count as their first one (for trials)."""
    for user_id in guests.with_phone(phone_number):
        transaction = Transaction()
        guests.reset_first_login(transaction, user_id)
        was, now = {"logged_in_before": True}, {"logged_in_before": False}
        record(transaction, step.actor(actor), "reset_first_login", user_id, before=was, after=now)
        transaction.commit()
