"""Refunds by staff, and what becomes of the booking when the money has arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.booking import Booking, BookingState
from posthouse.domain.event import Event, EventType
from posthouse.domain.money import ZERO, Money
from posthouse.domain.refund import Refund, RefundExceedsPayment
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.value import Value
from posthouse.services.bookings.booking_events import booking_event
from posthouse.services.bookings.cancellations import give_up, payment_of
from posthouse.services.bookings.stays import for_staff
from posthouse.services.payments import refunds
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import bookings, idempotency, inbox, outbox, payments
from posthouse.store import refunds as refund_store
from posthouse.store.audit import record
from posthouse.store.transaction import StoreBusy, Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal


class RefundWish(Value):
    """What staff ask for; without an amount, all that can still go back."""

    order_no: str
    amount: Money | None
    reason: str
    caller_key: str
    body_hash: str


def refund(wish: RefundWish, caller: Principal, step: Step) -> Refund | Refusal:
    """Give a paid order's money back, in part or whole; whole, a booking that nobody has begun ends with it."""
    for _ in range(ATTEMPTS):
        used = idempotency.find(wish.caller_key)
        if used is not None:
            number = idempotency.result_of(used, wish.body_hash)
            return number if isinstance(number, Refusal) else refund_store.get(number) or NotFound("refund")
        booking = for_staff(wish.order_no, caller)
        if isinstance(booking, NotFound):
            return NotFound("order")
        # Money that has come in for an order that still waits pays it first: it is nobody's to give back before.
        payment = None if booking.status is BookingState.PENDING_PAYMENT else payment_of(booking)
        refundable = ZERO if payment is None else payment.refundable
        amount = refundable if wish.amount is None else wish.amount
        if payment is None or not ZERO < amount <= refundable:
            return RefundExceedsPayment(amount.fen, refundable.fen)
        transaction = Transaction()
        asked = refunds.request(transaction, payment, amount, refunds.Why(wish.reason, wish.caller_key), step)
        idempotency.claim(transaction, wish.caller_key, wish.body_hash, asked.out_refund_no, step.now)
        if amount == refundable and booking.status is BookingState.PAID:
            give_up(transaction, booking, step)
        before = {"status": booking.status, "refundable": refundable.fen}
        after = {"amount": amount.fen, "reason": wish.reason, "out_refund_no": asked.out_refund_no}
        record(transaction, step.actor(caller.subject), "refund", wish.order_no, before=before, after=after)
        if transaction.commit() is None:
            return asked
    raise busy(wish.order_no)


def mark_refunded(event: Event, consumer: str, step: Step) -> Booking | None:
    """A refund has arrived: a booking that waits for its money is refunded when all of it is there.

    Answers the booking if this ended it.
    """
    for _ in range(ATTEMPTS):
        booking = bookings.get(event.payload["order_no"])
        transaction = Transaction()
        inbox.done(transaction, event, consumer, step.now)
        waits = booking is not None and booking.status is BookingState.REFUNDING
        if booking is None or not waits or booking.payment_id != event.payload["payment_id"]:
            transaction.commit()
            return None
        payments.must_be_returned(transaction, event.payload["payment_id"])
        sequence = bookings.move(transaction, booking, BookingState.REFUNDED, step.now)
        outbox.send(transaction, booking_event(booking, EventType.BOOKING_REFUNDED, sequence, step))
        failed = transaction.commit()
        if failed is None:
            return booking
        if inbox.DONE in failed:
            return None
        if payments.PAYMENT in failed:
            # More of it is on its way, and its own event will come.
            _note(event, consumer, step)
            return None
    raise StoreBusy(f"{event.payload['order_no']} keeps changing; try again in a moment")


def _note(event: Event, consumer: str, step: Step) -> None:
    transaction = Transaction()
    inbox.done(transaction, event, consumer, step.now)
    transaction.commit()
