"""Deletion of a room type: refused while guests have booked future nights, even if they book at the same moment.

Each future night is deleted on condition that nobody has booked it, and a booking needs its nights. So either the
deletion or the booking fails. If the nights fit, all is one transaction. Otherwise the last nights are deleted first,
and are restored if the deletion is refused. After a crash the same call again completes the deletion.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from posthouse.domain.catalogue import HasNumbers, Hotel, Night, Room, StaysAhead
from posthouse.domain.rate_plan import MAX_PLANS
from posthouse.domain.refusal import NotFound
from posthouse.services.catalogue.catalogue_changes import room_for_staff, tell
from posthouse.services.catalogue.night_changes import tell_nights_ahead
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import hotels, nights, rate_plans, rooms
from posthouse.store.audit import record
from posthouse.store.transaction import MAX_ITEMS, Failed, Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal

NIGHTS_AT_ONCE = MAX_ITEMS - 5 - MAX_PLANS
"""The other items are the room type, its hotel, two events, the audit row and the rate plans."""


def delete_room(room_id: str, caller: Principal, step: Step) -> NotFound | HasNumbers | StaysAhead | None:
    """Delete a room type of a hotel that the caller serves, with its future nights. Past nights are kept."""
    for _ in range(ATTEMPTS):
        room = room_for_staff(room_id, caller)
        hotel = None if isinstance(room, NotFound) else hotels.get_hotel(room.hotel_id)
        if isinstance(room, NotFound) or hotel is None:
            return NotFound("room")
        if room.numbers:
            return HasNumbers(room.numbers)
        ahead = nights.read_ahead(room_id, hotel.clock.business_date(step.now))
        booked = tuple(night.night for night in ahead if night.sold)
        if booked:
            return StaysAhead(booked)
        failed = _delete(room, hotel, ahead, caller, step)
        if failed is None:
            return None
        booked = tuple(map(date.fromisoformat, failed.starting(nights.NIGHT)))
        if booked:
            return StaysAhead(booked)
    raise busy(room_id)


def _delete(room: Room, hotel: Hotel, ahead: list[Night], caller: Principal, step: Step) -> Failed | None:
    near, far = ahead[:NIGHTS_AT_ONCE], ahead[NIGHTS_AT_ONCE:]
    withdrawn: list[Night] = []
    for begin in range(0, len(far), MAX_ITEMS):
        some = far[begin : begin + MAX_ITEMS]
        failed = _withdraw(some).commit()
        if failed is not None:
            _restore(withdrawn)
            return failed
        withdrawn += some
    transaction = _withdraw(near)
    rooms.delete_room(transaction, room)
    # Read after the hotel, whose revision every change of a plan raises.
    for plan in rate_plans.list_plans(room.room_id):
        rate_plans.delete_plan(transaction, plan)
    changed = hotel.without_offer(room.room_id)
    hotels.update_hotel(transaction, changed)
    tell(transaction, changed, room.room_id, step)
    # The whole range is told: a deletion may go on that a crash has stopped half-way.
    tell_nights_ahead(transaction, room, hotel.clock.business_date(step.now), step)
    record(transaction, step.actor(caller.subject), "delete_room", room.room_id, before=rooms.room_facts(room))
    failed = transaction.commit()
    if failed is not None:
        _restore(withdrawn)
    return failed


def _withdraw(some: list[Night]) -> Transaction:
    transaction = Transaction()
    for night in some:
        nights.withdraw(transaction, night)
    return transaction


def _restore(withdrawn: list[Night]) -> None:
    for night in withdrawn:
        transaction = Transaction()
        nights.restore(transaction, night)
        transaction.commit()  # a failure means that staff have opened the night again
