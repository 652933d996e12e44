"""Queue paid-bookings: money came in for a booking, which is paid now."""

from posthouse.domain.event import Event
from posthouse.domain.ids import IdKind, has_kind
from posthouse.entry.logs import count
from posthouse.entry.queue import consumer
from posthouse.services.stays import settle
from posthouse.services.step import Step


@consumer("mark_booking_paid")
def handler(event: Event, name: str, step: Step) -> None:
    if has_kind(event.payload["order_no"], IdKind.BOOKING) and settle(event, name, step) is not None:
        count("BookingsPaid")
