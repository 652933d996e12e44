"""Refunds of bookings: requested by staff, and arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.booking import Booking, BookingState
from posthouse.domain.money import ZERO
from posthouse.domain.refund import Refund, RefundExceedsPayment
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.services.bookings.booking_events import move_booking
from posthouse.services.bookings.cancellations import move_to_refunding
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
    """Refund a paid booking, in part or whole. A whole refund ends a booking whose stay has not begun."""
    return refund_order(request, lambda: _plan(request, caller, step), caller, step)


def _plan(request: OrderRefundRequest, caller: Principal, step: Step) -> RefundPlan | Refusal:
    booking = for_staff(request.order_no, caller)
    if isinstance(booking, NotFound):
        return NotFound("order")
    # Money that has come in for a booking that still waits pays the booking first: it cannot be refunded before.
    payment = None if booking.status is BookingState.PENDING_PAYMENT else payment_of(booking)
    refundable = ZERO if payment is None else payment.refundable
    amount = refundable if request.amount is None else request.amount
    if payment is None or not ZERO < amount <= refundable:
        return RefundExceedsPayment(amount.fen, refundable.fen)

    def add(transaction: Transaction) -> Refund:
        if amount == refundable and booking.status is BookingState.PAID:
            move_to_refunding(transaction, booking, step)
        details = refunds.RefundDetails(request.reason, request.caller_key)
        return refunds.request(transaction, payment, amount, details, step)

    return RefundPlan(amount, {"status": booking.status, "refundable": refundable.fen}, add)


def mark_refunded(event: Event, consumer: str, step: Step) -> Booking | None:
    """Note that a refund has arrived. Returns the booking if this call moved it to ``refunded``."""

    def end(transaction: Transaction, booking: Booking) -> Booking:
        return move_booking(transaction, booking, BookingState.REFUNDED, step)

    return end_refunding(event, consumer, bookings.get, end, step)
