"""The audit trail: the changes by staff. Each row is written in the transaction of its change."""

from __future__ import annotations

from datetime import date, datetime
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import JSONAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model

from posthouse.domain.days import HOME_TIME_ZONE, local_date
from posthouse.domain.personal_data import SUPERVISION, kept
from posthouse.domain.privacy import presentable
from posthouse.domain.value import Value
from posthouse.store.page import Page, Position, read_page
from posthouse.store.table import TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.store.idempotency import Claim
    from posthouse.store.transaction import Transaction


AUDIT = "audit"
"""The name of the condition that an entry is new."""

FILTERED_AT_ONCE = 500
"""Rows that one call reads in the search for an actor or a target."""


class AuditRow(Model):
    """One change. The partition is its day in China; the rows of a day are in order."""

    class Meta(TableMeta):
        table_name = TableName("audit")
        personal = kept(SUPERVISION, target="user id", after="user id")

    day = UnicodeAttribute(hash_key=True)
    entry_id = UnicodeAttribute(range_key=True)
    at = TimeAttribute()
    actor = UnicodeAttribute()
    action = UnicodeAttribute()
    target = UnicodeAttribute()
    before = JSONAttribute(null=True)
    after = JSONAttribute(null=True)


class Actor(Value):
    """Who makes a change, when, and the id of its audit row."""

    name: str
    now: datetime
    entry_id: str
    claim: Claim | None = None
    """The Idempotency-Key that makes the change happen once, if its request has one."""


def record(
    transaction: Transaction, actor: Actor, action: str, target: str, *, before: Any = None, after: Any = None
) -> None:
    """Add an audit row to the transaction, without the secrets in ``before`` and ``after``."""
    row = AuditRow(
        str(local_date(actor.now, HOME_TIME_ZONE)),
        actor.entry_id,
        at=actor.now,
        actor=actor.name,
        action=action,
        target=presentable(target),
        before=presentable(before),
        after=presentable(after),
    )
    transaction.put(AUDIT, row, AuditRow.day.does_not_exist())
    if actor.claim is not None:
        from posthouse.store.idempotency import claim_request

        claim_request(transaction, actor.claim, target, actor.now)


class AuditEntry(Value):
    """A change as admins see it. ``before`` and ``after`` are the changed facts, or None."""

    entry_id: str
    at: datetime
    actor: str
    action: str
    target: str
    before: Any
    after: Any


class AuditFilter(Value):
    """Selects the changes of one day (in China), optionally of one actor or of one target."""

    day: date
    actor: str | None
    target: str | None

    def condition(self) -> Condition | None:
        """Returns the filter on the rows of the day, or None."""
        wanted = [
            column == value
            for column, value in ((AuditRow.actor, self.actor), (AuditRow.target, self.target))
            if value is not None
        ]
        return reduce(and_, wanted) if wanted else None


def day_of(position: Position | None) -> date | None:
    """Returns the day of a list's next page, which may be over by now."""
    return None if position is None else date.fromisoformat(position["day"]["S"])


def list_of_day(wanted: AuditFilter, limit: int, position: Position | None) -> Page[AuditEntry]:
    """Returns a day's changes, newest first. The cost of a filter is limited by the number of changes on that day."""
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
