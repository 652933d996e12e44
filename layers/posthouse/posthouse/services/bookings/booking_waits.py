"""The end of a wait: a booking that was not paid in time is cancelled, unless WeChat reports its payment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.booking import Booking, BookingState
from posthouse.domain.event import Event, EventType
from posthouse.domain.payment import PaymentState
from posthouse.services.bookings.booking_events import booking_event
from posthouse.services.bookings.cancellations import cancel_unpaid
from posthouse.services.payments.payments import PaymentChannel, queried_payment
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.services.timer import WOKEN_AGAIN
from posthouse.store import bookings, inbox
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.services.timer import Timer


def end_wait_if_due(event: Event, consumer: str, timer: Timer, channel: PaymentChannel, step: Step) -> Booking | None:
    """Cancel a booking whose time to pay is over. Returns the booking if this call cancelled it.

    A message that comes early, late, twice or after the payment changes nothing: the booking must still wait past its
    time. Raises WechatUnavailable where WeChat cannot say whether the money came in: the message is retried.
    """
    expires_at = datetime.fromisoformat(event.payload["expires_at"])
    if step.now < expires_at:
        timer.wake(event, expires_at, step.now)
        return None
    for _ in range(ATTEMPTS):
        booking = bookings.get(event.aggregate_id)
        if booking is None or booking.status is not BookingState.PENDING_PAYMENT:
            return None  # the booking itself shows that: the inbox needs no row
        payment = queried_payment(booking, channel, step)
        if payment is not None and payment.status is PaymentState.SUCCEEDED:
            return None  # its own event is on the way to the booking
        transaction = Transaction()
        inbox.done(transaction, event, consumer, step.now)
        cancelled = cancel_unpaid(transaction, booking, payment, step)
        failed = transaction.commit()
        if failed is None:
            return cancelled
        if inbox.DONE in failed:
            return None
    raise busy(event.aggregate_id)


def wake_overdue(order_numbers: Iterable[str], timer: Timer, step: Step) -> int:
    """Send the timer's message again for bookings that still wait past their time. Returns how many."""
    sent = 0
    for order_no in order_numbers:
        booking = bookings.get(order_no)
        if booking is not None and booking.status is BookingState.PENDING_PAYMENT:
            created = booking_event(booking, EventType.BOOKING_CREATED, 1, step)
            timer.wake(replace(created, occurred_at=booking.created_at), booking.expires_at, step.now)
            bookings.wake_again_at(order_no, step.now + WOKEN_AGAIN)
            sent += 1
    return sent
