"""Refunds of bookings: requested by staff, and arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.booking import Booking, BookingState
from posthouse.domain.money import ZERO
from posthouse.domain.refund import Refund, RefundExceedsPayment
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.services.bookings.booking_events import move_booking
from posthouse.services.bookings.cancellations import give_up
from posthouse.services.bookings.stays import for_staff
from posthouse.services.payments import refunds
from posthouse.services.payments.order_payments import payment_of
from posthouse.services.payments.order_refunds import OrderRefundRequest, RefundPlan, end_refunding, refund_order
from posthouse.store import bookings

if TYPE_CHECKING:
    from posthouse.domain.event import Event
    from posthouse.domain.identity import Principal
    from posthouse.services.step import Step
    from posthouse.store.transaction import Transaction


def refund(request: OrderRefundRequest, caller: Principal, step: Step) -> Refund | Refusal:
    """Refund a paid booking, in part or whole. A whole refund ends a booking whose stay has not begun.

    One that a coupon paid wholly ends too, although no money goes back. A repeat is of the caller's hotels too.
    """
    if isinstance(for_staff(request.order_no, caller), NotFound):
        return NotFound("order")
    return refund_order(request, lambda: _plan(request, caller, step), caller, step)


def _plan(request: OrderRefundRequest, caller: Principal, step: Step) -> RefundPlan | Refusal:
    booking = for_staff(request.order_no, caller)
    if isinstance(booking, NotFound):
        return NotFound("order")
    # Money that has come in for a booking that still waits pays the booking first: it cannot be refunded before.
    payment = None if booking.status is BookingState.PENDING_PAYMENT else payment_of(booking)
    refundable = ZERO if payment is None else payment.refundable
    amount = refundable if request.amount is None else request.amount
    before = {"status": booking.status, "refundable": refundable.fen}
    details = refunds.RefundDetails(request.reason, request.caller_key)
    if payment is None and request.amount is None and booking.status is BookingState.PAID:
        return RefundPlan(ZERO, before, lambda transaction: _give_up_unpaid(transaction, booking, details, step))
    if payment is None or not ZERO < amount <= refundable:
        return RefundExceedsPayment(amount.fen, refundable.fen)

    def add(transaction: Transaction) -> Refund:
        if amount < refundable:
            bookings.must_be_unchanged(transaction, booking)
        elif booking.status is BookingState.PAID:
            give_up(transaction, booking, BookingState.REFUNDING, step)
        else:
            bookings.note_given_back(transaction, booking)
        return refunds.request(transaction, payment, amount, details, step)

    return RefundPlan(amount, before, add)


def _give_up_unpaid(transaction: Transaction, booking: Booking, details: refunds.RefundDetails, step: Step) -> Refund:
    """End a stay that a coupon paid wholly. No money comes back, so it does not wait for any."""
    give_up(transaction, booking, BookingState.CANCELLED, step)
    return refunds.note_done(transaction, booking, details, step)


def mark_refunded(event: Event, consumer: str, step: Step) -> Booking | None:
    """Note that a refund has arrived. Returns the booking if this call moved it to ``refunded``."""

    def end(transaction: Transaction, booking: Booking) -> Booking:
        return move_booking(transaction, booking, BookingState.REFUNDED, step)

    return end_refunding(event, consumer, bookings.get, end, step)
