"""Staff say which numbers a room type has. What fits one transaction is one; of more, what is new comes first.

The rows of the numbers are the truth, and the difference is worked out from them. So after a crash the same call
completes the change. The room type repeats its numbers: it cannot be deleted while it names some, and whoever opens its
nights knows whether there are any to read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.house import MAX_NUMBERS, Number, NumberInUse
from posthouse.domain.refusal import InvalidRequest, NotFound, Refusal
from posthouse.domain.value import Value
from posthouse.services.catalogue.catalogue_changes import room_for_staff
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import hotels, numbers, rooms
from posthouse.store.audit import record
from posthouse.store.transaction import MAX_ITEMS, Transaction

if TYPE_CHECKING:
    from posthouse.domain.catalogue import Room
    from posthouse.domain.identity import Principal

AT_ONCE = MAX_ITEMS - 2
"""The other two items are the room type and the audit row."""


class _Change(Value):
    """Which numbers come and which go."""

    added: tuple[str, ...]
    removed: tuple[Number, ...]

    def parts(self) -> list[_Change]:
        """Returns the change in parts that fit one transaction each; at least one."""
        parts = [_Change(self.added[at : at + AT_ONCE], ()) for at in range(0, len(self.added), AT_ONCE)]
        parts += [_Change((), self.removed[at : at + AT_ONCE]) for at in range(0, len(self.removed), AT_ONCE)]
        return [self] if len(self.added) + len(self.removed) <= AT_ONCE else parts


def set_numbers(room_id: str, wanted: Sequence[str], caller: Principal, step: Step) -> Room | Refusal:
    """Let a room type have these numbers, and no others. AWS calls: three reads, and a transaction for 98 changes."""
    for _ in range(ATTEMPTS):
        room = room_for_staff(room_id, caller)
        hotel = None if isinstance(room, NotFound) else hotels.get_hotel(room.hotel_id)
        if isinstance(room, NotFound) or hotel is None:
            return NotFound("room")
        all_of_hotel = numbers.list_of_hotel(room.hotel_id)
        refusal = _refusal(room, wanted, all_of_hotel, hotel.clock.business_date(step.now))
        if refusal is not None:
            return refusal
        own = {it.number: it for it in all_of_hotel if it.room_id == room_id}
        added = tuple(it for it in wanted if it not in own)
        removed = tuple(own[it] for it in own if it not in wanted)
        changed = _write(room, tuple(wanted), _Change(added, removed), caller, step)
        if changed is not None:
            return changed
    raise busy(room_id)


def _refusal(room: Room, wanted: Sequence[str], all_of_hotel: list[Number], today: date) -> Refusal | None:
    others = {it.number for it in all_of_hotel if it.room_id != room.room_id}
    of_others = tuple(it for it in wanted if it in others)
    if of_others:
        return NumberInUse(of_others)
    if len(others) + len(wanted) > MAX_NUMBERS:
        return InvalidRequest("numbers", f"a hotel has at most {MAX_NUMBERS} numbers")
    going = [it for it in all_of_hotel if it.room_id == room.room_id and it.number not in wanted]
    used = [it for it in going if it.is_in_use(today)]
    if not used:
        return None
    return NumberInUse(tuple(it.number for it in used), tuple(sorted({order for it in used for order in it.stays})))


def _write(room: Room, wanted: tuple[str, ...], change: _Change, caller: Principal, step: Step) -> Room | None:
    """Returns the changed room type; None if something has changed since it was read."""
    parts = change.parts()
    for place, part in enumerate(parts):
        is_last = place == len(parts) - 1
        transaction = Transaction()
        for number in part.added:
            numbers.create(transaction, room.hotel_id, number, room.room_id)
        for gone in part.removed:
            numbers.delete(transaction, gone)
        # Until the last part it names all that it has or may have: it must not be deleted meanwhile.
        named = wanted if is_last else tuple(sorted({*room.numbers, *wanted}))
        rooms.note_calendar_change(transaction, room, named)
        if is_last:
            before, after = {"numbers": list(room.numbers)}, {"numbers": list(wanted)}
            record(transaction, step.actor(caller.subject), "set_numbers", room.room_id, before=before, after=after)
        if transaction.commit() is not None:
            return None
        room = replace(room, numbers=named, calendar=room.calendar + 1)
    return room
