"""Staff check a guest in, with the numbers of the rooms whose keys the guest gets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.booking import Booking, BookingState, check_in_refusal
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.services.bookings.booking_events import move_booking
from posthouse.services.bookings.stay_numbers import choose_numbers
from posthouse.services.bookings.stays import for_staff
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal


def check_in(order_no: str, wanted: Sequence[str] | None, caller: Principal, step: Step) -> Booking | Refusal:
    """Note that the guest has arrived, and give them the keys of these numbers; None: of those that they have.

    AWS calls: one read, one transaction; with numbers one read more.
    """
    for _ in range(ATTEMPTS):
        booking = for_staff(order_no, caller)
        if isinstance(booking, NotFound):
            return booking
        today = booking.clock.business_date(step.now)
        refusal = check_in_refusal(booking, today)
        if refusal is not None:
            return refusal
        keys = choose_numbers(booking, wanted, today, go_in=True)
        if isinstance(keys, Refusal):
            return keys
        transaction = Transaction()
        changes = keys.give(transaction, booking)
        changed = replace(
            move_booking(transaction, booking, BookingState.CHECKED_IN, step, *changes), numbers=keys.numbers
        )
        before, after = {"status": booking.status}, {"status": changed.status, **keys.facts}
        record(transaction, step.actor(caller.subject), "check_in", order_no, before=before, after=after)
        if transaction.commit() is None:
            return changed
    raise busy(order_no)
