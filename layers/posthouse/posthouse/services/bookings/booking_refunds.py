"""Refunds of bookings: requested by staff, and arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.booking import Booking, BookingState
from posthouse.domain.folio import Entry, LineKind
from posthouse.domain.money import ZERO
from posthouse.domain.refund import Refund, RefundExceedsPayment
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.services import folios
from posthouse.services.bookings.booking_events import enter, move_booking
from posthouse.services.bookings.cancellations import give_up
from posthouse.services.bookings.stays import for_staff
from posthouse.services.payments import refunds
from posthouse.services.payments.order_payments import BookingPayments, parts_of, payments_of
from posthouse.services.payments.order_refunds import OrderRefundRequest, RefundPlan, end_refunding, refund_order
from posthouse.store import bookings

if TYPE_CHECKING:
    from posthouse.domain.event import Event
    from posthouse.domain.identity import Principal
    from posthouse.services.step import Step
    from posthouse.store.transaction import Transaction


def refund(request: OrderRefundRequest, caller: Principal, step: Step) -> list[Refund] | Refusal:
    """Refund a booking, in part or whole, newest payment first. It ends a paid one if nothing stays paid.

    One that a coupon paid wholly ends too, although no money goes back. A repeat is of the caller's hotels too.
    """
    if isinstance(for_staff(request.order_no, caller), NotFound):
        return NotFound("order")
    return refund_order(request, lambda: _plan(request, caller, step), caller, step)


def _plan(request: OrderRefundRequest, caller: Principal, step: Step) -> RefundPlan | Refusal:
    booking = for_staff(request.order_no, caller)
    if isinstance(booking, NotFound):
        return NotFound("order")
    # Money that has come in but is not settled pays the booking first: it is not among these payments.
    paid = payments_of(booking)
    credit = max(ZERO - booking.balance, ZERO)
    refundable = min(paid.refundable, credit) if request.from_credit else paid.refundable
    amount = refundable if request.amount is None else request.amount
    before = {"status": booking.status, "refundable": refundable.fen, "balance": booking.balance.fen}
    details = refunds.RefundDetails(request.reason, request.caller_key)
    if _gives_up(request, booking) and request.amount is None and _is_free(booking):
        by = caller.subject
        return RefundPlan(
            ZERO, before, lambda transaction: _give_up_unpaid(transaction, booking, paid, details, by, step)
        )
    if not ZERO < amount <= refundable:
        return RefundExceedsPayment(amount.fen, refundable.fen)

    def add(transaction: Transaction) -> list[Refund]:
        # What pays refunds that failed was taken off the charges when those were requested.
        lowered = ZERO if request.from_credit else max(amount - paid.owed, ZERO)
        off = folios.charge(LineKind.ADJUSTMENT, request.reason, ZERO - lowered, caller.subject, step)
        parts = parts_of(paid.settled, amount)
        made = [refunds.request(transaction, payment, part, details, step) for payment, part in parts]
        lines = [off] if lowered > ZERO else []
        lines += [folios.refund_line(one, caller.subject, step) for one in made]
        entry = Entry(tuple(lines), by=caller.subject)
        if _gives_up(request, booking) and booking.paid == amount:
            give_up(transaction, booking, paid, BookingState.REFUNDING, entry, step)
        else:
            enter(transaction, booking, entry, step)
        return made

    return RefundPlan(amount, before, add, paid.failed_refunds)


def _gives_up(request: OrderRefundRequest, booking: Booking) -> bool:
    """Whether the stay ends if nothing stays paid. What a credit pays out was taken off the price: the stay goes on."""
    return booking.status is BookingState.PAID and not request.from_credit


def _is_free(booking: Booking) -> bool:
    """Whether nothing was ever paid for it, nor has to be: a coupon paid it wholly."""
    return not booking.paid_by and booking.paid == ZERO and booking.price.payable == ZERO


def _give_up_unpaid(
    transaction: Transaction,
    booking: Booking,
    paid: BookingPayments,
    details: refunds.RefundDetails,
    by: str,
    step: Step,
) -> list[Refund]:
    """End a stay that a coupon paid wholly. No money comes back, so it does not wait for any."""
    give_up(transaction, booking, paid, BookingState.CANCELLED, Entry(by=by), step)
    return [refunds.note_done(transaction, booking, details, step)]


def mark_refunded(event: Event, consumer: str, step: Step) -> Booking | None:
    """Note that a refund has arrived. Returns the booking if this call moved it to ``refunded``."""

    def end(transaction: Transaction, booking: Booking) -> Booking:
        return move_booking(transaction, booking, BookingState.REFUNDED, step)

    return end_refunding(event, consumer, bookings.get, end, step)
