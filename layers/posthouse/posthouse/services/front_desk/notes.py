"""Staff write notes of orders and of guests: docs/decisions/0059-notes-and-guests.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from posthouse.domain.booking import Booking
from posthouse.domain.identity import Role
from posthouse.domain.ids import IdKind
from posthouse.domain.note import MOST_NOTES, GuestForgotten, Note, TooManyNotes
from posthouse.domain.privacy import ANONYMOUS
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.value import Value
from posthouse.services import orders
from posthouse.services.front_desk.note_lists import notes_of_guest
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import booking_lists, bookings, guests, notes
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal

NO_HOTEL = ""
"""Orders of goods belong to no hotel, nor does a note of a guest who has never booked a stay."""


class _About(Value):
    """What is noted: ``user_id`` is the guest whose account must be open, empty while a stay has none."""

    subject: str
    hotel_id: str
    user_id: str
    booking: Booking | None = None


def note_order(order_no: str, text: str, caller: Principal, step: Step) -> Note | Refusal:
    """Write a note of an order. AWS calls: two reads, one transaction."""

    def find() -> _About | Refusal:
        order = orders.for_staff(order_no, caller)
        if isinstance(order, NotFound):
            return order
        if not isinstance(order, Booking):
            return _About(order_no, NO_HOTEL, order.user_id)
        is_forgotten = order.guest_name == ANONYMOUS
        return GuestForgotten() if is_forgotten else _About(order_no, order.hotel_id, order.user_id, order)

    return _write(find, "note_order", text, caller, step)


def note_guest(user_id: str, text: str, hotel_id: str | None, caller: Principal, step: Step) -> Note | Refusal:
    """Write a note of a guest with a stay in the caller's hotels. It belongs to the asked hotel, or to the last one.

    AWS calls: three reads and one for each further hotel of the caller, one transaction.
    """

    def find() -> _About | Refusal:
        at = hotel_of(user_id, hotel_id, caller)
        return at if isinstance(at, NotFound) else _About(user_id, at, user_id)

    return _write(find, "note_guest", text, caller, step)


def written_of_order(order_no: str, note_id: str, caller: Principal) -> Note | NotFound:
    """Returns a note of an order that was written before."""
    order = orders.for_staff(order_no, caller)
    return order if isinstance(order, NotFound) else _among(notes.list_of(order_no), note_id)


def written_of_guest(user_id: str, note_id: str, caller: Principal) -> Note | NotFound:
    """Returns a note of a guest that was written before."""
    return _among(notes_of_guest(user_id, caller), note_id)


def _among(written: list[Note], note_id: str) -> Note | NotFound:
    return next((note for note in written if note.note_id == note_id), None) or NotFound("note")


def hotel_of(user_id: str, hotel_id: str | None, caller: Principal) -> str | NotFound:
    """Returns the hotel of the caller's where a guest has booked last; without any stay only admins find the guest."""
    allowed = caller.hotels
    if hotel_id is not None:
        allowed = (hotel_id,) if caller.serves(hotel_id) else ()
    for stay in booking_lists.latest_of_guest(user_id, allowed, 1):
        return stay.hotel_id
    may_be_new = caller.role is Role.ADMIN and hotel_id is None and guests.get(user_id) is not None
    return NO_HOTEL if may_be_new else NotFound("guest")


def _write(
    find: Callable[[], _About | Refusal], action: str, text: str, caller: Principal, step: Step
) -> Note | Refusal:
    for _ in range(ATTEMPTS):
        about = find()
        if isinstance(about, Refusal):
            return about
        before = notes.newest(about.subject, about.hotel_id)
        number = 1 if before is None else before.number + 1
        if number > MOST_NOTES:
            return TooManyNotes(MOST_NOTES)
        # Another may have read a later clock: a list is in the order of its times.
        at = step.now if before is None else max(step.now, before.at)
        note = Note(step.new_id(IdKind.NOTE), number, about.hotel_id, text, at, caller.subject)
        transaction = Transaction()
        notes.add(transaction, about.subject, note, before)
        if about.booking is not None:
            bookings.keep_note(transaction, about.booking, note)
        if about.user_id:
            guests.must_stay(transaction, about.user_id)
        record(transaction, step.actor(caller.subject), action, note.note_id, after={"of": about.subject})
        failed = transaction.commit()
        if failed is None:
            return note
        if guests.GUEST in failed:
            return GuestForgotten()
    raise busy("the list of notes")
