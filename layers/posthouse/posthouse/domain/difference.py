"""Differences between WeChat's reports and our rows. Staff look at each."""

from __future__ import annotations

from datetime import datetime

from posthouse.domain.payment import SettlementMismatch
from posthouse.domain.value import Value


class Subject(Value):
    """What a difference is about: a ``payment`` or a ``refund``, by its number at WeChat."""

    kind: str
    number: str
    order_no: str


class Difference(Value):
    """One field that differs. The same difference, found again, has the same id."""

    subject: Subject
    field: str
    ours: str
    theirs: str
    found_at: datetime

    @property
    def difference_id(self) -> str:
        return f"{self.subject.kind}.{self.subject.number}.{self.field}.{self.theirs}"

    @classmethod
    def of(cls, subject: Subject, mismatch: SettlementMismatch, now: datetime) -> Difference:
        """Returns a mismatch as a difference."""
        return cls(subject, mismatch.field, mismatch.ours, mismatch.theirs, now)
