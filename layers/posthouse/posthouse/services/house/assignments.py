"""Staff give a booking numbers before its guest comes, or move a guest that is in the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.booking import AHEAD, Booking, BookingState, TooLate
from posthouse.domain.refusal import InvalidTransition, NotFound, Refusal
from posthouse.services.bookings.stay_numbers import choose_numbers
from posthouse.services.bookings.stays import for_staff
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import bookings
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal

HAS_ROOMS = AHEAD - {BookingState.PENDING_PAYMENT}
"""States in which a booking may have numbers. One that nobody has paid or reserved may be gone in a minute."""


def assign(order_no: str, wanted: Sequence[str], caller: Principal, step: Step) -> Booking | Refusal:
    """Let a booking have these numbers, and no others. Those that its guest leaves in the house are dirty.

    AWS calls: two reads, one transaction.
    """
    for _ in range(ATTEMPTS):
        booking = for_staff(order_no, caller)
        if isinstance(booking, NotFound):
            return booking
        if booking.status not in HAS_ROOMS:
            return InvalidTransition(booking.status, BookingState.CHECKED_IN)
        today = booking.clock.business_date(step.now)
        if booking.status is not BookingState.CHECKED_IN and today >= booking.stay.end:
            return TooLate(booking.stay.check_out)
        keys = choose_numbers(booking, wanted, today, go_in=False)
        if isinstance(keys, Refusal):
            return keys
        transaction = Transaction()
        bookings.change(transaction, booking, *keys.give(transaction, booking))
        before, after = {"numbers": list(booking.numbers)}, {"numbers": list(keys.numbers)}
        record(transaction, step.actor(caller.subject), "assign_numbers", order_no, before=before, after=after)
        if transaction.commit() is None:
            return replace(booking, numbers=keys.numbers, version=booking.version + 1)
    raise busy(order_no)
