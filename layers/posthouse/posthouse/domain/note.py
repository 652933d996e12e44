"""Notes: what staff write of a guest or of an order, in the list that begins with what the guest asked for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from posthouse.domain.refusal import Refusal
from posthouse.domain.value import Value

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking

MOST_NOTES = 100
"""How many notes staff write of one order, and how many of one guest in one hotel: a page shows all of them."""

REQUESTS, BOOKED_WITH = "requests", "booked"
"""The ids of what was said when the stay was booked: by its guest, and by the staff who booked it."""


class TooManyNotes(Refusal):
    """There are as many notes as one list may have."""

    at_most: int

    @property
    def explanation(self) -> str:
        return f"There are {self.at_most} notes already."


class GuestForgotten(Refusal):
    """The guest has left, and what was noted of them is deleted: nothing new is noted."""

    @property
    def explanation(self) -> str:
        return "What was known of the guest has been deleted; nothing new is noted."


class Note(Value):
    """A note: its text, who wrote it and when. ``number`` counts the notes of its list.

    ``hotel_id`` is the hotel to which it belongs; empty where it belongs to none, as with an order of goods.
    """

    note_id: str
    number: int
    hotel_id: str
    text: str
    at: datetime
    by: str


def noted_at_booking(booking: Booking) -> list[Note]:
    """Returns what was said when the stay was booked; the booking itself keeps it, so it costs no write of its own."""
    made = booking.created_at
    said = ((REQUESTS, booking.requests, booking.user_id), (BOOKED_WITH, booking.notes, booking.made_by))
    return [Note(name, 0, booking.hotel_id, text, made, by or "") for name, text, by in said if text]


def known_of(booking: Booking) -> list[Note]:
    """Returns the notes that the booking itself knows: those from its beginning, and the newest one."""
    return [*noted_at_booking(booking), *(() if booking.last_note is None else (booking.last_note,))]
