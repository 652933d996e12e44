"""The outbox: events written in the same transaction as the change that they tell of.

The table's stream wakes the relay. Until the relay has marked a row as sent it waits in the ``by_due`` index, where the
sweeper finds what a lost stream record would have left behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.attributes import JSONAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from posthouse.domain.event import Event, EventType
from posthouse.domain.personal_data import SUPERVISION, forgotten, kept
from posthouse.domain.value import Value
from posthouse.store.conditional import holds
from posthouse.store.table import DUE_SHARDS, IntAttribute, TableMeta, TableName, TimeAttribute, due_shard, epoch

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

GRACE = timedelta(seconds=60)
"""How long the stream may take before the sweeper sends a row again."""


class _ByDue(GlobalSecondaryIndex["OutboxRow"]):
    class Meta:
        index_name = "by_due"
        projection = AllProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    due_at = IntAttribute(range_key=True)


class OutboxRow(Model):
    """One event. ``due_shard`` and ``due_at`` are there only until it has been sent."""

    class Meta(TableMeta):
        table_name = TableName("outbox")
        personal = (
            *forgotten(payload="nickname"),
            *kept(SUPERVISION, aggregate_id="user id", payload="user id"),
        )

    aggregate_id = UnicodeAttribute(hash_key=True)
    sequence = IntAttribute(range_key=True)
    type = UnicodeAttribute()
    payload = JSONAttribute()
    occurred_at = TimeAttribute()
    correlation_id = UnicodeAttribute()
    due_shard = UnicodeAttribute(null=True)
    due_at = IntAttribute(null=True)
    relayed_at = TimeAttribute(null=True)

    by_due = _ByDue()

    def to_event(self) -> Event:
        return Event(
            type=EventType(self.type),
            aggregate_id=self.aggregate_id,
            sequence=self.sequence,
            occurred_at=self.occurred_at,
            payload=self.payload,
            correlation_id=self.correlation_id,
        )


def send(transaction: Transaction, event: Event) -> None:
    """Let the event go out if, and only if, the transaction commits."""
    row = OutboxRow(
        event.aggregate_id,
        event.sequence,
        type=event.type,
        payload=dict(event.payload),
        occurred_at=event.occurred_at,
        correlation_id=event.correlation_id,
        due_shard=due_shard(event.aggregate_id),
        due_at=epoch(event.occurred_at + GRACE),
    )
    transaction.put(f"outbox:{event.type}", row, OutboxRow.aggregate_id.does_not_exist())


def mark_relayed(event: Event, now: datetime) -> None:
    """Take the row out of the sweeper's sight; that it was marked before is fine."""
    _stop_waiting(event.aggregate_id, event.sequence, OutboxRow.relayed_at.set(now))


def put_aside(aggregate_id: str, sequence: int) -> None:
    """Take a row that can never be relayed out of the sweeper's sight: it lies in the dead letters."""
    _stop_waiting(aggregate_id, sequence)


def wait_again(aggregate_id: str, sequence: int, now: datetime) -> bool:
    """Show a row that was put aside to the sweeper; False where there is none, or it still cannot be read."""
    try:
        row = OutboxRow.get(aggregate_id, sequence, consistent_read=True)
        row.to_event()
    except (OutboxRow.DoesNotExist, KeyError, ValueError, TypeError, AttributeError):
        return False
    actions: list[Action] = [OutboxRow.due_shard.set(due_shard(aggregate_id)), OutboxRow.due_at.set(epoch(now))]
    unsent = OutboxRow.aggregate_id.exists() & OutboxRow.relayed_at.does_not_exist()
    holds(lambda: OutboxRow(aggregate_id, sequence).update(actions=actions, condition=unsent))
    return True


def _stop_waiting(aggregate_id: str, sequence: int, *more: Action) -> None:
    actions = [OutboxRow.due_shard.remove(), OutboxRow.due_at.remove(), *more]
    row = OutboxRow(aggregate_id, sequence)
    holds(lambda: row.update(actions=actions, condition=OutboxRow.due_at.exists()))


class Sent(Value):
    """An event and when it was sent, None as long as it waits."""

    event: Event
    relayed_at: datetime | None


def events_of(aggregate_id: str, at_most: int = 100) -> list[Sent]:
    """An aggregate's events in their order."""
    rows = OutboxRow.query(aggregate_id, limit=at_most, consistent_read=True)
    return [Sent(row.to_event(), row.relayed_at) for row in rows]


def due(now: datetime, at_most: int) -> Iterator[Event]:
    """Events that should have been sent by now, oldest first in each shard; ``at_most`` a shard.

    A row that this version cannot read is passed over: one must not hold back all others.
    """
    for shard in range(DUE_SHARDS):
        for row in OutboxRow.by_due.query(str(shard), OutboxRow.due_at <= epoch(now), limit=at_most):
            try:
                yield row.to_event()
            except ValueError:
                continue
