"""POST /api/bookings: a guest books a stay: all of its nights, or none."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any

from msgspec import Meta

from posthouse.domain.price import MAX_EXTRAS_BOOKED, Party
from posthouse.domain.refusal import Refusal
from posthouse.domain.stay import MAX_UNITS
from posthouse.entry.bookings.booking_views import booking_json
from posthouse.entry.fields import Adults, ArrivalTime, Children, Id, Name, Phone, Requests, Total
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.entry.logs import count
from posthouse.entry.settings import Settings, read_settings
from posthouse.services.bookings.booking_creation import BookingRules, book
from posthouse.services.bookings.stay_requests import ChosenExtra, StayRequest


class BookingSettings(Settings):
    payment_timeout_seconds: int
    orders_per_hour: int


class ChosenExtraInput(Input):
    extra_id: Id
    quantity: Annotated[int, Meta(ge=1, le=99)]


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
    rate_plan_id: Id | None = None
    adults: Adults = 1
    children: Children = 0
    extras: Annotated[tuple[ChosenExtraInput, ...], Meta(max_length=MAX_EXTRAS_BOOKED)] = ()
    requests: Requests | None = None

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        if len({chosen.extra_id for chosen in self.extras}) < len(self.extras):
            yield "extras", "name each extra once"

    def to_request(self, user_id: str, caller_key: str, body_hash: str) -> StayRequest:
        """Returns what the guest asks for."""
        return StayRequest(
            user_id=user_id,
            room_id=self.room_id,
            check_in=self.check_in,
            check_out=self.check_out,
            party=Party(self.adults, self.children, self.units),
            guest_name=self.guest_name,
            phone_number=self.phone_number,
            arrival_time=self.arrival_time,
            coupon_id=self.coupon_id,
            expected_total=self.expected_total,
            caller_key=caller_key,
            body_hash=body_hash,
            extras=tuple(ChosenExtra(chosen.extra_id, chosen.quantity) for chosen in self.extras),
            requests=self.requests,
            rate_plan_id=self.rate_plan_id,
        )


@endpoint(GUEST, body=BookingInput, idempotent=True)
def handler(request: Request[BookingInput, Any]) -> Answer | Refusal:
    wanted = request.body.to_request(request.caller.subject, request.caller_key, request.body_hash)
    settings = read_settings(BookingSettings)
    rules = BookingRules(timedelta(seconds=settings.payment_timeout_seconds), settings.orders_per_hour)
    outcome = book(wanted, rules, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    count("BookingsCreated")
    if outcome.coupon_id is not None:
        count("CouponsUsed")
    return Answer(201, booking_json(outcome))
