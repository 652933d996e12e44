"""Identity: guests, staff accounts, and roles."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from posthouse.domain.level import Level
from posthouse.domain.refusal import Refusal
from posthouse.domain.value import Value


class Role(StrEnum):
    """The role of a caller."""

    GUEST = "guest"
    STAFF = "staff"
    ADMIN = "admin"


GUEST_TOKEN_LIFE = timedelta(days=1)
"""How long a guest's token is valid."""

STAFF_TOKEN_LIFE = timedelta(hours=8)
"""How long a token of staff is valid: a working day."""

ATTEMPTS_BEFORE_LOCK = 5
"""How many wrong passwords in a row lock an account of staff."""

LOCKED_FOR = timedelta(minutes=15)
"""How long an account stays locked after the last of these attempts."""


class Principal(Value):
    """An authenticated caller. Staff may act only for ``hotel_ids``; an admin may act for every hotel.

    ``version`` is the version of a staff account for which the token was issued, and ``issued_at`` when (Unix seconds).
    """

    subject: str
    role: Role
    hotel_ids: frozenset[str] = frozenset()
    version: int = 0
    issued_at: float = 0.0

    @property
    def hotels(self) -> tuple[str, ...] | None:
        """The hotels of which a member of staff may know, sorted; None for all."""
        return None if self.role is Role.ADMIN else tuple(sorted(self.hotel_ids))

    def serves(self, hotel_id: str) -> bool:
        """Whether the caller is staff of that hotel, or an admin."""
        return self.role is Role.ADMIN or (self.role is Role.STAFF and hotel_id in self.hotel_ids)


class Guest(Value):
    """A guest's account.

    ``logins`` counts the logins in ``login_hour``. ``first_id`` is the id of the person's first account, and
    ``generation`` is the number of this account. A deleted account has ``deleted_at``.
    ``unionid`` is WeChat's id of the person if it leads to this account. ``level`` is what plans of members ask for.
    """

    user_id: str
    openid: str
    phone_number: str | None
    nickname: str | None
    balance: int
    points: int
    version: int
    created_at: datetime
    login_hour: int = 0
    logins: int = 0
    generation: int = 1
    first_id: str = ""
    deleted_at: datetime | None = None
    unionid: str | None = None
    level: Level = Level.MEMBER


class StaffAccount(Value):
    """A staff account. Only a hash of the password is stored.

    ``version`` counts the changes of the account, not its logins. ``failures`` are wrong passwords since the last right
    one; the last was sent at ``last_attempt_at``.
    """

    username: str
    role: Role
    hotel_ids: frozenset[str]
    password_hash: str
    created_at: datetime
    enabled: bool = True
    version: int = 1
    last_login_at: datetime | None = None
    failures: int = 0
    last_attempt_at: datetime | None = None

    @property
    def is_admin_at_work(self) -> bool:
        """Whether it is an admin's account that can log in. One of these must always be left."""
        return self.enabled and self.role is Role.ADMIN

    def locked_until(self, now: datetime) -> datetime | None:
        """Returns until when the account is locked; None if it is not."""
        if self.failures < ATTEMPTS_BEFORE_LOCK or self.last_attempt_at is None:
            return None
        until = self.last_attempt_at + LOCKED_FOR
        return until if now < until else None


class LoginRefused(Refusal):
    """WeChat did not accept the login or phone code, or the password was wrong."""

    reason: str

    @property
    def explanation(self) -> str:
        return {
            "invalid_code": "WeChat does not know this code; call wx.login again.",
            "used_code": "This code has been used; call wx.login again.",
            "high_risk": "WeChat holds this account for high-risk and refuses it.",
            "rate_limited": "Too many logins of this account; try again in a minute.",
            "wrong_password": "Username or password is wrong.",
        }.get(self.reason, "The login was refused.")


class PhoneRefused(Refusal):
    """The phone number could not be read from WeChat's code or data."""

    reason: str

    @property
    def explanation(self) -> str:
        return f"The phone number could not be read: {self.reason}."


class AccountDeleted(Refusal):
    """The token is valid, but its account was deleted."""

    @property
    def explanation(self) -> str:
        return "This account has been deleted; log in to open a new one."


class OrdersOpen(Refusal):
    """The account cannot be deleted yet because of open orders; the first few are listed."""

    order_nos: tuple[str, ...]

    @property
    def explanation(self) -> str:
        return f"Orders are still open ({', '.join(self.order_nos)}); end or cancel them first."


class BalanceLeft(Refusal):
    """The account cannot be deleted yet because of its balance (fen)."""

    balance: int

    @property
    def explanation(self) -> str:
        return f"The account has a balance of {self.balance} fen; spend it, or have the hotel pay it out first."


class AccountLocked(Refusal):
    """Too many failed logins."""

    until: datetime

    @property
    def explanation(self) -> str:
        return f"Too many failed logins; the account opens again at {self.until:%H:%M} UTC."


class AccountDisabled(Refusal):
    """The password is right, but an admin has disabled the account."""

    @property
    def explanation(self) -> str:
        return "This account is disabled; an admin can enable it again."


class WrongPassword(Refusal):
    """The current password is not the one that was sent."""

    @property
    def explanation(self) -> str:
        return "The current password is wrong."


class LastAdmin(Refusal):
    """Without this account no admin could log in."""

    @property
    def explanation(self) -> str:
        return "This is the last enabled admin; make or enable another one first."
