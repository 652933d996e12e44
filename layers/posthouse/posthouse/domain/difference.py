"""Differences: where WeChat's word and our rows do not agree. Staff look at each."""

from __future__ import annotations

from datetime import datetime

from posthouse.domain.payment import SettlementMismatch
from posthouse.domain.value import Value


class Subject(Value):
    """What the two sides disagree about: a ``payment`` or a ``refund``, by its number at WeChat."""

    kind: str
    number: str
    order_no: str


class Difference(Value):
    """One field in which they disagree; found again it is the same one."""

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
        """The difference that a mismatch is."""
        return cls(subject, mismatch.field, mismatch.ours, mismatch.theirs, now)
