"""One run of a business step: when it happens, where its ids come from, and which request it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from posthouse.domain.event import Event, EventType
from posthouse.domain.ids import IdKind, make_id
from posthouse.domain.value import Value
from posthouse.store.audit import Actor
from posthouse.store.transaction import StoreBusy


class Step(Value):
    """Time and identity come in from outside, so that tests can fix them."""

    now: datetime
    new_ulid: Callable[[], str]
    correlation_id: str

    def new_id(self, kind: IdKind) -> str:
        """A new business id."""
        return make_id(kind, self.new_ulid())

    def event(self, event_type: EventType, aggregate_id: str, sequence: int, payload: Mapping[str, Any]) -> Event:
        """An event of this step."""
        return Event(event_type, aggregate_id, sequence, self.now, payload, self.correlation_id)

    def actor(self, name: str) -> Actor:
        """The member of staff on whose behalf this step runs."""
        return Actor(name, self.now, self.new_ulid())


ATTEMPTS = 5
"""How often a step reads, decides and writes again when what it read has changed before it could write."""


def busy(what: str) -> StoreBusy:
    """The fault of a step that met others on the same rows each time it tried."""
    return StoreBusy(f"{what} keeps changing; try again in a moment")
