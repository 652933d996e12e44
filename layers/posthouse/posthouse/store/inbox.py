"""The inbox: each consumer's result for each event.

``done`` is written in the transaction of the effect. Only where the effect is at WeChat, where a repeat is harmless, or
where there is none, it is written by itself, afterwards.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from posthouse.domain.personal_data import expires
from posthouse.domain.value import Value
from posthouse.store.conditional import holds
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.domain.event import Event
    from posthouse.store.transaction import Transaction

KEPT = timedelta(days=90)
"""How long rows are kept: longer than any queue keeps a message, so that a repeat always finds its row."""

DONE = "inbox"
"""The name of the inbox condition. It fails if the consumer has dealt with the event before."""


class InboxRow(Model):
    """One consumer's result for one event: ``state`` is ``done`` or ``failed``, ``tries`` counts the tries."""

    class Meta(TableMeta):
        table_name = TableName("inbox")
        personal = expires("90 days", aggregate_id="user id", event_id="user id")

    aggregate_id = UnicodeAttribute(hash_key=True)
    entry = UnicodeAttribute(range_key=True)
    consumer = UnicodeAttribute()
    event_id = UnicodeAttribute()
    state = UnicodeAttribute()
    tries = IntAttribute(null=True)
    changed_at = TimeAttribute()
    error = UnicodeAttribute(null=True)
    expires_at = TTLAttribute(null=True)


class Dealing(Value):
    """A consumer's result for an event so far."""

    event_id: str
    consumer: str
    state: str
    tries: int
    changed_at: datetime | None
    error: str | None


def dealings_with(aggregate_id: str, at_most: int = 300) -> list[Dealing]:
    """Returns the consumers' results for an aggregate's events."""
    return [_dealing(row) for row in InboxRow.query(aggregate_id, limit=at_most, consistent_read=True)]


def dealing_with(event: Event, consumer: str) -> Dealing | None:
    """Returns a consumer's result for an event; None if it has no row."""
    wanted = _row(event, consumer)
    try:
        return _dealing(InboxRow.get(wanted.aggregate_id, wanted.entry))
    except InboxRow.DoesNotExist:
        return None


def _dealing(row: InboxRow) -> Dealing:
    return Dealing(row.event_id, row.consumer, row.state, row.tries or 0, row.changed_at, row.error)


def _row(event: Event, consumer: str) -> InboxRow:
    return InboxRow(event.aggregate_id, f"{event.sequence:08d}#{consumer}")


_NOT_DONE = InboxRow.state.does_not_exist() | (InboxRow.state != "done")


def done(transaction: Transaction, event: Event, consumer: str, now: datetime) -> None:
    """Mark an event as done, together with its effect. Fails as ``inbox`` if it was done before."""
    transaction.update(DONE, _row(event, consumer), _done_actions(event, consumer, now), _NOT_DONE)


def note_done(event: Event, consumer: str, now: datetime) -> bool:
    """Note that the consumer is done with an event that changes no row here. Returns False if it was done before."""
    actions = _done_actions(event, consumer, now)
    return holds(lambda: _row(event, consumer).update(actions=actions, condition=_NOT_DONE))


def note_recovered(event: Event, consumer: str, now: datetime) -> None:
    """Mark a failed event as done, for consumers that write no ``done`` row themselves."""
    actions = _done_actions(event, consumer, now)
    holds(lambda: _row(event, consumer).update(actions=actions, condition=InboxRow.state == "failed"))


def _done_actions(event: Event, consumer: str, now: datetime) -> list[Action]:
    return [
        InboxRow.state.set("done"),
        InboxRow.consumer.set(consumer),
        InboxRow.event_id.set(event.event_id),
        InboxRow.changed_at.set(now),
        InboxRow.expires_at.set(now + KEPT),
        InboxRow.tries.add(1),
        InboxRow.error.remove(),
    ]


def failed(event: Event, consumer: str, reason: str, now: datetime) -> None:
    """Note a failed try, unless the event has been dealt with meanwhile."""
    actions: list[Action] = [
        InboxRow.state.set("failed"),
        InboxRow.consumer.set(consumer),
        InboxRow.event_id.set(event.event_id),
        InboxRow.changed_at.set(now),
        InboxRow.expires_at.set(now + KEPT),
        InboxRow.tries.add(1),
        InboxRow.error.set(reason[:500]),
    ]
    holds(lambda: _row(event, consumer).update(actions=actions, condition=_NOT_DONE))
