"""A number is out of order for some nights: its row and the nights' units change in one transaction.

Nights that are not open yet have no row. Who opens them counts what is out of order then
(``services.catalogue.calendar``); both count a change of the room type's calendar, so neither overlooks the other.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from posthouse.domain.booking import SoldOut
from posthouse.domain.house import Number, OutOfOrder, Period
from posthouse.domain.ids import IdKind
from posthouse.domain.refusal import InvalidRequest, NotFound, Refusal
from posthouse.domain.stay import MAX_DAYS_AHEAD, MAX_NIGHTS
from posthouse.domain.value import Value
from posthouse.services.catalogue.night_changes import tell_nights
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import hotels, nights, numbers, rooms
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.catalogue import Hotel, Night, Room
    from posthouse.domain.identity import Principal


class Repair(Value):
    """What staff ask for: the number of a hotel, the nights in which it cannot be used, and why."""

    hotel_id: str
    number: str
    period: Period
    reason: str


class _Found(Value):
    """A number with its room type and its hotel's business date."""

    number: Number
    room: Room
    today: date


def take_out_of_order(wanted: Repair, caller: Principal, step: Step) -> OutOfOrder | Refusal:
    """Take a number out of use. AWS calls: four reads, one transaction.

    What is left of the nights may have been sold meanwhile: then it is read again, and refused.
    """
    for _ in range(ATTEMPTS):
        found = _find(wanted.hotel_id, wanted.number, caller, step)
        if isinstance(found, NotFound):
            return found
        refusal = _refusal(wanted.period, found.today) or found.number.in_the_way(wanted.period, found.today)
        if refusal is not None:
            return refusal
        added = OutOfOrder(step.new_id(IdKind.OUT_OF_ORDER), wanted.period, wanted.reason)
        transaction = Transaction()
        numbers.put_out_of_order(transaction, found.number, added, found.today)
        for night in _open(found.room, wanted.period):
            nights.put_out_of_order(transaction, night.room_id, night.night, found.room.inventory_mode)
        rooms.note_calendar_change(transaction, found.room)
        tell_nights(transaction, found.room, wanted.period.begin, wanted.period.end, step)
        actor = step.actor(caller.subject)
        record(transaction, actor, "create_out_of_order", added.out_of_order_id, after=_facts(found.number, added))
        failed = transaction.commit()
        if failed is None:
            return added
        if not {rooms.ROOM, numbers.NUMBER + wanted.number} & failed.names:
            return SoldOut(tuple(map(date.fromisoformat, failed.starting(nights.NIGHT))))
    raise busy(wanted.number)


def end_out_of_order(hotel_id: str, number: str, out_of_order_id: str, caller: Principal, step: Step) -> Refusal | None:
    """Let a number be used again from the business date on. AWS calls: four reads, one transaction."""
    for _ in range(ATTEMPTS):
        found = _find(hotel_id, number, caller, step)
        if isinstance(found, NotFound):
            return found
        ended = period_for(found.number, out_of_order_id)
        if ended is None or ended.period.end <= found.today:
            return NotFound("period out of order")
        transaction = Transaction()
        numbers.end_out_of_order(transaction, found.number, ended, found.today)
        for night in _open(found.room, Period(max(ended.period.begin, found.today), ended.period.end)):
            nights.put_in_order(transaction, night.room_id, night.night)
        rooms.note_calendar_change(transaction, found.room)
        tell_nights(transaction, found.room, ended.period.begin, ended.period.end, step)
        actor = step.actor(caller.subject)
        before, after = _facts(found.number, ended), {"ended_on": found.today.isoformat()}
        record(transaction, actor, "end_out_of_order", out_of_order_id, before=before, after=after)
        if transaction.commit() is None:
            return None
    raise busy(number)


def repair_for_staff(hotel_id: str, number: str, out_of_order_id: str, caller: Principal) -> OutOfOrder | NotFound:
    """Returns a period out of order of a hotel that the caller serves."""
    found = numbers.get(hotel_id, number) if caller.serves(hotel_id) else None
    period = None if found is None else period_for(found, out_of_order_id)
    return NotFound("period out of order") if period is None else period


def period_for(number: Number, out_of_order_id: str) -> OutOfOrder | None:
    """Returns a number's period out of order of that id."""
    return next((it for it in number.out_of_order if it.out_of_order_id == out_of_order_id), None)


def hotel_for_staff(hotel_id: str, caller: Principal) -> Hotel | NotFound:
    """Returns a hotel that the caller serves."""
    hotel = hotels.get_hotel(hotel_id) if caller.serves(hotel_id) else None
    return NotFound("hotel") if hotel is None else hotel


def _find(hotel_id: str, number: str, caller: Principal, step: Step) -> _Found | NotFound:
    hotel = hotel_for_staff(hotel_id, caller)
    if isinstance(hotel, NotFound):
        return hotel
    found = numbers.get(hotel_id, number)
    room = None if found is None else rooms.get_room(found.room_id)
    if found is None or room is None:
        return NotFound("number")
    return _Found(found, room, hotel.clock.business_date(step.now))


def _refusal(period: Period, today: date) -> InvalidRequest | None:
    if period.begin < today:
        return InvalidRequest("from", "is in the past")
    if not 0 < (period.end - period.begin).days <= MAX_NIGHTS:
        return InvalidRequest("to", f"must be 1 to {MAX_NIGHTS} days after from")
    if (period.begin - today).days > MAX_DAYS_AHEAD:
        return InvalidRequest("from", f"is more than {MAX_DAYS_AHEAD} days ahead")
    return None


def _open(room: Room, period: Period) -> list[Night]:
    return nights.read_range(room.room_id, period.begin, period.end)


def _facts(number: Number, period: OutOfOrder) -> dict[str, str]:
    return {
        "hotel_id": number.hotel_id,
        "number": number.number,
        "from": period.period.begin.isoformat(),
        "to": period.period.end.isoformat(),
        "reason": period.reason,
    }
