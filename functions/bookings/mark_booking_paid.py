"""Queue paid-bookings: a payment pays its booking, or is refunded if the booking cannot be paid any more."""

from posthouse.domain.booking import BookingState
from posthouse.domain.event import Event
from posthouse.entry.logs import count
from posthouse.entry.queue import consumer
from posthouse.services.bookings.booking_settlements import settle
from posthouse.services.step import Step


@consumer("mark_booking_paid")
def handler(event: Event, name: str, step: Step) -> None:
    changed = settle(event, name, step)
    if changed is not None:
        count("BookingsPaid" if changed.status is BookingState.PAID else "BookingsLost")
