"""Staff accounts: the first admin, further accounts, and login with a password."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from posthouse.domain.identity import AccountDisabled, AccountLocked, LoginRefused, Role, StaffAccount
from posthouse.domain.refusal import AlreadyExists, NotFound
from posthouse.domain.text import password_form
from posthouse.store import hotels, staff
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.services.step import Step

SCRYPT = {"n": 2**14, "r": 8, "p": 1}
"""From OWASP's password storage cheat sheet: n = 2^14, r = 8; one login takes 16 MiB of memory."""

_NOBODY = "scrypt$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


def hash_password(password: str, salt: bytes | None = None) -> str:
    """Returns the stored form of a password: scheme, salt and scrypt digest."""
    salt = salt or os.urandom(16)
    digest = hashlib.scrypt(password_form(password).encode(), salt=salt, dklen=32, **SCRYPT)
    return f"scrypt${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def check_password(password: str, stored: str) -> bool:
    """Whether the password is the stored one. Takes the same time for a right and a wrong password."""
    try:
        _, salt, _ = stored.split("$")
        return hmac.compare_digest(hash_password(password, base64.b64decode(salt)), stored)
    except (ValueError, binascii.Error):
        return False


def log_in(username: str, password: str, step: Step) -> StaffAccount | LoginRefused | AccountLocked | AccountDisabled:
    """Log in with a password. An unknown name takes as long as a known one."""
    account = staff.get(username)
    if account is None:
        check_password(password, _NOBODY)
        return LoginRefused("wrong_password")
    matches = try_password(account, password, step.now)
    if isinstance(matches, AccountLocked):
        return matches
    if not matches:
        return LoginRefused("wrong_password")
    return account if account.enabled else AccountDisabled()


def try_password(account: StaffAccount, password: str, now: datetime) -> bool | AccountLocked:
    """Returns whether the password of an account that was just read is right; five wrong ones lock the account.

    Only wrong passwords count. They are counted after the check, and whoever finds the account locked by then is not
    told whether the password was right. So any number of tries at once have the same results as one after the other.
    """
    locked = account.locked_until(now)
    if locked is not None:
        return AccountLocked(locked)
    matches = check_password(password, account.password_hash)
    noted = staff.note_right_password(account, now) if matches else staff.note_wrong_password(account.username, now)
    return matches if noted else AccountLocked(staff.locked_until(account.username, now))


def create_account(account: StaffAccount, actor: str, step: Step) -> StaffAccount | NotFound | AlreadyExists:
    """Create an account for existing hotels."""
    if not hotels_exist(account.hotel_ids):
        return NotFound("hotel")
    transaction = Transaction()
    staff.create(transaction, account)
    after = {"role": account.role, "hotel_ids": sorted(account.hotel_ids)}
    record(transaction, step.actor(actor), "create_staff_account", account.username, after=after)
    return AlreadyExists("username") if transaction.commit() else account


def hotels_exist(hotel_ids: Iterable[str]) -> bool:
    """Whether there are all these hotels."""
    return all(hotels.get_hotel(hotel_id) is not None for hotel_id in hotel_ids)


def create_first_admin(username: str, password: str, step: Step) -> StaffAccount | AlreadyExists:
    """Create the first admin of a new deployment; refused if there has been one."""
    account = StaffAccount(username, Role.ADMIN, frozenset(), hash_password(password), step.now)
    transaction = Transaction()
    staff.claim_first_admin(transaction, username, step.now)
    staff.create(transaction, account)
    record(transaction, step.actor("deployment"), "create_first_admin", username, after={"role": account.role})
    return AlreadyExists("first admin") if transaction.commit() else account
