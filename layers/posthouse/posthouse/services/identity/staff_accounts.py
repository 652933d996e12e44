"""Staff accounts: the first admin, further accounts, and login with a password."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from typing import TYPE_CHECKING

from posthouse.domain.identity import AccountLocked, LoginRefused, Role, StaffAccount
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


def log_in(username: str, password: str, step: Step) -> StaffAccount | LoginRefused | AccountLocked:
    """Log in with a password. An unknown name takes as long as a known one."""
    account = staff.get(username)
    locked_until = staff.count_attempt(username, step.now) if account else None
    if locked_until is not None:
        return AccountLocked(locked_until)
    matches = check_password(password, account.password_hash if account else _NOBODY)
    if account is None or not matches:
        return LoginRefused("wrong_password")
    staff.note_success(username)
    return account


def create_account(account: StaffAccount, actor: str, step: Step) -> StaffAccount | NotFound | AlreadyExists:
    """Create an account for existing hotels."""
    if any(hotels.get_hotel(hotel_id) is None for hotel_id in account.hotel_ids):
        return NotFound("hotel")
    transaction = Transaction()
    staff.create(transaction, account, step.now)
    after = {"role": account.role, "hotel_ids": sorted(account.hotel_ids)}
    record(transaction, step.actor(actor), "create_staff_account", account.username, after=after)
    return AlreadyExists("username") if transaction.commit() else account


def create_first_admin(username: str, password: str, step: Step) -> StaffAccount | AlreadyExists:
    """Create the first admin of a new deployment; refused if there has been one."""
    account = StaffAccount(username, Role.ADMIN, frozenset(), hash_password(password))
    transaction = Transaction()
    staff.claim_first_admin(transaction, username, step.now)
    staff.create(transaction, account, step.now)
    record(transaction, step.actor("deployment"), "create_first_admin", username, after={"role": account.role})
    return AlreadyExists("first admin") if transaction.commit() else account
