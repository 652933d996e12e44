"""The end of a wait: a booking that was not paid in time, or whose guest has not come to it, is cancelled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.booking import SETTLED, Booking, BookingState
from posthouse.domain.event import Event, EventType
from posthouse.domain.folio import SYSTEM
from posthouse.domain.payment import PaymentState
from posthouse.services.bookings.booking_events import booking_event
from posthouse.services.bookings.cancellations import cancel_unpaid
from posthouse.services.payments.payments import queried_payment
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.services.timer import WOKEN_AGAIN
from posthouse.store import bookings, inbox
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.clients.provider import Providers
    from posthouse.services.timer import Timer


LEFT_TO_THE_SWEEPER = timedelta(hours=2)
"""A wait that goes on for longer is left to the sweeper: a message that is sent on every 15 minutes would cost more."""


def end_wait_if_due(event: Event, consumer: str, timer: Timer, providers: Providers, step: Step) -> Booking | None:
    """Cancel a booking whose time is over. Returns the booking if this call cancelled it.

    A message that comes early, late, twice or after the payment changes nothing: the booking must still wait past its
    time. A reserved one of which a part was paid stays. Raises ProviderUnavailable where nobody can say whether the
    money came in: the message is retried.
    """
    expires_at = datetime.fromisoformat(event.payload["expires_at"])
    if step.now < expires_at:
        if expires_at - step.now < LEFT_TO_THE_SWEEPER:
            timer.wake(event, expires_at, step.now)
        return None
    for _ in range(ATTEMPTS):
        booking = bookings.get(event.aggregate_id)
        if booking is None or not _waits(booking, step.now):
            return None  # the booking itself shows that: the inbox needs no row
        settled = booking.payment_id in booking.paid_by
        payment = None if settled else queried_payment(booking, providers, step)
        if payment is not None and payment.status is PaymentState.SUCCEEDED:
            return None  # its own event is on the way to the booking
        transaction = Transaction()
        inbox.done(transaction, event, consumer, step.now)
        cancelled = cancel_unpaid(transaction, booking, payment, SYSTEM, step)
        failed = transaction.commit()
        if failed is None:
            return cancelled
        if inbox.DONE in failed:
            return None
    raise busy(event.aggregate_id)


def _waits(booking: Booking, now: datetime) -> bool:
    """Whether its time is over and nothing was paid. Its time may have been moved since the message was sent."""
    return booking.ends_at is not None and booking.ends_at <= now


def wake_overdue(order_numbers: Iterable[str], timer: Timer, step: Step) -> int:
    """Send the timer's message again for bookings that still wait past their time. Returns how many."""
    sent = 0
    for order_no in order_numbers:
        booking = bookings.get(order_no)
        if booking is not None and booking.expires_at is not None and booking.status in SETTLED:
            begun = EventType.BOOKING_RESERVED if booking.status is BookingState.RESERVED else EventType.BOOKING_CREATED
            event = booking_event(booking, begun, 1, step)
            timer.wake(replace(event, occurred_at=booking.created_at), booking.expires_at, step.now)
            bookings.wake_again_at(order_no, step.now + WOKEN_AGAIN)
            sent += 1
    return sent
