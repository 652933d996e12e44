"""Keeps the lookup table in step with the bookings: whatever an event tells, the booking is read and its tokens noted.

So it does not matter in which order events arrive, or how often: docs/decisions/0054-finding.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.finding import is_found_until, rows_of, tokens_of
from posthouse.services.step import busy
from posthouse.store import lookups
from posthouse.store.lookups import IndexedOrder

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking
    from posthouse.domain.event import Event
    from posthouse.services.step import Step


def index_booking(event: Event, step: Step) -> bool:
    """Bring the lookup table up to date with an event's booking. Returns False if it was.

    The tokens are noted before their rows are written. An event that comes again after a crash between the two finds
    its own note, and writes the rows. Raises StoreBusy if another event of the booking is being dealt with.
    """
    booking, was = lookups.read_with_booking(event.payload["order_no"])
    if booking is None:
        return False
    to = _indexed(booking, was, event, step)
    if to is None:
        return False
    if not lookups.note(was, to):
        raise busy(booking.order_no)
    lookups.write_rows(to)
    return True


def _indexed(booking: Booking, was: IndexedOrder | None, event: Event, step: Step) -> IndexedOrder | None:
    """Returns what should be noted; None if it is, and the rows were written by another event."""
    until = is_found_until(booking.stay.check_out)
    found = tokens_of(booking.guest_name, booking.phone_number, booking.order_no) if step.now < until else ()
    tokens = rows_of(found)
    if was is None:
        known, unchanged = frozenset[str](), not tokens
    else:
        known = frozenset((*was.tokens, *was.former))
        unchanged = (set(was.tokens), was.expires_at) == (set(tokens), until) and was.event_id != event.event_id
    if unchanged:
        return None
    former = tuple(sorted(known - set(tokens)))
    return IndexedOrder(booking.order_no, booking.hotel_id, tokens, former, booking.version, event.event_id, until)
