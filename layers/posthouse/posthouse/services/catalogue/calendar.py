"""The calendar of a room type: staff open its nights and set their units and prices."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from posthouse.domain.catalogue import Night, UnitsBelowSold
from posthouse.domain.ids import IdKind
from posthouse.domain.refusal import InvalidRequest, NotFound, Refusal
from posthouse.domain.restriction import UNRESTRICTED
from posthouse.domain.stay import MAX_DAYS_AHEAD, MAX_NIGHTS
from posthouse.domain.value import Value
from posthouse.services.catalogue.catalogue_changes import room_for_staff
from posthouse.services.catalogue.night_changes import tell_nights
from posthouse.services.step import ATTEMPTS, busy
from posthouse.store import calendar_changes, hotels, nights, rooms
from posthouse.store.audit import record
from posthouse.store.calendar_changes import CalendarChange
from posthouse.store.nights import NightChange, OpenedNight
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.catalogue import Room
    from posthouse.domain.identity import Principal
    from posthouse.services.step import Step


MAX_NIGHTS_CHANGED = 90
"""Nights in one change: each is one item of the transaction, and DynamoDB allows 100."""


MAX_DAYS_SPANNED = 366
"""Days from the first to the last night of one change, where only some weekdays are changed."""


class NightRange(Value):
    """The nights of a room from ``begin`` to ``end``, without ``end`` itself; of some weekdays only, if they are said.

    1 is Monday.
    """

    room_id: str
    begin: date
    end: date
    weekdays: tuple[int, ...] = ()

    @property
    def dates(self) -> list[date]:
        every = (self.begin + timedelta(days=n) for n in range((self.end - self.begin).days))
        return [night for night in every if not self.weekdays or night.isoweekday() in self.weekdays]

    def read(self) -> list[Night]:
        """Returns those of the nights that are open; strongly consistent."""
        wanted = {*self.dates}
        return [night for night in nights.read_range(self.room_id, self.begin, self.end) if night.night in wanted]


class ChangedNights(Value):
    """The nights after a change, and the id by which it is undone."""

    change_id: str
    nights: list[Night]


def open_nights(wanted: NightRange, change: NightChange, caller: Principal, step: Step) -> ChangedNights | Refusal:
    """Open or change all nights of a range in one transaction. The night that has begun may still be changed."""
    for _ in range(ATTEMPTS):
        room = room_for_staff(wanted.room_id, caller)
        hotel = None if isinstance(room, NotFound) else hotels.get_hotel(room.hotel_id)
        if isinstance(room, NotFound) or hotel is None:
            return NotFound("room")
        refused = _range_refusal(wanted, hotel.clock.business_date(step.now))
        if refused is not None:
            return refused
        before = wanted.read()
        contradiction = _contradiction(change, wanted, before)
        if contradiction is not None:
            return contradiction
        defaults = NightChange(room.units, room.price, closed=False)
        opened = _with_out_of_order(room, wanted.dates, before)
        units = room.units if change.units is None else change.units
        open_already = {night.night for night in before}
        short = tuple(it.night for it in opened if it.night not in open_already and it.out_of_order > units)
        if short:
            return UnitsBelowSold(short)
        transaction = Transaction()
        for night in opened:
            nights.change(transaction, night, change, defaults)
        rooms.note_calendar_change(transaction, room)
        tell_nights(transaction, room, wanted.begin, wanted.end, step)
        change_id = step.new_id(IdKind.CALENDAR_CHANGE)
        replaced = dict.fromkeys(wanted.dates, None) | {night.night: night for night in before}
        kept = CalendarChange(change_id, room.room_id, step.now, room.calendar + 1, replaced)
        calendar_changes.keep(transaction, kept)
        was, after = {"nights": [night_facts(night) for night in before]}, _asked(wanted, change)
        record(transaction, step.actor(caller.subject), "open_nights", room.room_id, before=was, after=after)
        failed = transaction.commit()
        if failed is None:
            return ChangedNights(change_id, wanted.read())
        if rooms.ROOM not in failed:
            return UnitsBelowSold(tuple(map(date.fromisoformat, failed.starting(nights.NIGHT))))
    raise busy(wanted.room_id)


def _with_out_of_order(room: Room, dates: list[date], before: list[Night]) -> list[OpenedNight]:
    """Returns the nights of a change with how many numbers are out of order in each.

    An open night counts them itself. For a new one the numbers are read, if the room type has some: one call more.
    """
    known = {night.night: night.out_of_order for night in before}
    new = [night for night in dates if night not in known]
    if new and room.numbers:
        from posthouse.store import numbers

        read = numbers.get_many(room.hotel_id, room.numbers).values()
        known |= {night: sum(number.closed_on(night) for number in read) for night in new}
    return [OpenedNight(room.room_id, night, known.get(night, 0)) for night in dates]


def _range_refusal(wanted: NightRange, today: date) -> InvalidRequest | None:
    if wanted.begin < today:
        return InvalidRequest("from", "is in the past")
    if (wanted.end - today).days > MAX_DAYS_AHEAD + MAX_NIGHTS:
        return InvalidRequest("to", f"is more than {MAX_DAYS_AHEAD + MAX_NIGHTS} days ahead")
    most = MAX_DAYS_SPANNED if wanted.weekdays else MAX_NIGHTS_CHANGED
    if not 0 < (wanted.end - wanted.begin).days <= most:
        return InvalidRequest("to", f"must be 1 to {most} days after from")
    if not 0 < len(wanted.dates) <= MAX_NIGHTS_CHANGED:
        return InvalidRequest("weekdays", f"must name 1 to {MAX_NIGHTS_CHANGED} nights between from and to")
    return None


def _contradiction(change: NightChange, wanted: NightRange, before: list[Night]) -> InvalidRequest | None:
    """Returns the first night whose restrictions would contradict each other; the calendar counts its changes."""
    known = {night.night: night.rules for night in before}
    checked = (change.rules.contradiction(night, known.get(night, UNRESTRICTED)) for night in wanted.dates)
    return next((found for found in checked if found is not None), None)


def night_facts(night: Night) -> dict[str, object]:
    """Returns the fields of a night that staff set; ``sold`` is not one of them."""
    return {
        "date": night.night.isoformat(),
        "units": night.units,
        "price": night.price.fen,
        "closed": night.closed,
        **{name: value for name, value in nights.rules_facts(night.rules).items() if value is not None},
    }


def _asked(wanted: NightRange, change: NightChange) -> dict[str, object]:
    return {
        "from": wanted.begin.isoformat(),
        "to": wanted.end.isoformat(),
        "units": change.units,
        "price": change.price.fen if change.price else None,
        "closed": change.closed,
        **({"weekdays": list(wanted.weekdays)} if wanted.weekdays else {}),
        **change.rules.asked,
    }
