"""Rate plans: the same room type is sold as flexible, non-refundable, with breakfast, for members, with a deposit.

A plan changes the calendar's price of each night; it never has a calendar of its own. The standard plan is no plan: the
calendar's price, the room type's breakfasts and cancel rule, all paid at once.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from posthouse.domain.cancellation import CancelRule
from posthouse.domain.level import Level
from posthouse.domain.money import BASIS, ZERO, Money
from posthouse.domain.refusal import InvalidRequest, Refusal
from posthouse.domain.restriction import Restricted, Restriction
from posthouse.domain.value import Value

if TYPE_CHECKING:
    from posthouse.domain.stay import Stay

MAX_PLANS = 20
"""The most plans of one room type."""

MAX_HOTEL_PLANS = 300
"""The most enabled plans of one hotel: its row lists them all, and DynamoDB's rows end at 400 kB."""


class PayWhen(StrEnum):
    """When a stay is paid: all with the booking, a part with it, or all at the hotel."""

    FULL = "full"
    DEPOSIT = "deposit"
    AT_HOTEL = "at_hotel"


class Cancelling(StrEnum):
    """How a plan says until when cancelling is free."""

    AS_ROOM = "as_room"
    NEVER_FREE = "never_free"
    HOURS = "hours"


class DaysAhead(Value):
    """How many days before the arrival a plan can be booked; None is no bound."""

    min: int | None = None
    max: int | None = None


class RatePlan(Value):
    """A rate plan of a room type, and as it was booked.

    A night costs the calendar's price times (10,000 + ``adjustment_bp``) / 10,000, half up, plus ``adjustment`` (fen),
    at least 1 fen. ``free_cancel_hours`` is used with ``Cancelling.HOURS``. ``weekdays`` (1 is Monday) and
    ``valid_from`` to ``valid_to`` (inclusive) hold for every night; without weekdays all are possible. ``deposit_bp``
    is the part that is due now with ``PayWhen.DEPOSIT``.
    """

    rate_plan_id: str
    room_id: str
    name: str
    breakfasts: int
    cancel_fee_bp: int
    payment: PayWhen
    adjustment_bp: int = 0
    adjustment: int = 0
    cancelling: Cancelling = Cancelling.AS_ROOM
    free_cancel_hours: int | None = None
    min_stay: int | None = None
    days_ahead: DaysAhead = DaysAhead()
    weekdays: tuple[int, ...] = ()
    min_level: Level | None = None
    deposit_bp: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    enabled: bool = True
    version: int = 1

    def night_price(self, calendar: Money) -> Money:
        """Returns the price of a night that costs so much by the calendar."""
        return Money(self.night_fen(calendar.fen), calendar.currency)

    def night_fen(self, calendar: int) -> int:
        """Returns the same in plain fen: a search prices ten thousands of nights."""
        half_up = (2 * calendar * (BASIS + self.adjustment_bp) + BASIS) // (2 * BASIS)
        return max(half_up + self.adjustment, 1)

    def due_now(self, payable: Money) -> Money:
        """Returns what is due with the booking; the rest is due at the hotel."""
        match self.payment:
            case PayWhen.FULL:
                return payable
            case PayWhen.DEPOSIT:
                return payable.share(self.deposit_bp or 0)
            case PayWhen.AT_HOTEL:
                return ZERO

    def restricted(self, stay: Stay, today: date) -> Restricted | None:
        """Returns what the plan has against a stay that is booked on ``today``, the hotel's business date."""
        ahead = (stay.check_in - today).days
        least, most = self.days_ahead.min, self.days_ahead.max
        if ahead < (least or 0) or (most is not None and ahead > most):
            first = None if least is None else today + timedelta(days=least)
            last = None if most is None else today + timedelta(days=most)
            return Restricted(Restriction.DAYS_AHEAD, stay.check_in, first=first, last=last)
        for night in stay.nights:
            early = self.valid_from is not None and night < self.valid_from
            if early or (self.valid_to is not None and night > self.valid_to):
                return Restricted(Restriction.VALIDITY, night, first=self.valid_from, last=self.valid_to)
            if self.weekdays and night.isoweekday() not in self.weekdays:
                return Restricted(Restriction.WEEKDAYS, night, weekdays=self.weekdays)
        if self.min_stay is not None and len(stay) < self.min_stay and not stay.is_day_use:
            return Restricted(Restriction.MIN_STAY, stay.check_in, self.min_stay)
        return None

    def cancel_rule(self, room: CancelRule) -> CancelRule:
        """Returns the rule of a stay that is booked with this plan; ``room`` is its room type's own."""
        hours = {
            Cancelling.AS_ROOM: room.free_hours,
            Cancelling.NEVER_FREE: None,
            Cancelling.HOURS: self.free_cancel_hours,
        }[self.cancelling]
        return CancelRule(hours, self.cancel_fee_bp, self.deposit_bp or 0)

    def broken_rule(self, base_price: Money) -> InvalidRequest | None:
        """Returns what does not fit together, by the room type's base price; None if all does."""
        if base_price.share(BASIS + self.adjustment_bp).fen + self.adjustment < 1:
            field = "adjustment" if self.adjustment < 0 else "adjustment_bp"
            return InvalidRequest(field, "makes the price of a night zero or less")
        if (self.payment is PayWhen.DEPOSIT) != (self.deposit_bp is not None):
            return InvalidRequest("deposit_bp", "is needed for payment deposit, and for no other")
        ahead = self.days_ahead
        if ahead.min is not None and ahead.max is not None and ahead.min > ahead.max:
            return InvalidRequest("days_ahead", "must not have its min above its max")
        if self.valid_from is not None and self.valid_to is not None and self.valid_from > self.valid_to:
            return InvalidRequest("valid_to", "must not be before valid_from")
        return None


class LevelTooLow(Refusal):
    """The plan is for guests of a higher level."""

    min_level: Level

    @property
    def explanation(self) -> str:
        return f"This plan is for guests from level {self.min_level} on."


class TooManyPlans(Refusal):
    """The room type or its hotel has the maximum number of plans."""

    at_most: int

    @property
    def explanation(self) -> str:
        if self.at_most == MAX_PLANS:
            return f"A room type has at most {MAX_PLANS} rate plans."
        return f"A hotel has at most {self.at_most} rate plans that are on sale."
