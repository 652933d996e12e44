"""The calendar of a room type: staff open its nights and set their units and prices."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from posthouse.domain.catalogue import Night, UnitsBelowSold
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.value import Value
from posthouse.services.catalogue.catalogue_changes import room_for_staff
from posthouse.services.step import ATTEMPTS, busy
from posthouse.store import nights, rooms
from posthouse.store.audit import record
from posthouse.store.nights import NightChange
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal
    from posthouse.services.step import Step


class NightRange(Value):
    """The nights of a room from ``begin`` to ``end``, without ``end`` itself."""

    room_id: str
    begin: date
    end: date

    @property
    def dates(self) -> list[date]:
        return [self.begin + timedelta(days=n) for n in range((self.end - self.begin).days)]


def open_nights(wanted: NightRange, change: NightChange, caller: Principal, step: Step) -> list[Night] | Refusal:
    """Open or change all nights of a range in one transaction."""
    for _ in range(ATTEMPTS):
        room = room_for_staff(wanted.room_id, caller)
        if isinstance(room, NotFound):
            return room
        before = nights.read_range(room.room_id, wanted.begin, wanted.end)
        defaults = NightChange(room.units, room.price, closed=False)
        transaction = Transaction()
        for night in wanted.dates:
            nights.change(transaction, room.room_id, night, change, defaults)
        rooms.note_calendar_change(transaction, room)
        was, after = {"nights": [_facts(night) for night in before]}, _asked(wanted, change)
        record(transaction, step.actor(caller.subject), "open_nights", room.room_id, before=was, after=after)
        failed = transaction.commit()
        if failed is None:
            return nights.read_range(room.room_id, wanted.begin, wanted.end)
        if rooms.ROOM not in failed:
            return UnitsBelowSold(tuple(map(date.fromisoformat, failed.starting(nights.NIGHT))))
    raise busy(wanted.room_id)


def _facts(night: Night) -> dict[str, object]:
    """Returns the fields of a night that staff set; ``sold`` is not one of them."""
    return {
        "date": night.night.isoformat(),
        "units": night.units,
        "price": night.price.fen,
        "closed": night.closed,
    }


def _asked(wanted: NightRange, change: NightChange) -> dict[str, object]:
    return {
        "from": wanted.begin.isoformat(),
        "to": wanted.end.isoformat(),
        "units": change.units,
        "price": change.price.fen if change.price else None,
        "closed": change.closed,
    }
