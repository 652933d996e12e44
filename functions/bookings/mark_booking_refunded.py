"""Queue arrived-refunds: a booking is ``refunded`` when all its refunds have arrived."""

from posthouse.domain.event import Event
from posthouse.entry.logs import count
from posthouse.entry.queue import consumer
from posthouse.services.bookings.booking_refunds import mark_refunded
from posthouse.services.step import Step


@consumer("mark_booking_refunded")
def handler(event: Event, name: str, step: Step) -> None:
    if mark_refunded(event, name, step) is not None:
        count("BookingsRefunded")
