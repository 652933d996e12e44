"""A payment of a booking succeeded: the folio keeps as much as is owed, and the rest is refunded at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.booking import Booking, BookingState
from posthouse.domain.event import EventType
from posthouse.domain.folio import SYSTEM, Entry
from posthouse.domain.money import ZERO, Money
from posthouse.domain.payment import Payment, PaymentState
from posthouse.services import folios
from posthouse.services.bookings.booking_events import booking_event, enter, move_booking
from posthouse.services.bookings.cancellations import end_wait
from posthouse.services.payments import refunds
from posthouse.services.payments.order_payments import payment_of
from posthouse.services.payments.settlements import settle_order, why_back
from posthouse.store import bookings, nights, outbox, payments

if TYPE_CHECKING:
    from posthouse.domain.event import Event
    from posthouse.services.step import Step
    from posthouse.store.transaction import Failed, Transaction

NIGHTS_GONE = "房间已售完"
"""The reason of a refund: the nights of a room that is sold on payment went to somebody else."""

_EXCESS = "excess"
"""Stands for a request in the number of the refund of what is too much of a payment."""

_BEGUN = frozenset({BookingState.CHECKED_IN, BookingState.FINISHED, BookingState.NO_SHOW})
"""States in which nothing of a later payment goes back by rule."""


def settle(event: Event, consumer: str, step: Step) -> Booking | None:
    """Settle a payment of a booking, exactly once. Returns the booking if this call changed its state.

    It is cancelled where its nights were sold to others before it was paid. Raises CannotSettle if there is no such
    payment or no such booking.
    """
    nights_gone = False

    def take(transaction: Transaction, booking: Booking, payment: Payment) -> Booking | None:
        if payment.payment_id in booking.paid_by:
            return None  # there is only the inbox to write
        if nights_gone and booking.status is BookingState.PENDING_PAYMENT:
            _close_other(transaction, booking, payment, owed=ZERO)
            return end_wait(transaction, booking, _entry(transaction, payment, ZERO, NIGHTS_GONE, step), step)
        kept = min(payment.refundable, booking.owed)
        _close_other(transaction, booking, payment, owed=booking.owed - kept)
        entry = _entry(transaction, payment, kept, why_back(booking.status), step)
        if booking.becomes_paid_by(kept):
            return _pay(transaction, booking, entry, step)
        if kept > ZERO and booking.status in _BEGUN:
            outbox.send(transaction, booking_event(booking, EventType.BOOKING_PAID_LATER, booking.version + 1, step))
        enter(transaction, booking, entry, step)
        return None

    def on_failure(failed: Failed) -> None:
        nonlocal nights_gone
        nights_gone = nights_gone or bool(failed.starting(nights.NIGHT))

    return settle_order(event, consumer, bookings.get, take, step, on_failure)


def _entry(transaction: Transaction, payment: Payment, kept: Money, reason: str, step: Step) -> Entry:
    """Returns what a payment adds to the folio, and requests the refund of what is not kept."""
    lines = [folios.payment_line(payment, step)]
    back = payment.refundable - kept
    if back > ZERO:
        # It may fail, and a cancel may send all back later: that has the number without a key.
        refund = refunds.request(transaction, payment, back, refunds.RefundDetails(reason, _EXCESS), step)
        lines.append(folios.refund_line(refund, SYSTEM, step))
    return Entry(tuple(lines), settles=payment.payment_id)


def _pay(transaction: Transaction, booking: Booking, entry: Entry, step: Step) -> Booking:
    """Move a booking to ``paid``. Its nights are taken now if they were not with the order."""
    if booking.nights_taken:
        return move_booking(transaction, booking, BookingState.PAID, step, entry=entry)
    for each in booking.room_nights:
        nights.take_paid(transaction, each)
    taken = bookings.takes_its_nights()
    return replace(move_booking(transaction, booking, BookingState.PAID, step, taken, entry=entry), nights_taken=True)


def _close_other(transaction: Transaction, booking: Booking, payment: Payment, *, owed: Money) -> None:
    """Close the booking's open payment if an older one brought the money and it asks for more than is still owed."""
    if booking.payment_id in {None, payment.payment_id, *booking.paid_by}:
        return
    current = payment_of(booking)
    if current is not None and current.status is PaymentState.CREATED and current.payable > owed:
        payments.close(transaction, current.payment_id)
