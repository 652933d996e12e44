"""A guest has not come: the nights left go back on sale, the hotel keeps its fee, the rest of the money goes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.booking import Booking, BookingState, no_show_refusal
from posthouse.domain.folio import SYSTEM
from posthouse.domain.money import ZERO
from posthouse.domain.refund import RefundsOwedFirst
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.services.bookings.booking_events import move_booking
from posthouse.services.bookings.cancellations import Keep, keep_fee
from posthouse.services.bookings.stays import for_staff, free_nights
from posthouse.services.payments.order_payments import payments_of
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import bookings
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from posthouse.domain.identity import Principal

NOT_COME = "客人未入住"
"""The reason of a refund, as the guest reads it in WeChat: the guest has not come."""


def mark_no_show(order_no: str, caller: Principal, step: Step) -> Booking | Refusal:
    """Note that the guest has not come by the end of the arrival's business date.

    AWS calls: two reads, one transaction.
    """
    return _mark(order_no, lambda: for_staff(order_no, caller), caller.subject, step)


def mark_no_show_by_itself(order_no: str, step: Step) -> Booking | Refusal:
    """Note that the guest has not come, where a hotel lets the night audit say so."""
    return _mark(order_no, lambda: bookings.get(order_no) or NotFound("booking"), SYSTEM, step)


def _mark(order_no: str, find: Callable[[], Booking | NotFound], by: str, step: Step) -> Booking | Refusal:
    for _ in range(ATTEMPTS):
        booking = find()
        if isinstance(booking, NotFound):
            return booking
        today = booking.clock.business_date(step.now)
        refusal = no_show_refusal(booking, today)
        if refusal is not None:
            return refusal
        paid = payments_of(booking)
        transaction = Transaction()
        free_nights(transaction, booking, today)
        fee = booking.cancel_rule.late_fee(booking.price.payable)
        entry = keep_fee(transaction, booking, paid, Keep(fee, NOT_COME, by), step)
        changed = move_booking(transaction, booking, BookingState.NO_SHOW, step, entry=entry)
        before, after = {"status": booking.status}, {"status": changed.status, "back": (ZERO - entry.paid).fen}
        record(transaction, step.actor(by), "no_show", order_no, before=before, after=after)
        if transaction.is_too_large:
            return RefundsOwedFirst(paid.failed_refunds)
        if transaction.commit() is None:
            return changed
    raise busy(order_no)
