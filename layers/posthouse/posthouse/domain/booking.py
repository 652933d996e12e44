"""A booking: its states, the transitions between them, and its facts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import assert_never

from msgspec.structs import replace

from posthouse.domain.cancellation import CancelRule, NotCancellable
from posthouse.domain.days import HotelClock
from posthouse.domain.money import ZERO, Money
from posthouse.domain.price import BookedExtra, Party, Price
from posthouse.domain.refusal import InvalidTransition, Refusal
from posthouse.domain.stay import Stay
from posthouse.domain.value import Value


class BookingState(StrEnum):
    """The state of a booking."""

    PENDING_PAYMENT = "pending_payment"
    PAID = "paid"
    CHECKED_IN = "checked_in"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    NO_SHOW = "no_show"


OPEN = frozenset({BookingState.PENDING_PAYMENT, BookingState.PAID, BookingState.CHECKED_IN, BookingState.REFUNDING})
"""States in which somebody still owes something: a stay, a payment or a refund."""


def next_states(state: BookingState) -> frozenset[BookingState]:
    """Returns the states that may follow. Every condition on a booking's state is derived from this table."""
    match state:
        case BookingState.PENDING_PAYMENT:
            return frozenset({BookingState.PAID, BookingState.CANCELLED})
        case BookingState.PAID:
            ended = {BookingState.REFUNDING, BookingState.CANCELLED, BookingState.NO_SHOW}
            return frozenset({BookingState.CHECKED_IN, *ended})
        case BookingState.CHECKED_IN:
            return frozenset({BookingState.FINISHED})
        case BookingState.REFUNDING:
            return frozenset({BookingState.REFUNDED})
        case BookingState.FINISHED | BookingState.CANCELLED | BookingState.REFUNDED | BookingState.NO_SHOW:
            return frozenset()
        case _:
            assert_never(state)


def sources(target: BookingState) -> list[BookingState]:
    """Returns the states from which ``target`` may be reached, in the order of the enumeration."""
    return [state for state in BookingState if target in next_states(state)]


class TooEarly(Refusal):
    """The day for this step has not come yet."""

    check_in: date
    possible_from: date

    @property
    def explanation(self) -> str:
        return f"The stay begins on {self.check_in}; this is possible from {self.possible_from} on."


class TooLate(Refusal):
    """The last night of the stay is over."""

    check_out: date

    @property
    def explanation(self) -> str:
        return f"The stay ended on {self.check_out}; it is a no-show."


class SoldOut(Refusal):
    """Not every night of the stay has enough units left on sale."""

    dates: tuple[date, ...]

    @property
    def explanation(self) -> str:
        return "No room is left on " + ", ".join(map(str, self.dates)) + "."


MAX_HELD = 90
"""How many room-nights the unpaid bookings of one guest may hold together."""


class TooManyHeld(Refusal):
    """The guest's unpaid bookings would hold too many room-nights."""

    at_most: int
    wanted: int

    @property
    def explanation(self) -> str:
        return f"Unpaid bookings hold at most {self.at_most} room-nights together; pay or cancel one first."


class BookedNight(Value):
    """One night of a booking: units and the price of one of them."""

    night: date
    units: int
    price: Money

    @property
    def amount(self) -> Money:
        return self.price * self.units


class Moment(Value):
    """A state, and when the booking came into it."""

    status: BookingState
    at: datetime


class Booking(Value):
    """A booking as it is stored. ``version`` counts its changes and is the sequence number of its last event.

    ``bed`` and ``image`` are of the room type as it was booked. ``adults`` and ``children`` are of all its units,
    ``guests_price`` is what the extra ones of them cost together for one night.
    """

    order_no: str
    user_id: str
    hotel_id: str
    hotel_name: str
    room_id: str
    room_name: str
    clock: HotelClock
    stay: Stay
    nights: tuple[BookedNight, ...]
    price: Price
    status: BookingState
    guest_name: str
    phone_number: str
    arrival_time: str | None
    coupon_id: str | None
    created_at: datetime
    expires_at: datetime
    timeline: tuple[Moment, ...]
    version: int
    nights_taken: bool
    cancel_rule: CancelRule
    payment_id: str | None = None
    given_back: bool = False
    """Whether staff refunded all that was paid, and the stay went on."""
    bed: str = ""
    image: str | None = None
    adults: int = 1
    children: int = 0
    guests_price: Money = ZERO
    extras: tuple[BookedExtra, ...] = ()

    def no_earlier(self, now: datetime) -> datetime:
        """Returns ``now``, but not a time before the last change: another step may have read a later clock."""
        return max(now, self.timeline[-1].at)

    def moved(self, to: BookingState, now: datetime, version: int) -> Booking:
        """Returns the booking in another state."""
        moment = Moment(to, self.no_earlier(now))
        return replace(self, status=to, timeline=(*self.timeline, moment), version=version)

    @property
    def held(self) -> int:
        """How many room-nights it keeps from others until it is paid."""
        waits = self.status is BookingState.PENDING_PAYMENT and self.nights_taken
        return sum(night.units for night in self.nights) if waits else 0

    @property
    def units(self) -> int:
        return self.nights[0].units

    @property
    def party(self) -> Party:
        return Party(self.adults, self.children, self.units)

    @property
    def can_be_paid(self) -> bool:
        """Whether a payment moves it to ``paid``."""
        return BookingState.PAID in next_states(self.status)

    def was_paid_with(self, payment_id: str) -> bool:
        """Whether this payment paid it, also if it was refunded since."""
        return self.payment_id == payment_id and any(m.status is BookingState.PAID for m in self.timeline)


def check_in_refusal(booking: Booking, today: date) -> Refusal | None:
    """Returns why the guest cannot be checked in on ``today`` (its hotel's business date), or None."""
    if BookingState.CHECKED_IN not in next_states(booking.status):
        return InvalidTransition(booking.status, BookingState.CHECKED_IN)
    if today < booking.stay.check_in:
        return TooEarly(booking.stay.check_in, booking.stay.check_in)
    return None if booking.stay.can_arrive(today) else TooLate(booking.stay.check_out)


def no_show_refusal(booking: Booking, today: date) -> Refusal | None:
    """Returns why it is no no-show on ``today`` (its hotel's business date), or None. The arrival's is over then."""
    if BookingState.NO_SHOW not in next_states(booking.status):
        return InvalidTransition(booking.status, BookingState.NO_SHOW)
    following = booking.stay.check_in + timedelta(days=1)
    return TooEarly(booking.stay.check_in, following) if today < following else None


def cancel_refusal(booking: Booking, today: date) -> NotCancellable | None:
    """Returns why the guest cannot cancel on ``today`` (its hotel's business date), or None."""
    if BookingState.CANCELLED not in next_states(booking.status):
        return NotCancellable(booking.status, "the stay has begun or is over")
    if booking.status is BookingState.PAID and today > booking.stay.check_in:
        return NotCancellable(booking.status, "its arrival day has passed")
    return None
