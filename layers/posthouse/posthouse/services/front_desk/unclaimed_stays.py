"""Stays that staff booked for a phone number become their guest's, and those that nobody claims are forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from posthouse.store import booking_lists, bookings, notes
from posthouse.store.payers import erase_payers

if TYPE_CHECKING:
    from posthouse.services.step import Step

AT_MOST = 20
"""How many stays one login claims; the next one claims more."""


def claim_stays(phone_number: str, user_id: str) -> int:
    """Give a guest whose phone WeChat has verified the stays that staff booked for it. Returns how many.

    A step that decides by such a booking at this moment fails and reads again. AWS calls: a query, an update for each.
    """
    unclaimed = booking_lists.unclaimed_of(phone_number, AT_MOST)
    return sum(bookings.claim(order_no, phone_number, user_id) for order_no in unclaimed)


def forget_unclaimed(order_numbers: Iterable[str], step: Step) -> int:
    """Erase what stays that nobody has claimed and that are long over have of their guests. Returns how many.

    The payers come first: what is not erased yet comes again. Then the stay takes no notes any more, and those that it
    has go; until its last write it comes again.
    """
    return sum(erase_payers(order_no) and _forget(order_no, step.now) for order_no in order_numbers)


def _forget(order_no: str, now: datetime) -> bool:
    if not bookings.forget(order_no, now):
        return False
    notes.forget(order_no)
    bookings.note_forgotten(order_no)
    return True
