"""One run of a business step: its time, its source of ids, and the request that it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from posthouse.domain.event import Event, EventType
from posthouse.domain.ids import IdKind, make_id
from posthouse.domain.value import Value
from posthouse.store.audit import Actor
from posthouse.store.transaction import StoreBusy

if TYPE_CHECKING:
    from posthouse.store.idempotency import Claim


class Step(Value):
    """Time and identity come in from outside, so that tests can fix them."""

    now: datetime
    new_ulid: Callable[[], str]
    correlation_id: str
    claim: Claim | None = None
    """The Idempotency-Key of the request, where its route does not require one: claimed with the audit row."""

    def new_id(self, kind: IdKind) -> str:
        """Returns a new business id."""
        return make_id(kind, self.new_ulid())

    def event(self, event_type: EventType, aggregate_id: str, sequence: int, payload: Mapping[str, Any]) -> Event:
        """Returns an event of this step."""
        return Event(event_type, aggregate_id, sequence, self.now, payload, self.correlation_id)

    def actor(self, name: str) -> Actor:
        """Returns the actor that the audit log names for this step."""
        return Actor(name, self.now, self.new_ulid(), self.claim)


ATTEMPTS = 5
"""How often a step reads, decides and writes, if what it read has changed before it could write."""


def busy(what: str) -> StoreBusy:
    """Returns the fault of a step that has used up its attempts: each time other steps changed the same rows."""
    return StoreBusy(f"{what} keeps changing; try again in a moment")
