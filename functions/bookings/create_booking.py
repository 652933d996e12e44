"""POST /api/bookings: a guest books a stay: all of its nights, or none."""

from datetime import date, timedelta
from typing import Annotated, Any

from msgspec import Meta
from msgspec.structs import asdict

from posthouse.domain.refusal import Refusal
from posthouse.domain.stay import MAX_UNITS
from posthouse.entry.bookings.booking_views import booking_json
from posthouse.entry.fields import ArrivalTime, Id, Name, Phone, Total
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.entry.logs import count
from posthouse.entry.settings import Settings, read_settings
from posthouse.services.bookings.booking_creation import BookingRules, StayRequest, book


class BookingSettings(Settings):
    payment_timeout_seconds: int
    orders_per_hour: int


class BookingInput(Input):
    room_id: Id
    check_in: date
    check_out: date
    units: Annotated[int, Meta(ge=1, le=MAX_UNITS)]
    guest_name: Name
    phone_number: Phone
    coupon_id: Id | None = None
    arrival_time: ArrivalTime | None = None
    expected_total: Total | None = None


@endpoint(GUEST, body=BookingInput, idempotent=True)
def handler(request: Request[BookingInput, Any]) -> Answer | Refusal:
    wanted = StayRequest(
        user_id=request.caller.subject,
        caller_key=request.caller_key,
        body_hash=request.body_hash,
        **asdict(request.body),
    )
    settings = read_settings(BookingSettings)
    rules = BookingRules(timedelta(seconds=settings.payment_timeout_seconds), settings.orders_per_hour)
    outcome = book(wanted, rules, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    count("BookingsCreated")
    if outcome.coupon_id is not None:
        count("CouponsUsed")
    return Answer(201, booking_json(outcome))
