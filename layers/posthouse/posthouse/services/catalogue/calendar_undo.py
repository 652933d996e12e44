"""Undo of the last change of a room type's calendar, within a minute.

docs/decisions/0067-restrictions-and-undo.md says why it is so short, and why only the last one.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from posthouse.domain.catalogue import CalendarChanged, Night, Room, UndoTooLate, UnitsBelowSold
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.services.catalogue.calendar import night_facts
from posthouse.services.catalogue.catalogue_changes import room_for_staff
from posthouse.services.catalogue.night_changes import tell_nights
from posthouse.services.step import ATTEMPTS, busy
from posthouse.store import calendar_changes, nights, rooms
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal
    from posthouse.services.step import Step
    from posthouse.store.calendar_changes import CalendarChange

UNDO_WITHIN = timedelta(minutes=1)


def undo_nights(room_id: str, change_id: str, caller: Principal, step: Step) -> list[Night] | Refusal:
    """Put back all nights of the last change of a calendar, in one transaction. Returns those that are open then.

    After it the change before can be undone, and so on, the newest first.

    Nights that the change opened are closed to everybody again, if nobody has booked them. AWS calls: three reads, one
    transaction, and a read of the nights.
    """
    for _ in range(ATTEMPTS):
        room = room_for_staff(room_id, caller)
        change = None if isinstance(room, NotFound) else calendar_changes.find(change_id)
        if isinstance(room, NotFound) or change is None or change.room_id != room_id:
            return room if isinstance(room, NotFound) else NotFound("change")
        if step.now > change.at + UNDO_WITHIN:
            return UndoTooLate()
        if room.last_change != change.calendar:
            return CalendarChanged()
        transaction = _transaction(room, change, caller, step)
        failed = transaction.commit()
        if failed is None:
            return nights_of(change)
        if rooms.ROOM not in failed:
            return UnitsBelowSold(tuple(map(date.fromisoformat, failed.starting(nights.NIGHT))))
    raise busy(room_id)


def nights_after(room_id: str, change_id: str, caller: Principal) -> list[Night] | Refusal:
    """Returns the nights of a change as they are now, for who asks again whether it was undone."""
    room = room_for_staff(room_id, caller)
    change = None if isinstance(room, NotFound) else calendar_changes.find(change_id)
    return NotFound("change") if change is None or change.room_id != room_id else nights_of(change)


def nights_of(change: CalendarChange) -> list[Night]:
    """Returns the nights of a change that are open now."""
    begin, end = _span(change)
    return [night for night in nights.read_range(change.room_id, begin, end) if night.night in change.before]


def _transaction(room: Room, change: CalendarChange, caller: Principal, step: Step) -> Transaction:
    transaction = Transaction()
    now = {night.night: night for night in nights_of(change)}
    for night, before in change.before.items():
        if before is not None:
            nights.put_back(transaction, before)
        elif night in now:
            nights.withdraw(transaction, now[night])
    # Before this change there were the nights of the one before it: a change of many nights is undone call by call.
    rooms.note_calendar_change(transaction, room, undone_to=change.calendar - 1)
    tell_nights(transaction, room, *_span(change), step)
    undone = {"nights": [night_facts(night) for night in now.values()]}
    back = [night_facts(before) for before in change.before.values() if before is not None]
    after = {"change_id": change.change_id, "nights": back}
    record(transaction, step.actor(caller.subject), "undo_nights", room.room_id, before=undone, after=after)
    return transaction


def _span(change: CalendarChange) -> tuple[date, date]:
    return min(change.before), max(change.before) + timedelta(days=1)
