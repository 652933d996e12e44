"""What happens to a booking after it was made: paid, checked in, finished."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from posthouse.domain.booking import Booking, BookingState, InvalidTransition, Moment, arrive, next_states
from posthouse.domain.event import Event, EventType
from posthouse.domain.identity import Principal
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.stay import local_date
from posthouse.services.bookings import booking_event
from posthouse.services.step import ATTEMPTS, Step
from posthouse.store import bookings, inbox, nights, outbox
from posthouse.store.audit import record
from posthouse.store.transaction import StoreBusy, Transaction


class CannotSettle(Exception):
    """Money came in for an order that does not wait for it. Ends in the dead letters, where staff see it."""


def for_staff(order_no: str, caller: Principal) -> Booking | NotFound:
    """A booking of a hotel that the caller serves."""
    booking = bookings.get(order_no)
    return booking if booking is not None and caller.serves(booking.hotel_id) else NotFound("booking")


def for_guest(order_no: str, caller: Principal) -> Booking | NotFound:
    """A guest's own booking."""
    booking = bookings.get(order_no)
    return booking if booking is not None and booking.user_id == caller.subject else NotFound("booking")


def settle(event: Event, consumer: str, step: Step) -> Booking | None:
    """A payment came in: the booking is paid. None if the event has been dealt with before.

    Raises CannotSettle if the order is not waiting for a payment, or its nights are gone.
    """
    order_no, payment_id = event.payload["order_no"], event.payload["payment_id"]
    for _ in range(ATTEMPTS):
        booking = bookings.get(order_no)
        if booking is None or BookingState.PAID not in next_states(booking.status):
            _must_be_settled(booking, payment_id)
            return None
        transaction = Transaction()
        changes = bookings.paid_with(payment_id)
        sequence = bookings.move(transaction, booking, BookingState.PAID, step.now, *changes)
        if not booking.nights_taken:
            for night in booking.nights:
                nights.take_paid(transaction, booking.room_id, night)
        inbox.done(transaction, event, consumer, step.now)
        outbox.send(transaction, booking_event(booking, EventType.BOOKING_PAID, sequence, step))
        failed = transaction.commit()
        if failed is None:
            return _moved(booking, BookingState.PAID, step)
        if inbox.DONE in failed:
            return None
        if failed.starting(nights.NIGHT):
            msg = f"{order_no} is paid, but its nights are gone"
            raise CannotSettle(msg)
    raise StoreBusy(f"{order_no} keeps changing; try again in a moment")


def _must_be_settled(booking: Booking | None, payment_id: str) -> None:
    if booking is not None and booking.payment_id == payment_id and booking.status is not BookingState.CANCELLED:
        return
    msg = f"payment {payment_id} is for an order that is {booking.status if booking else 'not there'}"
    raise CannotSettle(msg)


def check_in(order_no: str, caller: Principal, step: Step) -> Booking | Refusal:
    """The guest has arrived."""

    def decide(booking: Booking) -> Refusal | None:
        return arrive(booking, local_date(step.now, booking.time_zone))

    change = _Change(BookingState.CHECKED_IN, EventType.BOOKING_CHECKED_IN, "check_in", decide)
    return _change_as_staff(order_no, caller, change, step)


@dataclass(frozen=True)
class _Change:
    to: BookingState
    event: EventType
    action: str
    refuse: Callable[[Booking], Refusal | None]


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
        outbox.send(transaction, booking_event(booking, change.event, sequence, step))
        before, after = {"status": booking.status}, {"status": change.to}
        record(transaction, step.actor(caller.subject), change.action, order_no, before=before, after=after)
        if transaction.commit() is None:
            return _moved(booking, change.to, step)
    raise StoreBusy(f"{order_no} keeps changing; try again in a moment")


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
        left = set(booking.stay.nights_left(local_date(step.now, booking.time_zone)))
        for night in booking.nights:
            if night.night in left:
                nights.give_back(transaction, booking.room_id, night)
        outbox.send(transaction, booking_event(booking, EventType.BOOKING_FINISHED, sequence, step))
        before, after = {"status": booking.status}, {"status": BookingState.FINISHED}
        record(transaction, step.actor(actor), "check_out", order_no, before=before, after=after)
        if transaction.commit() is None:
            return _moved(booking, BookingState.FINISHED, step)
    raise StoreBusy(f"{order_no} keeps changing; try again in a moment")


def _moved(booking: Booking, to: BookingState, step: Step) -> Booking:
    moment = Moment(to, step.now)
    return replace(booking, status=to, timeline=(*booking.timeline, moment), version=booking.version + 1)
