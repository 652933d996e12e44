"""A booking: its states, the transitions between them, and its facts."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from msgspec.structs import replace

from posthouse.domain.cancellation import CancelRule, NotCancellable
from posthouse.domain.days import HotelClock
from posthouse.domain.money import ZERO, Money
from posthouse.domain.note import Note
from posthouse.domain.price import BookedExtra, Party, Price
from posthouse.domain.refusal import InvalidTransition, Refusal
from posthouse.domain.stay import Stay
from posthouse.domain.terms import BookedNight, Change, RoomNight, Terms, room_nights, units_of
from posthouse.domain.value import Value

if TYPE_CHECKING:
    from posthouse.domain.folio import Entry
    from posthouse.domain.rate_plan import RatePlan


class BookingState(StrEnum):
    """The state of a booking."""

    PENDING_PAYMENT = "pending_payment"
    RESERVED = "reserved"
    PAID = "paid"
    CHECKED_IN = "checked_in"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    NO_SHOW = "no_show"


class Source(StrEnum):
    """How a booking was made."""

    ONLINE = "online"
    WALK_IN = "walk_in"
    PHONE = "phone"
    EMAIL = "email"
    AGENT = "agent"


CLAIMABLE = frozenset({Source.WALK_IN, Source.PHONE, Source.EMAIL})
"""Stays that staff booked with the guest's own phone number: theirs, once WeChat has verified it."""

FORGOTTEN_AFTER = timedelta(days=180)
"""How long after a stay that no guest has claimed its name and phone number are kept."""

AHEAD = frozenset({BookingState.PENDING_PAYMENT, BookingState.RESERVED, BookingState.PAID, BookingState.CHECKED_IN})
"""States of a stay that is ahead, or under way."""

OPEN = AHEAD | {BookingState.REFUNDING}
"""States in which somebody still owes something: a stay, a payment or a refund."""


def next_states(state: BookingState) -> frozenset[BookingState]:
    """Returns the states that may follow. Every condition on a booking's state is derived from this table."""
    match state:
        case BookingState.PENDING_PAYMENT:
            return frozenset({BookingState.PAID, BookingState.CANCELLED})
        case BookingState.RESERVED:
            ended = {BookingState.CANCELLED, BookingState.NO_SHOW}
            return frozenset({BookingState.PAID, BookingState.CHECKED_IN, *ended})
        case BookingState.PAID:
            ended = {BookingState.REFUNDING, BookingState.CANCELLED, BookingState.NO_SHOW}
            return frozenset({BookingState.CHECKED_IN, *ended})
        case BookingState.CHECKED_IN:
            # Back to where it was: staff took the check-in back.
            return frozenset({BookingState.FINISHED, BookingState.PAID, BookingState.RESERVED})
        case BookingState.REFUNDING:
            return frozenset({BookingState.REFUNDED})
        case BookingState.FINISHED | BookingState.CANCELLED | BookingState.REFUNDED | BookingState.NO_SHOW:
            return frozenset()
        case _:
            assert_never(state)


def first_state(price: Price) -> BookingState:
    """Returns the state of a new booking: it waits for what is due now, or for its guest, or nothing is left to pay."""
    if price.due_now > ZERO:
        return BookingState.PENDING_PAYMENT
    return BookingState.RESERVED if price.due_later > ZERO else BookingState.PAID


def sources(target: BookingState) -> list[BookingState]:
    """Returns the states from which ``target`` may be reached, in the order of the enumeration."""
    return [state for state in BookingState if target in next_states(state)]


SETTLED = frozenset({BookingState.PENDING_PAYMENT, BookingState.RESERVED})
"""States that money moves to ``paid``. It never takes a check-in back, so this is not the table of transitions."""

MAY_PAY_THE_BALANCE = frozenset({BookingState.RESERVED, BookingState.PAID, BookingState.CHECKED_IN})
"""States in which a payment may be opened for what the folio owes."""

TAKES_LINES = MAY_PAY_THE_BALANCE | {BookingState.FINISHED, BookingState.NO_SHOW}
"""States in which staff may add lines to the folio."""


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


class ReversalTooLate(Refusal):
    """The business date on which the guest was checked in is over."""

    checked_in_on: date

    @property
    def explanation(self) -> str:
        return f"The guest was checked in on {self.checked_in_on}; that is taken back on the same business date only."


class BalanceDue(Refusal):
    """The guest still owes something (fen)."""

    balance: int

    @property
    def explanation(self) -> str:
        return f"The folio owes {self.balance} fen: let it be paid, or leave it so with a reason."


class CreditLeft(Refusal):
    """The guest has paid more than was charged: the balance (fen) is below zero."""

    balance: int

    @property
    def explanation(self) -> str:
        return f"The guest has a credit of {-self.balance} fen: refund it, or leave it so with a reason."


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


class Moment(Value):
    """A state, and when the booking came into it."""

    status: BookingState
    at: datetime


class Ending(Value):
    """A cancel or no-show: ``undone`` is what was charged before; a fee that is kept is a line after it."""

    status: BookingState
    at: datetime
    by: str
    undone: Money


class Booking(Value):
    """A booking as it is stored. ``version`` counts its changes and is the sequence number of its last event.

    ``user_id`` is empty while no guest has claimed what staff booked; ``made_by`` is who of them did, and ``notes`` is
    what they wrote then. ``requests`` is what the guest asked for, ``last_note`` the newest note of staff since.

    ``plan`` is the rate plan as it was booked, None for standard: its price rule goes on to hold for nights that are
    added. ``bed``, ``image`` and ``breakfasts`` are of the room type as it was booked, ``breakfasts`` of the plan if it
    has one. ``adults`` and ``children`` are of all its units,
    ``guests_price`` is what the extra ones of them cost together for a night that is booked now. ``changes`` are those
    of what is booked, oldest first. ``expires_at`` is when it is cancelled
    unless it was paid; None where a reserved one waits for its guest. ``charges`` and ``paid`` are the sums of its
    folio, ``desk`` is the part of ``paid`` that the desk has taken and not given back. ``payment_id`` is the payment
    that was opened last; ``paid_by`` are all whose money has come to the folio. ``numbers`` are those on
    the doors of its rooms, as far as the desk has given it some; a finished one keeps where its guests slept.
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
    expires_at: datetime | None
    timeline: tuple[Moment, ...]
    version: int
    nights_taken: bool
    cancel_rule: CancelRule
    charges: Money
    paid: Money = ZERO
    desk: Money = ZERO
    payment_id: str | None = None
    paid_by: tuple[str, ...] = ()
    ending: Ending | None = None
    bed: str = ""
    image: str | None = None
    adults: int = 1
    children: int = 0
    guests_price: Money = ZERO
    extras: tuple[BookedExtra, ...] = ()
    source: Source = Source.ONLINE
    made_by: str | None = None
    notes: str | None = None
    requests: str | None = None
    last_note: Note | None = None
    numbers: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    plan: RatePlan | None = None
    breakfasts: int = 0

    def no_earlier(self, now: datetime) -> datetime:
        """Returns ``now``, but not a time before the last change: another step may have read a later clock."""
        return max(now, self.timeline[-1].at, *(change.at for change in self.changes[-1:]))

    def moved(self, to: BookingState, now: datetime) -> Booking:
        """Returns the booking in another state."""
        moment = Moment(to, self.no_earlier(now))
        return replace(self, status=to, timeline=(*self.timeline, moment), version=self.version + 1)

    def entered(self, entry: Entry, at: datetime) -> Booking:
        """Returns the booking with the sums of its folio after a step; its state and version stay."""
        settled = () if entry.settles is None else (entry.settles,)
        undone = entry.undone != ZERO
        return replace(
            self,
            charges=self.charges + entry.charges,
            paid=self.paid + entry.paid,
            desk=self.desk + entry.desk,
            paid_by=(*self.paid_by, *settled),
            ending=Ending(self.status, self.no_earlier(at), entry.by, entry.undone) if undone else self.ending,
        )

    @property
    def held(self) -> int:
        """How many room-nights a guest's own order keeps from others until it is paid, or the guest is in the house.

        What staff have booked counts for nobody.
        """
        reserved = self.status is BookingState.RESERVED and self.source is Source.ONLINE
        waits = self.status is BookingState.PENDING_PAYMENT and self.nights_taken
        return self.size if waits or reserved else 0

    @property
    def size(self) -> int:
        """How many room-nights it has."""
        return sum(night.units for night in self.nights)

    @property
    def room_nights(self) -> tuple[RoomNight, ...]:
        """What it takes of each row of the calendar."""
        return room_nights(self.nights)

    @property
    def terms(self) -> Terms:
        """What is booked now."""
        return Terms(**{name: getattr(self, name) for name in Terms.__struct_fields__})

    @property
    def booked_terms(self) -> Terms:
        """What was booked first."""
        return self.changes[0].was if self.changes else self.terms

    @property
    def room_names(self) -> dict[str, str]:
        """The names of all room types that it has or had, by their ids, as they were when they were booked."""
        return {terms.room_id: terms.room_name for terms in (*(change.was for change in self.changes), self.terms)}

    @property
    def ends_at(self) -> datetime | None:
        """When its wait ends by itself; None if it does not: a reserved one of which a part was paid waits on."""
        return self.waits_until if self.paid <= ZERO else None

    @property
    def waits_until(self) -> datetime | None:
        """Its time, also where a part was paid: the desk may take that payment back. None if it has none any more."""
        return self.expires_at if self.status in SETTLED else None

    @property
    def arrival(self) -> tuple[BookingState, Moment]:
        """The state before the guest was checked in last, and that check-in. For one whose guest has come."""
        last = max(place for place, moment in enumerate(self.timeline) if moment.status is BookingState.CHECKED_IN)
        return self.timeline[last - 1].status, self.timeline[last]

    @property
    def leaves_at(self) -> datetime | None:
        """When the hours of a day use are over; None for nights."""
        return self.clock.departure(self.stay.check_out) if self.stay.is_day_use else None

    @property
    def units(self) -> int:
        """How many units it has now."""
        return units_of(self.nights)

    @property
    def party(self) -> Party:
        return Party(self.adults, self.children, self.units)

    @property
    def balance(self) -> Money:
        """What the guest still owes; negative if they have a credit."""
        return self.charges - self.paid

    @property
    def is_even(self) -> bool:
        """Whether neither the guest nor the hotel owes something by the folio."""
        return self.balance == ZERO

    @property
    def owed(self) -> Money:
        """What the guest still owes, zero if nothing."""
        return max(self.balance, ZERO)

    @property
    def was_given_back(self) -> bool:
        """Whether it had a price, and the hotel keeps no money for it."""
        return self.price.payable > ZERO and self.paid <= ZERO

    def changed(self, terms: Terms, by: str, now: datetime) -> Booking:
        """Returns the booking with other terms.

        What it costs more or less is charged. A reserved one is paid if it costs no more now than has been paid, and
        is held no longer than until somebody could arrive.
        """
        change = Change(self.no_earlier(now), by, self.terms)
        over = self.clock.end_of(terms.stay.nights[-1])
        after = replace(
            self,
            **{name: getattr(terms, name) for name in Terms.__struct_fields__},
            charges=self.charges + terms.price.payable - self.price.payable,
            expires_at=None if self.expires_at is None else min(self.expires_at, over),
            changes=(*self.changes, change),
        )
        if after.paid > ZERO and after.becomes_paid_by(ZERO):
            return after.moved(BookingState.PAID, now)
        return replace(after, version=self.version + 1)

    def becomes_paid_by(self, amount: Money) -> bool:
        """Whether it is ``paid`` once this amount more is kept."""
        waits = self.status is BookingState.PENDING_PAYMENT
        asked = self.price.due_now if waits else min(self.price.payable, self.charges)
        return self.status in SETTLED and self.paid + amount >= asked


def check_in_refusal(booking: Booking, today: date) -> Refusal | None:
    """Returns why the guest cannot be checked in on ``today`` (its hotel's business date), or None."""
    if BookingState.CHECKED_IN not in next_states(booking.status):
        return InvalidTransition(booking.status, BookingState.CHECKED_IN)
    if today < booking.stay.check_in:
        return TooEarly(booking.stay.check_in, booking.stay.check_in)
    return None if booking.stay.can_arrive(today) else TooLate(booking.stay.check_out)


def reversal_refusal(booking: Booking, now: datetime) -> Refusal | None:
    """Returns why the check-in cannot be taken back, or None."""
    if booking.status is not BookingState.CHECKED_IN:
        return InvalidTransition(booking.status, BookingState.PAID)
    before, arrived = booking.arrival
    if before not in next_states(booking.status):
        return InvalidTransition(booking.status, before)
    day = booking.clock.business_date(arrived.at)
    return None if booking.clock.business_date(now) == day else ReversalTooLate(day)


def check_out_refusal(booking: Booking, *, leave_balance: bool) -> Refusal | None:
    """Returns why the stay cannot end now, or None: its folio is uneven, and nobody says that it stays so."""
    if BookingState.FINISHED not in next_states(booking.status):
        return InvalidTransition(booking.status, BookingState.FINISHED)
    if leave_balance or booking.balance == ZERO:
        return None
    uneven = BalanceDue if booking.balance > ZERO else CreditLeft
    return uneven(booking.balance.fen)


def staff_cancel_refusal(booking: Booking) -> InvalidTransition | None:
    """Returns why staff cannot cancel, or None. An unpaid online booking ends by its guest or by its time."""
    possible = booking.status in {BookingState.RESERVED, BookingState.PAID}
    return None if possible else InvalidTransition(booking.status, BookingState.CANCELLED)


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
    if booking.status is not BookingState.PENDING_PAYMENT and today > booking.stay.check_in:
        return NotCancellable(booking.status, "its arrival day has passed")
    return None
