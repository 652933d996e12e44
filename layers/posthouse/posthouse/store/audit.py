"""The audit trail: who of the staff changed what. Each row is written in the transaction of the change itself."""

from __future__ import annotations

from datetime import date, datetime
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import JSONAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model

from posthouse.domain.personal_data import SUPERVISION, kept
from posthouse.domain.privacy import presentable
from posthouse.domain.value import Value
from posthouse.store.page import Page, Position, read_page
from posthouse.store.table import TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction


FILTERED_AT_ONCE = 500
"""Rows that one call looks through for an actor or a target."""


class AuditRow(Model):
    """One change. Kept by the day it was made on, in order."""

    class Meta(TableMeta):
        table_name = TableName("audit")
        personal = kept(SUPERVISION, target="user id")

    day = UnicodeAttribute(hash_key=True)
    entry_id = UnicodeAttribute(range_key=True)
    at = TimeAttribute()
    actor = UnicodeAttribute()
    action = UnicodeAttribute()
    target = UnicodeAttribute()
    before = JSONAttribute(null=True)
    after = JSONAttribute(null=True)


class Actor(Value):
    """Who makes a change, when, and the id of the audit row that it leaves."""

    name: str
    now: datetime
    entry_id: str


def record(
    transaction: Transaction, actor: Actor, action: str, target: str, *, before: Any = None, after: Any = None
) -> None:
    """Leave an audit row if the transaction commits; what it says of before and after holds nothing that is secret."""
    row = AuditRow(
        f"{actor.now:%Y-%m-%d}",
        actor.entry_id,
        at=actor.now,
        actor=actor.name,
        action=action,
        target=presentable(target),
        before=presentable(before),
        after=presentable(after),
    )
    transaction.put("audit", row, AuditRow.day.does_not_exist())


class AuditEntry(Value):
    """A change as admins see it; ``before`` and ``after`` are what the action touched, None where there was nothing."""

    entry_id: str
    at: datetime
    actor: str
    action: str
    target: str
    before: Any
    after: Any


class AuditFilter(Value):
    """The changes of one day (UTC), of everybody and everything unless an actor or a target is named."""

    day: date
    actor: str | None
    target: str | None

    def condition(self) -> Condition | None:
        """What the rows of the day must fulfil beside."""
        wanted = [
            column == value
            for column, value in ((AuditRow.actor, self.actor), (AuditRow.target, self.target))
            if value is not None
        ]
        return reduce(and_, wanted) if wanted else None


def day_of(position: Position | None) -> date | None:
    """The day that a list goes on in, be it over by now."""
    return None if position is None else date.fromisoformat(position["day"]["S"])


def list_of_day(wanted: AuditFilter, limit: int, position: Position | None) -> Page[AuditEntry]:
    """A day's changes, newest first. With a filter the work is bounded by what the staff did on that day."""
    condition = wanted.condition()
    rows = AuditRow.query(
        wanted.day.isoformat(),
        filter_condition=condition,
        scan_index_forward=False,
        limit=limit + 1,
        page_size=limit + 1 if condition is None else FILTERED_AT_ONCE,
        last_evaluated_key=position,
    )
    return read_page(rows, _to_domain, limit)


def _to_domain(row: AuditRow) -> AuditEntry:
    return AuditEntry(row.entry_id, row.at, row.actor, row.action, row.target, row.before, row.after)
