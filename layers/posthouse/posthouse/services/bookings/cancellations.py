"""Cancelling a booking: its nights go back on sale, and its money goes back by the rule that it was made under.

An unpaid booking is cancelled by its guest, by its timer, or because its nights are gone. Each time one transaction
changes the state, the nights, the coupon, the open payment and the folio, and writes the event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.booking import Booking, BookingState, cancel_refusal
from posthouse.domain.cancellation import NotCancellable, kept_of
from posthouse.domain.folio import SYSTEM, Entry, LineKind
from posthouse.domain.money import ZERO, Money
from posthouse.domain.payment import Payment, PaymentState
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.value import Value
from posthouse.services import folios
from posthouse.services.bookings.booking_events import move_booking
from posthouse.services.bookings.stays import for_guest, free_nights
from posthouse.services.payments import refunds
from posthouse.services.payments.order_payments import BookingPayments, close_unpaid, parts_of, payments_of
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import coupons, nights, payments
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
        paid = payments_of(booking)
        transaction = Transaction()
        if booking.status is not BookingState.PENDING_PAYMENT:
            fee = booking.cancel_rule.fee(booking.stay, booking.clock, booking.price.payable, step.now)
            keep = Keep(fee or ZERO, GUEST_CANCELLED, caller.subject)
            cancelled = cancel_kept(transaction, booking, paid, keep, step)
        elif paid.unsettled is not None and paid.unsettled.status is PaymentState.SUCCEEDED:
            return NotCancellable(booking.status, "its payment has just come in")
        else:
            cancelled = cancel_unpaid(transaction, booking, paid.unsettled, caller.subject, step)
        if transaction.is_too_large:
            return NotCancellable(booking.status, "the hotel has to refund a part of it first")
        if transaction.commit() is None:
            return cancelled
    raise busy(order_no)


def cancel_unpaid(transaction: Transaction, booking: Booking, payment: Payment | None, by: str, step: Step) -> Booking:
    """Cancel a booking that nothing was paid for, and close its payment. Fails as ``payment`` if its money has come."""
    close_unpaid(transaction, payment)
    return end_wait(transaction, booking, Entry(by=by), step)


def end_wait(transaction: Transaction, booking: Booking, entry: Entry, step: Step) -> Booking:
    """Cancel a booking that waits, and release its nights and its coupon; the caller deals with its payment.

    ``entry`` has the lines of a payment that came too late and goes back, and who cancels.
    """
    if booking.nights_taken:
        _release_nights(transaction, booking)
    _release_coupon(transaction, booking)
    ended = replace(entry, undone=booking.charges, by=entry.by or SYSTEM)
    return move_booking(transaction, booking, BookingState.CANCELLED, step, entry=ended)


class Keep(Value):
    """The fee that the hotel keeps of a stay that will not be, why, and who ended it."""

    fee: Money
    reason: str
    by: str


def cancel_kept(transaction: Transaction, booking: Booking, paid: BookingPayments, keep: Keep, step: Step) -> Booking:
    """Cancel a booking that is paid or reserved: the hotel keeps its fee, and the rest goes back."""
    _release_nights(transaction, booking)
    entry = keep_fee(transaction, booking, paid, keep, step)
    waits = entry.paid < ZERO and booking.status is BookingState.PAID
    to = BookingState.REFUNDING if waits else BookingState.CANCELLED
    return move_booking(transaction, booking, to, step, entry=entry)


def keep_fee(transaction: Transaction, booking: Booking, paid: BookingPayments, keep: Keep, step: Step) -> Entry:
    """Keep the fee of a stay that will not be, and request the refund of the rest, newest payment first.

    Returns what that adds to the folio, which is even then, but for money that was taken at the desk. The coupon goes
    back to the guest if the hotel keeps nothing. An open payment is closed; money that has come in for it goes back
    when it is settled.
    """
    _close_open(transaction, paid)
    kept = kept_of(keep.fee, booking.paid, paid.owed)
    details = refunds.RefundDetails(keep.reason)
    lines = [
        folios.refund_line(refunds.request(transaction, payment, part, details, step), keep.by, step)
        for payment, part in parts_of(paid.settled, min(booking.paid - kept, paid.refundable))
    ]
    if kept > ZERO:
        lines.append(folios.charge(LineKind.FEE, keep.reason, kept, keep.by, step))
    else:
        _release_coupon(transaction, booking)
    return Entry(tuple(lines), undone=booking.charges, by=keep.by)


def give_up(
    transaction: Transaction, booking: Booking, paid: BookingPayments, to: BookingState, entry: Entry, step: Step
) -> Booking:
    """End a paid booking for staff, and release the nights left and its coupon. The caller requests the refund.

    A payment that is open for its balance is closed.
    """
    _close_open(transaction, paid)
    free_nights(transaction, booking, booking.clock.business_date(step.now))
    _release_coupon(transaction, booking)
    rest = replace(entry, undone=booking.charges + entry.charges)
    return move_booking(transaction, booking, to, step, entry=rest)


def _close_open(transaction: Transaction, paid: BookingPayments) -> None:
    unsettled = paid.unsettled
    if unsettled is not None and unsettled.status is PaymentState.CREATED:
        payments.close(transaction, unsettled.payment_id)


def _release_nights(transaction: Transaction, booking: Booking) -> None:
    for each in booking.room_nights:
        nights.release(transaction, each)


def _release_coupon(transaction: Transaction, booking: Booking) -> None:
    if booking.coupon_id is not None:
        coupons.release(transaction, booking.user_id, booking.coupon_id, booking.order_no)
