"""The event that tells of changed nights: units that were opened, withdrawn or put out of order."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from posthouse.domain.event import EventType
from posthouse.domain.stay import MAX_DAYS_AHEAD, MAX_NIGHTS
from posthouse.store import outbox

if TYPE_CHECKING:
    from posthouse.domain.catalogue import Room
    from posthouse.services.step import Step
    from posthouse.store.transaction import Transaction

LAST_NIGHT = timedelta(days=MAX_DAYS_AHEAD + MAX_NIGHTS)
"""No night is opened farther ahead."""


def tell_nights_ahead(transaction: Transaction, room: Room, today: date, step: Step) -> None:
    """Send the event of a change of all nights from a business date on."""
    tell_nights(transaction, room, today, today + LAST_NIGHT, step)


def tell_nights(transaction: Transaction, room: Room, begin: date, end: date, step: Step) -> None:
    """Send the event of a change of a room type's nights before ``end``, in the transaction that changes its calendar.

    ``room`` is as it was read: the counter of its calendar numbers the event.
    """
    facts = {"hotel_id": room.hotel_id, "room_id": room.room_id, "from": begin.isoformat(), "to": end.isoformat()}
    outbox.send(transaction, step.event(EventType.NIGHTS_CHANGED, room.room_id, room.calendar + 1, facts))
