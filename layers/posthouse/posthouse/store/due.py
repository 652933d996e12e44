"""Rows that wait for a time: the index that finds those whose time has come.

Such a row has ``due_shard`` and ``due_at`` while it waits. Both are removed when the wait ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from posthouse.store.conditional import holds
from posthouse.store.table import DUE_SHARDS, IntAttribute, epoch


class DueIndex(GlobalSecondaryIndex[Any]):
    """The index ``by_due`` of a table, with keys only."""

    class Meta:
        index_name = "by_due"
        projection = KeysOnlyProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    due_at = IntAttribute(range_key=True)


def overdue(table: Any, now: datetime, at_most: int) -> Iterator[Any]:
    """Returns the rows whose time has come, the oldest first in each shard; ``at_most`` a shard. Keys only."""
    for shard in range(DUE_SHARDS):
        yield from table.by_due.query(str(shard), table.due_at <= epoch(now), limit=at_most)


def postpone(row: Model, until: datetime) -> None:
    """Let a row wait until then, if it still waits. ``row`` carries just its key."""
    due_at: IntAttribute = type(row).due_at  # type: ignore[attr-defined]
    holds(lambda: row.update(actions=[due_at.set(epoch(until))], condition=due_at.exists()))


def stop_waiting(table: Any) -> list[Action]:
    """Returns the actions that take a row out of the index."""
    return [table.due_shard.remove(), table.due_at.remove()]
