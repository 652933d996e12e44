"""Events of bookings: what their consumers need to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking
    from posthouse.domain.event import Event, EventType
    from posthouse.services.step import Step


def booking_event(booking: Booking, event_type: EventType, sequence: int, step: Step) -> Event:
    """An event of a booking, with what its consumers need to know of it."""
    return step.event(
        event_type,
        booking.order_no,
        sequence,
        {
            "order_no": booking.order_no,
            "user_id": booking.user_id,
            "hotel_id": booking.hotel_id,
            "hotel_name": booking.hotel_name,
            "room_name": booking.room_name,
            "time_zone": booking.time_zone,
            "check_in": booking.stay.check_in.isoformat(),
            "check_out": booking.stay.check_out.isoformat(),
            "payable": booking.price.payable.fen,
            "expires_at": booking.expires_at.isoformat(),
        },
    )
