"""Notes as staff read them: those of a booking, and those of a guest that belong to hotels of the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.note import Note, noted_at_booking
from posthouse.store import notes

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking
    from posthouse.domain.identity import Principal


def notes_of_booking(booking: Booking) -> list[Note]:
    """Returns all notes of a booking, those from its beginning first. AWS calls: none where staff wrote none since."""
    later = [] if booking.last_note is None else notes.list_of(booking.order_no)
    return [*noted_at_booking(booking), *later]


def guest_notes_for(booking: Booking) -> list[Note]:
    """Returns what its hotel has noted of a booking's guest. AWS calls: one, none while nobody has claimed it."""
    return notes.list_of(booking.user_id, booking.hotel_id) if booking.user_id else []


def notes_of_guest(user_id: str, caller: Principal) -> list[Note]:
    """Returns the notes of a guest that belong to the caller's hotels. AWS calls: one for each, one for admins."""
    if caller.hotels is None:
        return notes.list_of(user_id)
    found = [note for hotel_id in caller.hotels for note in notes.list_of(user_id, hotel_id)]
    return sorted(found, key=lambda note: note.at)
