"""What staff make of a paid booking: checked in, finished, or a no-show."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.booking import Booking, BookingState, Moment, check_in_refusal, next_states, no_show_refusal
from posthouse.domain.event import EventType
from posthouse.domain.refusal import InvalidTransition, NotFound, Refusal
from posthouse.domain.stay import local_date
from posthouse.domain.value import Value
from posthouse.services.bookings.booking_events import booking_event
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import bookings, nights, outbox
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal


def for_staff(order_no: str, caller: Principal) -> Booking | NotFound:
    """A booking of a hotel that the caller serves."""
    booking = bookings.get(order_no)
    return booking if booking is not None and caller.serves(booking.hotel_id) else NotFound("booking")


def for_guest(order_no: str, caller: Principal) -> Booking | NotFound:
    """A guest's own booking."""
    booking = bookings.get(order_no)
    return booking if booking is not None and booking.user_id == caller.subject else NotFound("booking")


def check_in(order_no: str, caller: Principal, step: Step) -> Booking | Refusal:
    """The guest has arrived."""

    def decide(booking: Booking) -> Refusal | None:
        return check_in_refusal(booking, local_date(step.now, booking.time_zone))

    change = _Change(BookingState.CHECKED_IN, EventType.BOOKING_CHECKED_IN, "check_in", decide)
    return _change_as_staff(order_no, caller, change, step)


def mark_no_show(order_no: str, caller: Principal, step: Step) -> Booking | Refusal:
    """The guest has not come: the arrival day is over, and the nights that are left are free again."""

    def decide(booking: Booking) -> Refusal | None:
        return no_show_refusal(booking, local_date(step.now, booking.time_zone))

    change = _Change(BookingState.NO_SHOW, EventType.BOOKING_NO_SHOW, "no_show", decide, frees_nights=True)
    return _change_as_staff(order_no, caller, change, step)


class _Change(Value):
    to: BookingState
    event: EventType
    action: str
    refuse: Callable[[Booking], Refusal | None]
    frees_nights: bool = False


def _change_as_staff(order_no: str, caller: Principal, change: _Change, step: Step) -> Booking | Refusal:
    for _ in range(ATTEMPTS):
        booking = for_staff(order_no, caller)
        if isinstance(booking, NotFound):
            return booking
        refusal = change.refuse(booking)
        if refusal is not None:
            return refusal
        transaction = Transaction()
        sequence = bookings.move(transaction, booking, change.to, step.now)
        if change.frees_nights:
            free_nights_left(transaction, booking, step)
        outbox.send(transaction, booking_event(booking, change.event, sequence, step))
        before, after = {"status": booking.status}, {"status": change.to}
        record(transaction, step.actor(caller.subject), change.action, order_no, before=before, after=after)
        if transaction.commit() is None:
            return _moved(booking, change.to, step)
    raise busy(order_no)


def may_check_out(order_no: str, caller: Principal) -> Booking | Refusal:
    """Whether the check-out workflow may be started; a finished stay may, which mends a run that failed."""
    booking = for_staff(order_no, caller)
    if isinstance(booking, NotFound) or booking.status in {BookingState.CHECKED_IN, BookingState.FINISHED}:
        return booking
    return InvalidTransition(booking.status, BookingState.FINISHED)


def finish(order_no: str, actor: str, step: Step) -> Booking | Refusal:
    """End a stay and free the nights that are left of it. A finished one is fine: the workflow may run again."""
    for _ in range(ATTEMPTS):
        booking = bookings.get(order_no)
        if booking is None:
            return NotFound("booking")
        if booking.status is BookingState.FINISHED:
            return booking
        if BookingState.FINISHED not in next_states(booking.status):
            return InvalidTransition(booking.status, BookingState.FINISHED)
        transaction = Transaction()
        sequence = bookings.move(transaction, booking, BookingState.FINISHED, step.now)
        free_nights_left(transaction, booking, step)
        outbox.send(transaction, booking_event(booking, EventType.BOOKING_FINISHED, sequence, step))
        before, after = {"status": booking.status}, {"status": BookingState.FINISHED}
        record(transaction, step.actor(actor), "check_out", order_no, before=before, after=after)
        if transaction.commit() is None:
            return _moved(booking, BookingState.FINISHED, step)
    raise busy(order_no)


def free_nights_left(transaction: Transaction, booking: Booking, step: Step) -> None:
    """Put the nights that nobody has slept yet back on sale."""
    left = set(booking.stay.nights_left(local_date(step.now, booking.time_zone)))
    for night in booking.nights:
        if night.night in left:
            nights.give_back(transaction, booking.room_id, night)


def _moved(booking: Booking, to: BookingState, step: Step) -> Booking:
    moment = Moment(to, step.now)
    return replace(booking, status=to, timeline=(*booking.timeline, moment), version=booking.version + 1)
