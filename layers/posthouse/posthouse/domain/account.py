"""A guest's accounts: money that was put there, and points; each with its ledger, neither ever below nothing."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from posthouse.domain.refusal import Refusal
from posthouse.domain.value import Value

MOST = 100_000_000
"""A million yuan in fen, or so many points: no account holds more."""


class Account(StrEnum):
    """Which account."""

    BALANCE = "balance"
    POINTS = "points"


class InsufficientBalance(Refusal):
    """A change would leave less than nothing, or more than an account can hold."""

    account: Account
    left: int
    change: int

    @property
    def explanation(self) -> str:
        return f"The {self.account} is {self.left}; {self.change:+} would leave less than none, or more than {MOST}."


class AccountEntry(Value):
    """One change of an account (fen, or points): the sum of its entries is what is on it. ``after`` is that sum."""

    user_id: str
    entry_id: str
    account: Account
    change: int
    after: int
    reason: str
    actor: str
    order_no: str | None
    at: datetime
