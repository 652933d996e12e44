"""Staff check a guest in or out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import field

from posthouse.domain.booking import (
    Booking,
    BookingState,
    check_in_refusal,
    check_out_refusal,
    reversal_refusal,
)
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.value import Value
from posthouse.services.bookings.booking_events import move_booking, reverse_check_in
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import bookings, nights
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

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


class _Change(Value):
    """A change of state by staff. ``action`` is its name in the audit log; ``repeatable`` if a second try is fine.

    ``frees_from`` returns the first night that goes back on sale, ``notes`` what else the audit log says of it.
    """

    to: BookingState
    action: str
    refuse: Callable[[Booking], Refusal | None]
    frees_from: Callable[[Booking], date] | None = None
    repeatable: bool = False
    notes: Callable[[Booking], Mapping[str, Any]] = field(default=lambda _booking: {})


def check_in(order_no: str, caller: Principal, step: Step) -> Booking | Refusal:
    """Note that the guest has arrived."""

    def refuse(booking: Booking) -> Refusal | None:
        return check_in_refusal(booking, booking.clock.business_date(step.now))

    change = _Change(BookingState.CHECKED_IN, "check_in", refuse)
    return _make(change, order_no, lambda: for_staff(order_no, caller), caller.subject, step)


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
    """End a stay and put the nights left back on sale. A finished stay is returned as it is: the workflow may retry.

    ``left`` is the reason why an uneven folio is left so, None if it has to be even: the folio may have changed since
    the workflow was started. The nights count from the calendar date on: after midnight the guest has slept the night
    that is not over yet.
    """

    def refuse(booking: Booking) -> Refusal | None:
        return check_out_refusal(booking, leave_balance=left is not None)

    change = _Change(
        BookingState.FINISHED,
        "check_out",
        refuse,
        lambda booking: booking.clock.calendar_date(step.now),
        repeatable=True,
        notes=lambda booking: {} if left is None else {"balance": booking.balance.fen, "reason": left},
    )
    return _make(change, order_no, lambda: bookings.get(order_no) or NotFound("booking"), actor, step)


def _make(
    change: _Change, order_no: str, find: Callable[[], Booking | NotFound], actor: str, step: Step
) -> Booking | Refusal:
    for _ in range(ATTEMPTS):
        booking = find()
        if isinstance(booking, NotFound) or (change.repeatable and booking.status is change.to):
            return booking
        refusal = change.refuse(booking)
        if refusal is not None:
            return refusal
        transaction = Transaction()
        changed = move_booking(transaction, booking, change.to, step)
        if change.frees_from is not None:
            free_nights(transaction, booking, change.frees_from(booking))
        before, after = {"status": booking.status}, {"status": change.to, **change.notes(booking)}
        record(transaction, step.actor(actor), change.action, booking.order_no, before=before, after=after)
        if transaction.commit() is None:
            return changed
    raise busy(order_no)


def free_nights(transaction: Transaction, booking: Booking, first: date) -> None:
    """Put the nights from ``first`` on back on sale."""
    left = set(booking.stay.nights_left(first))
    for each in booking.room_nights:
        if each.night in left:
            nights.release(transaction, each)
