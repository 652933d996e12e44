"""Who is who: guests, staff, and what each may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from posthouse.domain.refusal import Refusal


class Role(StrEnum):
    """What a caller is to Posthouse."""

    GUEST = "guest"
    STAFF = "staff"
    ADMIN = "admin"


@dataclass(frozen=True)
class Principal:
    """A caller whose token has been verified. ``hotel_ids`` bind staff; an admin has every hotel."""

    subject: str
    role: Role
    hotel_ids: frozenset[str] = frozenset()

    def serves(self, hotel_id: str) -> bool:
        """Whether this is somebody who works for that hotel."""
        return self.role is Role.ADMIN or (self.role is Role.STAFF and hotel_id in self.hotel_ids)


@dataclass(frozen=True)
class Guest:
    """A guest's account."""

    user_id: str
    openid: str
    phone_number: str | None
    nickname: str | None
    balance: int
    points: int
    version: int
    created_at: datetime


@dataclass(frozen=True)
class StaffAccount:
    """A member of staff; the password itself is known to nobody."""

    username: str
    role: Role
    hotel_ids: frozenset[str]
    password_hash: str


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class PhoneRefused(Refusal):
    """The phone number could not be had from WeChat's code or data."""

    reason: str

    @property
    def explanation(self) -> str:
        return f"The phone number could not be read: {self.reason}."


@dataclass(frozen=True)
class AccountLocked(Refusal):
    """Too many failed logins."""

    until: datetime

    @property
    def explanation(self) -> str:
        return f"Too many failed logins; the account opens again at {self.until:%H:%M} UTC."


def mask_phone(number: str | None) -> str | None:
    """A phone number as lists show it: ``138****8000``."""
    if not number:
        return number
    return number[:3] + "*" * max(len(number) - 7, 0) + number[-4:] if len(number) > 7 else "*" * len(number)
