"""Queue booking-index: what stays are found by at the desk is kept in step with the bookings."""

from posthouse.domain.event import Event
from posthouse.entry.logs import count
from posthouse.entry.queue import consumer
from posthouse.services.front_desk.booking_index import index_booking
from posthouse.services.step import Step


@consumer("index_booking")
def handler(event: Event, _name: str, step: Step) -> None:
    if index_booking(event, step):
        count("BookingsIndexed")
