"""Changes of staff accounts. Each one ends the tokens that the account has, so that the person logs in again."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from posthouse.domain.identity import AccountLocked, LastAdmin, Role, StaffAccount, WrongPassword
from posthouse.domain.refusal import AccessDenied, NotFound, Refusal, VersionConflict
from posthouse.domain.value import Value
from posthouse.services.identity.staff_accounts import hash_password, hotels_exist, try_password
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import ended_tokens, staff
from posthouse.store.audit import record
from posthouse.store.transaction import Failed, Transaction


class WantedAccount(Value):
    """What an admin wants an account to be; ``version`` is the one that the admin saw."""

    role: Role
    hotel_ids: frozenset[str]
    enabled: bool
    version: int


def change_account(username: str, wanted: WantedAccount, actor: str, step: Step) -> StaffAccount | Refusal:
    """Change an account. One enabled admin is always left. What changes nothing ends no tokens."""
    if not hotels_exist(wanted.hotel_ids):
        return NotFound("hotel")
    for _ in range(ATTEMPTS):
        read = staff.get(username)
        if read is None:
            return NotFound("account")
        if read.version != wanted.version:
            return VersionConflict(wanted.version)
        facts = {"role": wanted.role, "hotel_ids": wanted.hotel_ids, "enabled": wanted.enabled}
        changed = replace(read, version=read.version + 1, **facts)
        if _facts(changed) == _facts(read):
            return read
        failed = _store(read, changed, actor, "change_staff_account", step)
        if failed is None:
            return changed
        if staff.ADMINS in failed and staff.STAFF not in failed:
            return LastAdmin()
    raise busy(username)


def set_password(username: str, password: str, actor: str, step: Step) -> StaffAccount | NotFound:
    """Give an account a new password."""
    password_hash = hash_password(password)
    for _ in range(ATTEMPTS):
        read = staff.get(username)
        if read is None:
            return NotFound("account")
        changed = replace(read, version=read.version + 1, password_hash=password_hash)
        if _store(read, changed, actor, "set_staff_password", step) is None:
            return changed
    raise busy(username)


def change_own_password(
    username: str, current: str, new: str, step: Step
) -> StaffAccount | AccessDenied | WrongPassword | AccountLocked:
    """Give the caller's own account a new password, if the current one is right. Wrong ones count toward the lock."""
    for _ in range(ATTEMPTS):
        read = staff.get(username)
        if read is None or not read.enabled:
            return AccessDenied()
        matches = try_password(read, current, step.now)
        if isinstance(matches, AccountLocked):
            return matches
        if not matches:
            return WrongPassword()
        changed = replace(read, version=read.version + 1, password_hash=hash_password(new))
        if _store(read, changed, username, "change_own_password", step) is None:
            return changed
    raise busy(username)


def _store(read: StaffAccount, changed: StaffAccount, actor: str, action: str, step: Step) -> Failed | None:
    """Write the changed account, end the tokens of its former versions, and record who did it."""
    transaction = Transaction()
    staff.change(transaction, read, changed)
    ended_tokens.end(transaction, changed.username, changed.version, step.now)
    record(transaction, step.actor(actor), action, read.username, before=_facts(read), after=_facts(changed))
    return transaction.commit()


def _facts(account: StaffAccount) -> dict[str, Any]:
    return {"role": account.role, "hotel_ids": sorted(account.hotel_ids), "enabled": account.enabled}
