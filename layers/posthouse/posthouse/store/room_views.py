"""The read model of room details: one row holds everything that guests see of a room type, so one read is enough."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import JSONAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model

from posthouse.domain.catalogue import OpeningState
from posthouse.domain.catalogue_view import RoomView
from posthouse.domain.days import clock_of
from posthouse.domain.personal_data import NOTHING
from posthouse.domain.value import Value
from posthouse.store.conditional import holds
from posthouse.store.rooms import room_facts, room_of
from posthouse.store.table import IntAttribute, TableMeta, TableName

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

VIEW = "view:"
"""The prefix of the names of the views' conditions; the room's id follows."""

GONE_KEPT = timedelta(days=30)
"""How long the row of a deleted room type is kept: longer than any broadcast can be late."""


class RoomViewRow(Model):
    """One room type with its hotel; without ``facts`` the room type is deleted."""

    class Meta(TableMeta):
        table_name = TableName("room-views")
        personal = NOTHING

    room_id = UnicodeAttribute(hash_key=True)
    revision = IntAttribute()
    facts = JSONAttribute(null=True)
    expires_at = TTLAttribute(null=True)


class StoredView(Value):
    """The read model's entry of a room type; ``view`` is None if the room type is deleted."""

    view: RoomView | None


def get_view(room_id: str) -> StoredView | None:
    """Returns the entry of a room type; None if the read model has none.

    Strongly consistent: otherwise a cache could keep an old value after it has seen the change in the change log.
    """
    try:
        row = RoomViewRow.get(room_id, consistent_read=True)
    except RoomViewRow.DoesNotExist:
        return None
    return StoredView(None if row.facts is None else _view_of(row))


def put_view(transaction: Transaction, view: RoomView) -> None:
    """Write a view; fails as ``view:<room_id>`` if a newer one is stored."""
    transaction.put(VIEW + view.room.room_id, _row_of(view), _not_newer(view.revision))


def bury_view(transaction: Transaction, room_id: str, revision: int, now: datetime) -> None:
    """Mark a room type as deleted; fails as ``view:<room_id>`` if a newer row is stored."""
    row = RoomViewRow(room_id, revision=revision, expires_at=now + GONE_KEPT)
    transaction.put(VIEW + room_id, row, _not_newer(revision))


def heal(view: RoomView) -> None:
    """Restore a missing view, unless a newer one is stored."""
    row = _row_of(view)
    holds(lambda: row.save(condition=_not_newer(view.revision)))


def _not_newer(revision: int) -> Condition:
    condition: Condition = RoomViewRow.revision.does_not_exist() | (RoomViewRow.revision <= revision)
    return condition


def _row_of(view: RoomView) -> RoomViewRow:
    facts: dict[str, Any] = {
        "room": {"room_id": view.room.room_id, **room_facts(view.room)},
        "hotel_name": view.hotel_name,
        "city": view.city,
        "address": view.address,
        "phone": view.phone,
        "latitude": view.latitude,
        "longitude": view.longitude,
        "opening_state": view.opening_state,
        **view.clock.facts,
    }
    return RoomViewRow(view.room.room_id, revision=view.revision, facts=facts)


def _view_of(row: RoomViewRow) -> RoomView:
    facts = dict(row.facts)
    room, opening_state = room_of(facts.pop("room")), OpeningState(facts.pop("opening_state"))
    clock = clock_of(facts)
    place = {name: facts[name] for name in facts if name not in clock.facts}
    return RoomView(room=room, clock=clock, opening_state=opening_state, revision=row.revision, **place)
