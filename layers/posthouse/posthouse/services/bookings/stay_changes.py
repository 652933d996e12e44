"""Staff change a stay: its dates, its room type, its units or its guests.

The price of a change is worked out by the same function before it is made and when it is made.
docs/decisions/0057-changes-of-a-stay.md says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from posthouse.domain.refusal import NotFound, PriceChanged, Refusal, VersionConflict
from posthouse.domain.stay_change import Aim, ChangeTooLarge, OnSale, StayChange, WantedStay, aim_of, change_of
from posthouse.domain.value import Value
from posthouse.services.bookings.booking_events import change_booking, facts_of
from posthouse.services.bookings.stay_numbers import Keys, choose_after_change
from posthouse.services.bookings.stays import for_staff
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import bookings, hotels, idempotency, nights, rooms
from posthouse.store.audit import record
from posthouse.store.batch import read_rows
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking
    from posthouse.domain.identity import Principal
    from posthouse.domain.restriction import StayEnds


class ChangeRequest(Value):
    """A change by staff, and why.

    ``numbers`` are those of its rooms then, None for those that it has. ``version`` is that of the booking as they saw
    it, ``expected_payable`` (fen) what it costs then by what they were shown; None where they do not mind.
    """

    order_no: str
    wanted: WantedStay
    numbers: tuple[str, ...] | None
    reason: str
    version: int | None
    expected_payable: int | None
    caller_key: str
    body_hash: str


class PricedChange(Value):
    """What a change makes of a booking."""

    booking: Booking
    after: Booking
    change: StayChange
    on_sale: OnSale
    keys: Keys
    ends: StayEnds | None


def price_change(order_no: str, wanted: WantedStay, caller: Principal, step: Step) -> PricedChange | Refusal:
    """Returns what a change would cost, or what is in the way; nothing changes.

    AWS calls: two reads, three for a booking with numbers.
    """
    booking = for_staff(order_no, caller)
    return booking if isinstance(booking, NotFound) else _priced(booking, wanted, None, caller.subject, step)


def change_stay(request: ChangeRequest, caller: Principal, step: Step) -> Booking | Refusal:
    """Change a stay, once for each Idempotency-Key: one transaction frees nights, takes others and charges the rest.

    Somebody else's change at this moment is a refusal for who has named the version, else both are made, one after the
    other. AWS calls: three reads, four with numbers, and one transaction.
    """
    for _ in range(ATTEMPTS):
        booking = for_staff(request.order_no, caller)
        if isinstance(booking, NotFound):
            return booking
        used = idempotency.result_for(request.caller_key, request.body_hash)
        if used is not None:
            return used if isinstance(used, Refusal) else bookings.get(used) or NotFound("booking")
        priced = _priced_as_seen(request, booking, caller.subject, step)
        if isinstance(priced, Refusal):
            return priced
        transaction = _transaction(request, priced, caller, step)
        if transaction.is_too_large:
            return ChangeTooLarge(priced.after.size)
        if transaction.commit() is None:
            return priced.after
    raise busy(request.order_no)


def _priced_as_seen(request: ChangeRequest, booking: Booking, by: str, step: Step) -> PricedChange | Refusal:
    if request.version is not None and request.version != booking.version:
        return VersionConflict(request.version)
    priced = _priced(booking, request.wanted, request.numbers, by, step)
    if isinstance(priced, Refusal) or request.expected_payable is None:
        return priced
    payable = priced.after.price.payable.fen
    return priced if payable == request.expected_payable else PriceChanged(request.expected_payable, payable)


def _priced(
    booking: Booking, wanted: WantedStay, numbers: tuple[str, ...] | None, by: str, step: Step
) -> PricedChange | Refusal:
    today = booking.clock.business_date(step.now)
    aim = aim_of(booking, wanted, today)
    if isinstance(aim, Refusal):
        return aim
    on_sale = _on_sale(booking, aim)
    change = change_of(booking, aim, on_sale)
    if isinstance(change, Refusal) or on_sale is None:
        return change if isinstance(change, Refusal) else NotFound("room")
    after = booking.changed(change.terms, by, step.now)
    keys = choose_after_change(booking, after, numbers, today)
    if isinstance(keys, Refusal):
        return keys
    return PricedChange(booking, replace(after, numbers=keys.numbers), change, on_sale, keys, aim.ends)


def _on_sale(booking: Booking, aim: Aim) -> OnSale | None:
    """Returns the room type that is wanted, if it is one of the booking's hotel, and the nights to be added."""
    rows = read_rows(
        [
            (rooms.RoomRow, (aim.room_id,)),
            (hotels.HotelRow, (booking.hotel_id,)),
            *((nights.NightRow, nights.key(aim.room_id, night)) for night in aim.dates),
        ]
    )
    room, hotel = rows.get(rooms.RoomRow, aim.room_id), rows.get(hotels.HotelRow, booking.hotel_id)
    if room is None or hotel is None or room.hotel_id != booking.hotel_id:
        return None
    opened = nights.from_rows({n: rows.get(nights.NightRow, *nights.key(aim.room_id, n)) for n in aim.dates})
    return OnSale(room.to_domain(), hotel.to_domain().opening_state, opened)


def _transaction(request: ChangeRequest, priced: PricedChange, caller: Principal, step: Step) -> Transaction:
    transaction = Transaction()
    idempotency.claim(transaction, request.caller_key, request.body_hash, request.order_no, step.now)
    rooms.must_be_unchanged(transaction, priced.on_sale.room)
    if priced.change.taken:
        hotels.must_be_open(transaction, priced.booking.hotel_id)
    for taken in priced.change.taken:
        read = priced.on_sale.nights[taken.night]
        nights.take(transaction, taken, read, priced.on_sale.room.inventory_mode, priced.ends)
    for freed in priced.change.freed:
        nights.release(transaction, freed, priced.ends)
    if priced.ends is not None:
        written = {(night.room_id, night.night) for night in priced.change.taken}
        written |= {(night.room_id, night.night) for night in priced.change.freed}
        nights.check_ends(transaction, priced.ends, written)
    changes = priced.keys.give(transaction, priced.booking)
    change_booking(transaction, priced.booking, priced.after, step, *changes)
    before = _audited(priced.booking)
    after = {**_audited(priced.after), **priced.keys.facts, "reason": request.reason}
    if request.wanted.despite_restrictions:
        after["despite_restrictions"] = True
    record(transaction, step.actor(caller.subject), "change_stay", request.order_no, before=before, after=after)
    return transaction


def _audited(booking: Booking) -> dict[str, Any]:
    return {"status": booking.status, **facts_of(booking.terms), "balance": booking.balance.fen}
