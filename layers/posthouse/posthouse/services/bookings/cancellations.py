"""Cancelling a booking: its nights go back on sale, and its money goes back by the rule that it was made under.

An unpaid booking is cancelled by its guest, by its timer, or because its nights are gone. Each time one transaction
changes the state, the nights, the coupon and the open payment, and writes the event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.booking import Booking, BookingState, cancel_refusal
from posthouse.domain.cancellation import NotCancellable, back_on_cancel
from posthouse.domain.money import ZERO
from posthouse.domain.payment import Payment, PaymentState
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.services.bookings.booking_events import move_booking
from posthouse.services.bookings.stays import for_guest, free_nights
from posthouse.services.payments import refunds
from posthouse.services.payments.order_payments import close_unpaid, payment_of
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import coupons, guests, nights, payments
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal

GUEST_CANCELLED = "客人取消订单"
"""The reason of a refund, as the guest reads it in WeChat: the guest has cancelled."""

_CANCELLED_ALREADY = frozenset({BookingState.CANCELLED, BookingState.REFUNDING, BookingState.REFUNDED})


def cancel(order_no: str, caller: Principal, step: Step) -> Booking | Refusal:
    """Cancel a booking for its guest; one that is cancelled already stays as it is.

    An unpaid booking whose money has just come in is not cancelled. AWS calls: two reads, one transaction.
    """
    for _ in range(ATTEMPTS):
        booking = for_guest(order_no, caller)
        if isinstance(booking, NotFound) or booking.status in _CANCELLED_ALREADY:
            return booking
        refusal = cancel_refusal(booking, booking.clock.business_date(step.now))
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
        if transaction.is_too_large:
            return NotCancellable(booking.status, "earlier refunds of it are to be paid first")
        if transaction.commit() is None:
            return cancelled
    raise busy(order_no)


def cancel_unpaid(transaction: Transaction, booking: Booking, payment: Payment | None, step: Step) -> Booking:
    """Cancel an unpaid booking and close its payment. Fails as ``payment`` if its money has come in."""
    close_unpaid(transaction, payment)
    return end_wait(transaction, booking, step)


def end_wait(transaction: Transaction, booking: Booking, step: Step) -> Booking:
    """Cancel an unpaid booking and release its nights and its coupon; the caller deals with its payment."""
    if booking.nights_taken:
        _release_nights(transaction, booking)
        guests.release_nights(transaction, booking.user_id, booking.held)
    _release_coupon(transaction, booking)
    return move_booking(transaction, booking, BookingState.CANCELLED, step)


def _cancel_paid(transaction: Transaction, booking: Booking, payment: Payment | None, step: Step) -> Booking:
    paid = booking.price.payable
    fee = booking.cancel_rule.fee(booking.stay, booking.clock, paid, step.now)
    _release_nights(transaction, booking)
    if fee is None:
        _release_coupon(transaction, booking)
    if payment is None:
        return move_booking(transaction, booking, BookingState.CANCELLED, step)
    amount = back_on_cancel(paid, payment.promised, fee) - payment.refunded
    if amount == ZERO:
        payments.must_be_unchanged(transaction, payment)
        return move_booking(transaction, booking, BookingState.CANCELLED, step)
    refunds.request(transaction, payment, amount, refunds.RefundDetails(GUEST_CANCELLED), step)
    return move_booking(transaction, booking, BookingState.REFUNDING, step)


def give_up(transaction: Transaction, booking: Booking, to: BookingState, step: Step) -> Booking:
    """End a paid booking for staff, and release the nights left and its coupon. The caller requests the refund."""
    free_nights(transaction, booking, booking.clock.business_date(step.now))
    _release_coupon(transaction, booking)
    return move_booking(transaction, booking, to, step)


def _release_nights(transaction: Transaction, booking: Booking) -> None:
    for night in booking.nights:
        nights.release(transaction, booking.room_id, night)


def _release_coupon(transaction: Transaction, booking: Booking) -> None:
    if booking.coupon_id is not None:
        coupons.release(transaction, booking.user_id, booking.coupon_id, booking.order_no)
