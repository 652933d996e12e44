"""POST /api/staff/bookings: staff book a stay for a guest who came, called or wrote; it is held without a payment."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from msgspec import Meta

from posthouse.domain.booking import Source
from posthouse.domain.price import Party
from posthouse.domain.refusal import Refusal
from posthouse.domain.stay import MAX_STAFF_UNITS
from posthouse.entry.bookings.booking_views import listed_booking_json
from posthouse.entry.fields import Adults, ArrivalTime, Children, Id, Name, Notes, Phone, Total
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.entry.logs import count
from posthouse.services.bookings.booking_creation import BookingRules, book
from posthouse.services.bookings.stay_requests import Desk, StayRequest

NO_RULES = BookingRules(timedelta(), 0)
"""Nothing is waited for and nothing counted."""


class DeskBookingInput(Input):
    room_id: Id
    check_in: date
    check_out: date
    guest_name: Name
    phone_number: Phone
    source: Literal["walk_in", "phone", "email", "agent"]
    units: Annotated[int, Meta(ge=1, le=MAX_STAFF_UNITS)] = 1
    adults: Adults = 1
    children: Children = 0
    arrival_time: ArrivalTime | None = None
    hold_until: Annotated[datetime, Meta(tz=True)] | None = None
    notes: Notes | None = None
    expected_total: Total | None = None
    rate_plan_id: Id | None = None
    despite_restrictions: bool = False


def _wanted(request: Request[DeskBookingInput, Any]) -> StayRequest:
    body = request.body
    return StayRequest(
        user_id="",
        room_id=body.room_id,
        check_in=body.check_in,
        check_out=body.check_out,
        party=Party(body.adults, body.children, body.units),
        guest_name=body.guest_name,
        phone_number=body.phone_number,
        arrival_time=body.arrival_time,
        coupon_id=None,
        expected_total=body.expected_total,
        caller_key=request.caller_key,
        body_hash=request.body_hash,
        rate_plan_id=body.rate_plan_id,
        desk=Desk(request.caller, Source(body.source), body.hold_until, body.notes, body.despite_restrictions),
    )


@endpoint(STAFF, body=DeskBookingInput, idempotent=True)
def handler(request: Request[DeskBookingInput, Any]) -> Answer | Refusal:
    outcome = book(_wanted(request), NO_RULES, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    count("BookingsReserved")
    return Answer(201, listed_booking_json(outcome))
