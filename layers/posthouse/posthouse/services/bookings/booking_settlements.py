"""Money came in for a booking: it pays the booking, or it goes back at once where there is nothing left to pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.booking import Booking, BookingState, Moment, next_states
from posthouse.domain.event import Event, EventType
from posthouse.domain.payment import CannotSettle, Payment, PaymentState
from posthouse.services.bookings.booking_events import booking_event
from posthouse.services.bookings.cancellations import end_wait, payment_of
from posthouse.services.payments.settlements import PAID_TOO_LATE, PAID_TWICE, give_back, settle_money
from posthouse.store import bookings, nights, outbox, payments

if TYPE_CHECKING:
    from posthouse.services.step import Step
    from posthouse.store.transaction import Failed, Transaction

NIGHTS_GONE = "房间已售完"
"""The reason of a refund: the nights of a room that is sold on payment went to somebody else."""


def settle(event: Event, consumer: str, step: Step) -> Booking | None:
    """A payment came in: it pays its booking, or is refunded, exactly once.

    Answers the booking if this changed it, None if it did not. Raises CannotSettle if there is no such order.
    """
    order_no = event.payload["order_no"]
    gone = False

    def decide(transaction: Transaction, payment: Payment) -> Booking | None:
        booking = bookings.get(order_no)
        if booking is None:
            raise CannotSettle(f"payment {payment.payment_id} is for order {order_no}, which is not there")
        return _decide(transaction, booking, payment, step, gone=gone)

    def learn(failed: Failed) -> None:
        nonlocal gone
        gone = gone or bool(failed.starting(nights.NIGHT))

    return settle_money(event, consumer, decide, step, learn)


def _decide(transaction: Transaction, booking: Booking, payment: Payment, step: Step, *, gone: bool) -> Booking | None:
    """Add what the money does; ``gone`` where the booking's nights have been found sold."""
    if booking.was_paid_with(payment.payment_id):
        return None
    if BookingState.PAID not in next_states(booking.status):
        cancelled = booking.status is BookingState.CANCELLED
        reason = PAID_TOO_LATE if cancelled else PAID_TWICE
        give_back(transaction, payment, reason, step)
        return None
    if gone:
        _close_another(transaction, booking, payment)
        give_back(transaction, payment, NIGHTS_GONE, step)
        return end_wait(transaction, booking, step)
    return _pay(transaction, booking, payment, step)


def _pay(transaction: Transaction, booking: Booking, payment: Payment, step: Step) -> Booking:
    changes = bookings.paid_with(payment.payment_id)
    sequence = bookings.move(transaction, booking, BookingState.PAID, step.now, *changes)
    if not booking.nights_taken:
        for night in booking.nights:
            nights.take_paid(transaction, booking.room_id, night)
    outbox.send(transaction, booking_event(booking, EventType.BOOKING_PAID, sequence, step))
    moved = (*booking.timeline, Moment(BookingState.PAID, step.now))
    return replace(
        booking,
        status=BookingState.PAID,
        timeline=moved,
        version=sequence,
        nights_taken=True,
        payment_id=payment.payment_id,
    )


def _close_another(transaction: Transaction, booking: Booking, payment: Payment) -> None:
    """Close the booking's open payment if the money came by an older one."""
    current = payment_of(booking)
    if current is not None and current.payment_id != payment.payment_id and current.status is PaymentState.CREATED:
        payments.close(transaction, current.payment_id)
