"""The audit trail: who of the staff changed what. Each row is written in the transaction of the change itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import JSONAttribute, UnicodeAttribute
from pynamodb.models import Model

from posthouse.store.table import TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction


class AuditRow(Model):
    """One change. Kept by the day it was made on, in order."""

    class Meta(TableMeta):
        table_name = TableName("audit")

    day = UnicodeAttribute(hash_key=True)
    entry_id = UnicodeAttribute(range_key=True)
    at = TimeAttribute()
    actor = UnicodeAttribute()
    action = UnicodeAttribute()
    target = UnicodeAttribute()
    before = JSONAttribute(null=True)
    after = JSONAttribute(null=True)


@dataclass(frozen=True)
class Actor:
    """Who makes a change, when, and the id of the audit row that it leaves."""

    name: str
    now: datetime
    entry_id: str


def record(
    transaction: Transaction, actor: Actor, action: str, target: str, *, before: Any = None, after: Any = None
) -> None:
    """Leave an audit row if the transaction commits."""
    row = AuditRow(
        f"{actor.now:%Y-%m-%d}",
        actor.entry_id,
        at=actor.now,
        actor=actor.name,
        action=action,
        target=target,
        before=before,
        after=after,
    )
    transaction.put("audit", row, AuditRow.day.does_not_exist())
