"""A payment of a booking succeeded: it pays the booking, or it is refunded at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.booking import Booking, BookingState
from posthouse.domain.payment import Payment, PaymentState
from posthouse.services.bookings.booking_events import move_booking
from posthouse.services.bookings.cancellations import end_wait
from posthouse.services.payments.order_payments import payment_of
from posthouse.services.payments.settlements import refund_rest, settle_order
from posthouse.store import bookings, guests, nights, payments

if TYPE_CHECKING:
    from posthouse.domain.event import Event
    from posthouse.services.step import Step
    from posthouse.store.transaction import Failed, Transaction

NIGHTS_GONE = "房间已售完"
"""The reason of a refund: the nights of a room that is sold on payment went to somebody else."""


def settle(event: Event, consumer: str, step: Step) -> Booking | None:
    """Settle a payment of a booking, exactly once. Returns the booking if this call changed it: paid, or cancelled.

    It is cancelled where its nights were sold to others before it was paid. Raises CannotSettle if there is no such
    payment or no such booking.
    """
    nights_gone = False

    def pay(transaction: Transaction, booking: Booking, payment: Payment) -> Booking:
        if not nights_gone:
            return _pay(transaction, booking, payment, step)
        _close_other(transaction, booking, payment)
        refund_rest(transaction, payment, NIGHTS_GONE, step)
        return end_wait(transaction, booking, step)

    def on_failure(failed: Failed) -> None:
        nonlocal nights_gone
        nights_gone = nights_gone or bool(failed.starting(nights.NIGHT))

    return settle_order(event, consumer, bookings.get, pay, step, on_failure)


def _pay(transaction: Transaction, booking: Booking, payment: Payment, step: Step) -> Booking:
    paid = move_booking(transaction, booking, BookingState.PAID, step, *bookings.paid_with(payment.payment_id))
    if booking.nights_taken:
        guests.release_nights(transaction, booking.user_id, booking.held)
    else:
        for night in booking.nights:
            nights.take_paid(transaction, booking.room_id, night)
    return replace(paid, nights_taken=True, payment_id=payment.payment_id)


def _close_other(transaction: Transaction, booking: Booking, payment: Payment) -> None:
    """Close the booking's open payment if an older one brought the money."""
    current = payment_of(booking)
    if current is not None and current.payment_id != payment.payment_id and current.status is PaymentState.CREATED:
        payments.close(transaction, current.payment_id)
