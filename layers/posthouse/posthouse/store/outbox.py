"""The outbox: events, each written in the same transaction as the change that it reports.

The table's stream starts the relay. A row waits in the ``by_due`` index until the relay has marked it as sent. There
the sweeper finds rows whose stream record was lost.
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
from posthouse.store.due import overdue, stop_waiting
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute, due_shard, epoch

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

OUTBOX = "outbox:"
"""How the names of conditions on new rows begin; the event's type follows."""

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
    """Send an event, if the transaction commits."""
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
    transaction.put(OUTBOX + event.type, row, OutboxRow.aggregate_id.does_not_exist())


def mark_relayed(event: Event, now: datetime) -> None:
    """Mark an event as sent: the sweeper ignores it from now on. It may be marked before."""
    _stop_waiting(event.aggregate_id, event.sequence, OutboxRow.relayed_at.set(now))


def put_aside(aggregate_id: str, sequence: int) -> None:
    """Hide a row that can never be relayed from the sweeper: it is in the dead letter queue."""
    _stop_waiting(aggregate_id, sequence)


def wait_again(aggregate_id: str, sequence: int, now: datetime) -> bool:
    """Show a row that was put aside to the sweeper again. Returns False if there is none, or it cannot be read."""
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
    actions = [*stop_waiting(OutboxRow), *more]
    row = OutboxRow(aggregate_id, sequence)
    holds(lambda: row.update(actions=actions, condition=OutboxRow.due_at.exists()))


class Sent(Value):
    """An event, and when it was sent; None while it waits."""

    event: Event
    relayed_at: datetime | None


def events_of(aggregate_id: str, at_most: int = 100) -> list[Sent]:
    """Returns an aggregate's events in their order."""
    rows = OutboxRow.query(aggregate_id, limit=at_most, consistent_read=True)
    return [Sent(row.to_event(), row.relayed_at) for row in rows]


def due(now: datetime, at_most: int) -> Iterator[Event]:
    """Returns events that should have been sent by now, oldest first in each shard; ``at_most`` a shard.

    A row that this version cannot read is skipped, so that it does not stop the others.
    """
    for row in overdue(OutboxRow, now, at_most):
        try:
            yield row.to_event()
        except ValueError:
            continue
