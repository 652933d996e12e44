"""A booking's change of state together with the event that tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posthouse.domain.booking import Booking, BookingState
from posthouse.domain.event import Event, EventType
from posthouse.store import bookings, outbox

if TYPE_CHECKING:
    from pynamodb.expressions.update import Action

    from posthouse.services.step import Step
    from posthouse.store.transaction import Transaction

_EVENTS = {
    BookingState.PAID: EventType.BOOKING_PAID,
    BookingState.CHECKED_IN: EventType.BOOKING_CHECKED_IN,
    BookingState.FINISHED: EventType.BOOKING_FINISHED,
    BookingState.CANCELLED: EventType.BOOKING_CANCELLED,
    BookingState.REFUNDING: EventType.BOOKING_CANCELLED,
    BookingState.REFUNDED: EventType.BOOKING_REFUNDED,
    BookingState.NO_SHOW: EventType.BOOKING_NO_SHOW,
}


def move_booking(transaction: Transaction, booking: Booking, to: BookingState, step: Step, *changes: Action) -> Booking:
    """Move a booking into another state and send the event, if the transaction commits.

    Returns the booking in its new state. What ``changes`` set beside the state is not in it.
    """
    sequence = bookings.move(transaction, booking, to, step.now, *changes)
    outbox.send(transaction, booking_event(booking, _EVENTS[to], sequence, step))
    return booking.moved(to, step.now, sequence)


def booking_event(booking: Booking, event_type: EventType, sequence: int, step: Step) -> Event:
    """Returns an event of a booking, with what its consumers need to know.

    A cancellation names the payment that has to be closed. Other events do not: the booking is as it was read, and a
    payment that is settled by this very step is not in it.
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
        "expires_at": booking.expires_at.isoformat(),
    }
    if event_type is EventType.BOOKING_CANCELLED:
        facts["payment_id"] = booking.payment_id
    return step.event(event_type, booking.order_no, sequence, facts)
