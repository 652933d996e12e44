"""Keeps the lookup table in step with the bookings: whatever an event tells, the booking is read and its tokens noted.

So it does not matter in which order events arrive, or how often: docs/decisions/0054-finding.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.finding import is_found_until, rows_of, tokens_of
from posthouse.services.step import ATTEMPTS, busy
from posthouse.store import lookups
from posthouse.store.lookups import IndexedOrder

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking
    from posthouse.domain.event import Event
    from posthouse.services.step import Step


def index_booking(event: Event, step: Step) -> bool:
    """Bring the lookup table up to date with an event's booking. Returns False if it was.

    The tokens are noted before their rows are written. An event that comes again, perhaps after a crash between the
    two, finds its own note and writes the rows again. After the rows the note is read once more: if it is gone (the
    account was deleted) or another's, rows that are not noted are deleted. Raises StoreBusy if others note something
    each time.
    """
    order_no = event.payload["order_no"]
    for _ in range(ATTEMPTS):
        booking, was = lookups.read_with_booking(order_no)
        if booking is None:
            return False
        to = _indexed(booking, was, event, step)
        is_noted = was is not None and (was.tokens, was.expires_at) == (to.tokens, to.expires_at)
        if (was is None and not to.tokens) or (was is not None and is_noted and was.event_id != event.event_id):
            return False
        if is_noted or lookups.note(was, to):
            lookups.write_rows(to)
            if lookups.still_noted(to):
                return True
    raise busy(order_no)


def _indexed(booking: Booking, was: IndexedOrder | None, event: Event, step: Step) -> IndexedOrder:
    """Returns what should be noted of a booking. A token is ``former`` if its row may be there and should not."""
    until = is_found_until(booking.stay.check_out)
    known = tokens_of(booking.guest_name, booking.phone_number, booking.order_no)
    tokens = rows_of(known) if step.now < until else ()
    written = () if was is None else (*was.tokens, *was.former)
    former = tuple(sorted(set(written) - set(tokens)))
    return IndexedOrder(booking.order_no, booking.hotel_id, tokens, former, booking.version, event.event_id, until)
