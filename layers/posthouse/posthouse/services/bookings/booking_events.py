"""A booking's change of state together with what it adds to the folio and the event that tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from posthouse.domain.booking import AHEAD, Booking, BookingState
from posthouse.domain.event import Event, EventType
from posthouse.domain.folio import NOTHING, Entry
from posthouse.domain.money import ZERO
from posthouse.store import bookings, folio_lines, outbox

if TYPE_CHECKING:
    from datetime import datetime

    from pynamodb.expressions.update import Action

    from posthouse.domain.terms import Terms
    from posthouse.services.step import Step
    from posthouse.store.transaction import Transaction

_EVENTS = {
    BookingState.RESERVED: EventType.BOOKING_RESERVED,
    BookingState.PAID: EventType.BOOKING_PAID,
    BookingState.CHECKED_IN: EventType.BOOKING_CHECKED_IN,
    BookingState.FINISHED: EventType.BOOKING_FINISHED,
    BookingState.CANCELLED: EventType.BOOKING_CANCELLED,
    BookingState.REFUNDING: EventType.BOOKING_CANCELLED,
    BookingState.REFUNDED: EventType.BOOKING_REFUNDED,
    BookingState.NO_SHOW: EventType.BOOKING_NO_SHOW,
}


def move_booking(
    transaction: Transaction,
    booking: Booking,
    to: BookingState,
    step: Step,
    *changes: Action,
    entry: Entry = NOTHING,
) -> Booking:
    """Move a booking into another state, add an entry to its folio and send the event, if the transaction commits.

    Returns the booking in its new state. What ``changes`` set beside is not in it. Where a stay ends, its numbers are
    freed: after check-out they are dirty.
    """
    folio_lines.add(transaction, booking.order_no, entry.lines)
    moved = booking.moved(to, step.now).entered(entry, step.now)
    _count_held(transaction, booking, moved)
    if booking.numbers and to not in AHEAD:
        freed = _free_numbers(transaction, booking, left_at=step.now)
        if to is not BookingState.FINISHED:  # of which it stays known who slept where
            changes, moved = (*changes, *freed), replace(moved, numbers=())
    bookings.move(transaction, booking, to, step.now, *bookings.entered(booking, entry), *changes)
    if to is BookingState.PAID:
        tell_of_less_owed(transaction, booking, moved, step)
    event = booking_event(booking, _EVENTS[to], moved.version, step)
    if to is BookingState.PAID and moved.paid != moved.price.payable:
        event = replace(event, payload={**event.payload, "paid": moved.paid.fen})
    outbox.send(transaction, event)
    return moved


def reverse_check_in(transaction: Transaction, booking: Booking, step: Step) -> Booking:
    """Move a booking back into its state before the check-in and send the event, if the transaction commits.

    Its money and lines stay. A time that it was held until has no meaning any more once it has passed: the guest was
    here then. One that is still to come holds again, unless something was paid. Its numbers are freed, and
    housekeeping's word of them stays: nobody was to be in them.
    """
    to, _ = booking.arrival
    moved = booking.moved(to, step.now)
    passed = moved.expires_at is not None and moved.expires_at <= step.now
    waits = [bookings.waits_for_its_guest()] if passed else []
    moved = replace(moved, numbers=(), expires_at=None if passed else moved.expires_at)
    changes = [*waits, *_free_numbers(transaction, booking)]
    _count_held(transaction, booking, moved)
    bookings.move(transaction, booking, to, step.now, *changes, ends_at=moved.waits_until)
    outbox.send(transaction, booking_event(moved, EventType.BOOKING_CHECK_IN_REVERSED, moved.version, step))
    return moved


def _free_numbers(transaction: Transaction, booking: Booking, left_at: datetime | None = None) -> list[Action]:
    """Free the numbers of a booking, and return the change that takes them off it; nothing if it has none."""
    if not booking.numbers:
        return []
    from posthouse.services.bookings.stay_numbers import free

    free(transaction, booking, booking.numbers, None if left_at is None else booking.clock.business_date(left_at))
    return [bookings.has_numbers(())]


def _count_held(transaction: Transaction, booking: Booking, after: Booking) -> None:
    """Count what a guest's unpaid orders hold after a step of one of them. Staff's steps are not bounded by it."""
    more = after.held - booking.held
    if more:
        from posthouse.store import guests

        count = guests.release_nights if more < 0 else guests.hold_more
        count(transaction, booking.user_id, abs(more))


def enter(transaction: Transaction, booking: Booking, entry: Entry, step: Step) -> Booking:
    """Add an entry to a booking's folio and leave its state, if the transaction commits.

    Returns the booking then. Fails as ``order`` if the booking changed since it was read.
    """
    folio_lines.add(transaction, booking.order_no, entry.lines)
    bookings.change(transaction, booking, *bookings.entered(booking, entry))
    after = replace(booking.entered(entry, step.now), version=booking.version + 1)
    tell_of_less_owed(transaction, booking, after, step)
    return after


def tell_of_less_owed(transaction: Transaction, booking: Booking, after: Booking, step: Step) -> None:
    """Let the booking's open payment be closed if it may ask for more than is owed after a step.

    Nothing is read for it: whoever hears the event knows how much the payment asks for. A stay that ends names its
    payment itself.
    """
    if after.payment_id is None or after.payment_id in after.paid_by or after.owed >= booking.owed:
        return
    facts = {"order_no": booking.order_no, "payment_id": after.payment_id, "owed": after.owed.fen}
    outbox.send(transaction, step.event(EventType.PAYMENT_OUTDATED, after.payment_id, after.version, facts))


def change_booking(transaction: Transaction, booking: Booking, after: Booking, step: Step, *changes: Action) -> None:
    """Make what is booked that of ``after`` and send the event, if the transaction commits."""
    _count_held(transaction, booking, after)
    bookings.change_terms(transaction, booking, after, *changes)
    outbox.send(transaction, booking_event(after, EventType.BOOKING_CHANGED, after.version, step))
    tell_of_less_owed(transaction, booking, after, step)


def facts_of(terms: Terms) -> dict[str, Any]:
    """Returns what events and the audit log tell of what is booked."""
    return {
        "room_id": terms.room_id,
        "room_name": terms.room_name,
        "check_in": terms.stay.check_in.isoformat(),
        "check_out": terms.stay.check_out.isoformat(),
        "units": terms.units,
        "adults": terms.adults,
        "children": terms.children,
        "payable": terms.price.payable.fen,
    }


def booking_event(booking: Booking, event_type: EventType, sequence: int, step: Step) -> Event:
    """Returns an event of a booking, with what its consumers need to know.

    A new one of which a part is due later says what is due now. A change tells of what is booked now, and of what was.
    A cancellation and a no-show name the payment that has to be closed. Other events do not: the booking is as it was
    read, and a payment that is settled by this very step is not in it.
    """
    facts: dict[str, Any] = {
        "order_no": booking.order_no,
        "user_id": booking.user_id,
        "hotel_id": booking.hotel_id,
        "hotel_name": booking.hotel_name,
        "room_name": booking.room_name,
        "time_zone": booking.clock.time_zone,
        "check_in": booking.stay.check_in.isoformat(),
        "check_out": booking.stay.check_out.isoformat(),
        "payable": booking.price.payable.fen,
        "expires_at": None if booking.expires_at is None else booking.expires_at.isoformat(),
    }
    if booking.stay.is_day_use:
        facts |= {"arrives_at": booking.clock.check_in_time, "leaves_at": booking.clock.check_out_time}
    if event_type is EventType.BOOKING_CREATED and booking.price.due_later > ZERO:
        facts["due_now"] = booking.price.due_now.fen
    if event_type in {EventType.BOOKING_CANCELLED, EventType.BOOKING_NO_SHOW}:
        facts["payment_id"] = booking.payment_id
    if event_type is EventType.BOOKING_CHANGED and booking.changes:
        facts |= {**facts_of(booking.terms), "was": facts_of(booking.changes[-1].was)}
    return step.event(event_type, booking.order_no, sequence, facts)
