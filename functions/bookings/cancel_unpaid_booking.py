"""Queue booking-waits: a booking that was not paid in time is cancelled; a message that is too early is sent again."""

from posthouse.domain.event import Event
from posthouse.entry.logs import count
from posthouse.entry.providers import provider_of
from posthouse.entry.queue import consumer
from posthouse.entry.timers import booking_timer
from posthouse.services.bookings.booking_waits import end_wait_if_due
from posthouse.services.step import Step


@consumer("cancel_unpaid_booking", marks_done_itself=True)
def handler(event: Event, name: str, step: Step) -> None:
    if end_wait_if_due(event, name, booking_timer(), provider_of, step) is not None:
        count("BookingsTimedOut")
