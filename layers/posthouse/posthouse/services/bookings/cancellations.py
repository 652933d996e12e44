"""Cancelling a booking: what it held goes back on sale, what was paid goes back by the rule it was made under.

Whatever ends the wait of an unpaid booking (its guest, its timer, nights that are gone) does it in one transaction with
the state, the nights, the coupon, the open payment and the message.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.booking import Booking, BookingState, Moment, cancel_refusal
from posthouse.domain.cancellation import NotCancellable
from posthouse.domain.event import Event, EventType
from posthouse.domain.money import ZERO
from posthouse.domain.payment import Payment, PaymentState
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.stay import local_date
from posthouse.services.bookings.booking_events import booking_event
from posthouse.services.bookings.stays import for_guest, free_nights_left
from posthouse.services.payments import refunds
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import bookings, coupons, nights, outbox, payments
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal

GUEST_CANCELLED = "客人取消订单"
"""The reason of a refund, as the guest reads it in WeChat: the guest has cancelled."""

_CANCELLED_ALREADY = frozenset({BookingState.CANCELLED, BookingState.REFUNDING, BookingState.REFUNDED})


def cancel(order_no: str, caller: Principal, step: Step) -> Booking | Refusal:
    """A guest cancels a booking; one that is cancelled already stays as it is.

    Money that has come in for an unpaid one wins, also before it is settled. AWS calls: two reads, one transaction.
    """
    for _ in range(ATTEMPTS):
        booking = for_guest(order_no, caller)
        if isinstance(booking, NotFound) or booking.status in _CANCELLED_ALREADY:
            return booking
        refusal = cancel_refusal(booking, local_date(step.now, booking.time_zone))
        if refusal is not None:
            return refusal
        payment = payment_of(booking)
        transaction = Transaction()
        if booking.status is BookingState.PAID:
            cancelled = _cancel_paid(transaction, booking, payment, step)
        elif payment is not None and payment.status is PaymentState.SUCCEEDED:
            return NotCancellable(booking.status, "its payment has just come in")
        else:
            cancelled = cancel_unpaid(transaction, booking, payment, step)
        if transaction.commit() is None:
            return cancelled
    raise busy(order_no)


def payment_of(booking: Booking) -> Payment | None:
    """The payment that was opened last for a booking, or that paid it."""
    return None if booking.payment_id is None else payments.get(booking.payment_id)


def cancel_unpaid(transaction: Transaction, booking: Booking, payment: Payment | None, step: Step) -> Booking:
    """End the wait of an unpaid booking. Fails as ``payment`` if money came in for its payment."""
    if payment is not None:
        if payment.status is PaymentState.CREATED:
            payments.close(transaction, payment.payment_id)
        else:
            payments.must_be_unpaid(transaction, payment.payment_id)
    return end_wait(transaction, booking, step)


def end_wait(transaction: Transaction, booking: Booking, step: Step) -> Booking:
    """Cancel an unpaid booking, and give back what it holds; its payment is the caller's to deal with."""
    if booking.nights_taken:
        _give_nights_back(transaction, booking)
    _give_coupon_back(transaction, booking)
    return _move(transaction, booking, BookingState.CANCELLED, step)


def _cancel_paid(transaction: Transaction, booking: Booking, payment: Payment | None, step: Step) -> Booking:
    paid = booking.price.payable
    fee = booking.cancel_rule.fee(booking.stay, booking.time_zone, paid, step.now)
    back = paid - (fee or ZERO)
    _give_nights_back(transaction, booking)
    if fee is None:
        _give_coupon_back(transaction, booking)
    if payment is not None:
        back = min(back, payment.refundable)  # staff may have refunded a part before
    if back == ZERO or payment is None:
        return _move(transaction, booking, BookingState.CANCELLED, step)
    refunds.request(transaction, payment, back, refunds.Why(GUEST_CANCELLED), step)
    return _move(transaction, booking, BookingState.REFUNDING, step)


def give_up(transaction: Transaction, booking: Booking, step: Step) -> Booking:
    """End a paid booking whose money goes back in full: the nights that are left and the coupon go back too."""
    free_nights_left(transaction, booking, step)
    _give_coupon_back(transaction, booking)
    return _move(transaction, booking, BookingState.REFUNDING, step)


def _give_nights_back(transaction: Transaction, booking: Booking) -> None:
    for night in booking.nights:
        nights.give_back(transaction, booking.room_id, night)


def _give_coupon_back(transaction: Transaction, booking: Booking) -> None:
    if booking.coupon_id is not None:
        coupons.give_back(transaction, booking.user_id, booking.coupon_id, booking.order_no)


def _move(transaction: Transaction, booking: Booking, to: BookingState, step: Step) -> Booking:
    sequence = bookings.move(transaction, booking, to, step.now)
    outbox.send(transaction, _cancelled_event(booking, sequence, step))
    moved = (*booking.timeline, Moment(to, step.now))
    return replace(booking, status=to, timeline=moved, version=sequence)


def _cancelled_event(booking: Booking, sequence: int, step: Step) -> Event:
    event = booking_event(booking, EventType.BOOKING_CANCELLED, sequence, step)
    return replace(event, payload={**event.payload, "payment_id": booking.payment_id})
