"""Staff take a check-in back, or check a guest out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from posthouse.domain.booking import Booking, BookingState, check_out_refusal, reversal_refusal
from posthouse.domain.night_audit import Question, QuestionKind
from posthouse.domain.payment import PaymentState
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.services.bookings.booking_events import move_booking, reverse_check_in
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import bookings, night_audits, nights
from posthouse.store.audit import record
from posthouse.store.transaction import StoreBusy, Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal


def for_staff(order_no: str, caller: Principal) -> Booking | NotFound:
    """Returns a booking of a hotel that this member of staff serves."""
    booking = bookings.get(order_no)
    return booking if booking is not None and caller.serves(booking.hotel_id) else NotFound("booking")


def read_in_full(order_no: str, caller: Principal, step: Step) -> Booking | NotFound:
    """Returns a booking with the guest's phone number; the audit notes who has read it."""
    booking = for_staff(order_no, caller)
    if not isinstance(booking, NotFound):
        transaction = Transaction()
        record(transaction, step.actor(caller.subject), "read_booking", order_no)
        transaction.commit()
    return booking


def for_guest(order_no: str, caller: Principal) -> Booking | NotFound:
    """Returns a guest's own booking."""
    booking = bookings.get(order_no)
    return booking if booking is not None and booking.user_id == caller.subject else NotFound("booking")


def take_back_check_in(order_no: str, reason: str, caller: Principal, step: Step) -> Booking | Refusal:
    """Take a check-in back that was made on this business date: the booking is as before, but for later money.

    AWS calls: one read, one transaction.
    """
    for _ in range(ATTEMPTS):
        booking = for_staff(order_no, caller)
        if isinstance(booking, NotFound):
            return booking
        refusal = reversal_refusal(booking, step.now)
        if refusal is not None:
            return refusal
        transaction = Transaction()
        changed = reverse_check_in(transaction, booking, step)
        before, after = {"status": booking.status}, {"status": changed.status, "reason": reason}
        record(transaction, step.actor(caller.subject), "check_in_reversal", order_no, before=before, after=after)
        if transaction.commit() is None:
            return changed
    raise busy(order_no)


def may_check_out(order_no: str, caller: Principal, *, leave_balance: bool) -> Booking | Refusal:
    """Returns the booking if its check-out workflow may be started; it may run again for a finished stay."""
    booking = for_staff(order_no, caller)
    if isinstance(booking, NotFound) or booking.status is BookingState.FINISHED:
        return booking
    return check_out_refusal(booking, leave_balance=leave_balance) or booking


def finish(order_no: str, actor: str, left: str | None, step: Step) -> Booking | Refusal:
    """End a stay, put the nights left back on sale and its numbers on the list of what to clean.

    A finished stay is returned as it is: the workflow may retry. ``left`` is the reason why an uneven folio is left so,
    None if it has to be even: the folio may have changed since the workflow was started. The nights count from the
    calendar date on: after midnight the guest has slept the night that is not over yet. That of
    a day use is not put back.

    Raises StoreBusy while a payment that came in is not on the folio yet: a stay that is paid has a coupon. One read
    more looks for it, only for a stay for which nothing was paid, and whose payment was opened.
    """
    for _ in range(ATTEMPTS):
        booking = bookings.get(order_no)
        if booking is None:
            return NotFound("booking")
        if booking.status is BookingState.FINISHED:
            return booking
        refusal = check_out_refusal(booking, leave_balance=left is not None)
        if refusal is not None:
            return refusal
        if booking.was_given_back:
            _wait_for_money(booking)
        transaction = Transaction()
        changed = move_booking(transaction, booking, BookingState.FINISHED, step)
        if not booking.stay.is_day_use:  # whose unit is sold for the whole date
            free_nights(transaction, booking, booking.clock.calendar_date(step.now))
        if not booking.is_even:
            today = booking.clock.business_date(step.now)
            uneven = Question(QuestionKind.FOLIO, order_no)
            night_audits.ask(transaction, booking.hotel_id, today, uneven, step.now)
        said = {} if left is None else {"balance": booking.balance.fen, "reason": left}
        before, after = {"status": booking.status}, {"status": changed.status, **said}
        record(transaction, step.actor(actor), "check_out", order_no, before=before, after=after)
        if transaction.commit() is None:
            return changed
    raise busy(order_no)


def _wait_for_money(booking: Booking) -> None:
    if booking.payment_id in {None, *booking.paid_by}:
        return
    from posthouse.services.payments.order_payments import payment_of

    payment = payment_of(booking)
    if payment is not None and payment.status is PaymentState.SUCCEEDED:
        msg = f"a payment of {booking.order_no} is about to be settled; try again in a moment"
        raise StoreBusy(msg)


def free_nights(transaction: Transaction, booking: Booking, first: date) -> None:
    """Put the nights from ``first`` on back on sale."""
    left = set(booking.stay.nights_left(first))
    for each in booking.room_nights:
        if each.night in left:
            nights.release(transaction, each)
