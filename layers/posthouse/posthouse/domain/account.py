"""A guest's accounts, balance and points: each has a ledger, and neither is ever negative."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from posthouse.domain.refusal import Refusal
from posthouse.domain.value import Value

MOST = 100_000_000
"""The most that an account holds: a million yuan in fen, or as many points."""


class Account(StrEnum):
    """The kind of an account."""

    BALANCE = "balance"
    POINTS = "points"


class InsufficientBalance(Refusal):
    """The change would make the account negative, or larger than MOST."""

    account: Account
    left: int
    change: int

    @property
    def explanation(self) -> str:
        return f"The {self.account} is {self.left}; {self.change:+} would leave less than none, or more than {MOST}."


class AccountEntry(Value):
    """One change of an account (fen, or points): the sum of its entries is its value. ``after`` is that sum."""

    user_id: str
    entry_id: str
    account: Account
    change: int
    after: int
    reason: str
    actor: str
    order_no: str | None
    at: datetime
