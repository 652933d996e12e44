"""The board: all numbers of a hotel on a date, with who is in, comes or leaves; and what housekeeping says of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.refusal import InvalidRequest, NotFound, Refusal
from posthouse.domain.value import Value
from posthouse.services.house.repairs import hotel_for_staff
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import booking_lists, numbers
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking
    from posthouse.domain.catalogue import Hotel
    from posthouse.domain.house import Cleaning, Housekeeping, Number, Presence
    from posthouse.domain.identity import Principal

NAMED = 500
"""How many bookings are read for a board: who is in each number first, then who comes after them."""


class Door(Value):
    """One number on the board. ``guest`` is who has it on that date, ``following`` who comes after them that day.

    Their names are missing if more bookings would have to be read than the board reads.
    """

    number: Number
    room_name: str
    presence: Presence
    housekeeping: Housekeeping
    out_of_order: bool
    cleaning: Cleaning | None
    order_no: str | None = None
    following_order_no: str | None = None
    guest: Booking | None = None
    following: Booking | None = None


class Board(Value):
    """All numbers of a hotel on a date; ``today`` is its business date."""

    day: date
    today: date
    doors: tuple[Door, ...]


def board_of(hotel_id: str, day: date | None, caller: Principal, now: datetime) -> Board | Refusal:
    """Returns the board of a date from the business date on; without a date, of that.

    AWS calls: two, and one for a hundred bookings, at most five.
    """
    hotel = hotel_for_staff(hotel_id, caller)
    if isinstance(hotel, NotFound):
        return hotel
    today = hotel.clock.business_date(now)
    wanted = day or today
    if wanted < today:
        return InvalidRequest("date", "is in the past: a number does not keep who had it")
    doors = [_door(number, hotel, wanted, today) for number in numbers.list_of_hotel(hotel_id)]
    asked = dict.fromkeys([it.order_no for it in doors if it.order_no] + [it.following_order_no for it in doors])
    found = booking_lists.get_many([order_no for order_no in asked if order_no is not None][:NAMED])
    named = (
        replace(it, guest=found.get(it.order_no or ""), following=found.get(it.following_order_no or ""))
        for it in doors
    )
    return Board(wanted, today, tuple(named))


def _door(number: Number, hotel: Hotel, day: date, today: date) -> Door:
    names = {offer.room_id: offer.name for offer in hotel.offers}
    presence, order_no, following = number.present_on(day, today)
    return Door(
        number=number,
        room_name=names.get(number.room_id, ""),
        presence=presence,
        housekeeping=number.state_on(today),
        out_of_order=number.closed_on(day),
        cleaning=number.cleaning_on(day, today),
        order_no=order_no,
        following_order_no=following,
    )


def set_housekeeping(hotel_id: str, number: str, state: Housekeeping, caller: Principal, step: Step) -> Door | NotFound:
    """Note what housekeeping says of a number. AWS calls: two reads, one transaction."""
    for _ in range(ATTEMPTS):
        hotel = hotel_for_staff(hotel_id, caller)
        if isinstance(hotel, NotFound):
            return hotel
        read = numbers.get(hotel_id, number)
        if read is None:
            return NotFound("number")
        today = hotel.clock.business_date(step.now)
        transaction = Transaction()
        numbers.set_housekeeping(transaction, read, state, today)
        before, after = {"housekeeping": read.state_on(today)}, {"housekeeping": state}
        target, actor = f"{hotel_id}/{number}", step.actor(caller.subject)
        record(transaction, actor, "set_housekeeping", target, before=before, after=after)
        if transaction.commit() is None:
            return _door(replace(read, housekeeping=state, housekept_on=today), hotel, today, today)
    raise busy(number)
