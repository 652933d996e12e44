"""The price of a stay. One function gives it to searches, room lists and bookings, so that they agree to the fen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.money import ZERO, Money
from posthouse.domain.refusal import InvalidRequest, Refusal
from posthouse.domain.value import Value

if TYPE_CHECKING:
    from posthouse.domain.rate_plan import RatePlan

MAX_EXTRAS = 50
"""The most extras of one hotel."""

MAX_EXTRAS_BOOKED = 10
"""The most different extras of one booking."""


class Party(Value):
    """The guests of a whole booking, and how many units of the room type they share."""

    adults: int = 1
    children: int = 0
    units: int = 1

    @property
    def guests(self) -> int:
        return self.adults + self.children


class TooManyGuests(Refusal):
    """More guests than so many units hold; ``max_adults`` and ``max_children`` are of all of them."""

    max_adults: int | None
    max_children: int | None

    @property
    def explanation(self) -> str:
        bounds = {"adults": self.max_adults, "children": self.max_children}
        held = " and ".join(f"{most} {who}" for who, most in bounds.items() if most is not None)
        return f"So many units hold at most {held}."


class Occupancy(Value):
    """How many guests one unit of a room type holds, and what those cost who are not in its price.

    Without a bound it holds any number. Without ``included_adults`` all are in the price; a child costs only if it has
    a price. Prices are of one guest and one night.
    """

    max_adults: int | None = None
    max_children: int | None = None
    included_adults: int | None = None
    extra_adult_price: Money | None = None
    extra_child_price: Money | None = None

    @property
    def broken_rule(self) -> InvalidRequest | None:
        """Returns what does not fit together; None if all does."""
        if self.included_adults is None:
            without = "must say how many adults do not pay extra_adult_price"
            return InvalidRequest("included_adults", without) if self.extra_adult_price else None
        above = self.max_adults is not None and self.included_adults > self.max_adults
        return InvalidRequest("included_adults", "must not be above max_adults") if above else None

    def refusal(self, party: Party) -> TooManyGuests | None:
        """Returns why the units do not hold the party; None if they do."""
        adults, children = _times(self.max_adults, party.units), _times(self.max_children, party.units)
        fits = (adults is None or party.adults <= adults) and (children is None or party.children <= children)
        return None if fits else TooManyGuests(adults, children)

    def guests_price(self, party: Party) -> Money:
        """Returns what all guests who are not in the price of the units cost for one night."""
        included = _times(self.included_adults, party.units)
        extra_adults = 0 if included is None else max(0, party.adults - included)
        return (self.extra_adult_price or ZERO) * extra_adults + (self.extra_child_price or ZERO) * party.children


def _times(bound: int | None, units: int) -> int | None:
    return None if bound is None else bound * units


class Per(StrEnum):
    """What the price of an extra is for."""

    STAY = "stay"
    NIGHT = "night"
    GUEST = "guest"
    GUEST_NIGHT = "guest_night"


class BookedExtra(Value):
    """An extra as it was booked: its name, its price and what all of it costs."""

    extra_id: str
    name: str
    per: Per
    price: Money
    quantity: int
    amount: Money


class Extra(Value):
    """Something that a hotel sells with a stay, like breakfast. Guests see it while it is ``enabled``."""

    extra_id: str
    hotel_id: str
    name: str
    price: Money
    per: Per
    enabled: bool
    version: int

    def booked(self, quantity: int, party: Party, nights: int) -> BookedExtra:
        """Returns so many of it for a stay. The units do not multiply it."""
        times = {Per.STAY: 1, Per.NIGHT: nights, Per.GUEST: party.guests, Per.GUEST_NIGHT: party.guests * nights}
        amount = self.price * quantity * times[self.per]
        return BookedExtra(self.extra_id, self.name, self.per, self.price, quantity, amount)


class TooManyExtras(Refusal):
    """The hotel has the maximum number of extras."""

    @property
    def explanation(self) -> str:
        return f"A hotel has at most {MAX_EXTRAS} extras."


class Price(Value):
    """The price of a stay and its parts. Raises ValueError if they do not add up, or one is negative.

    ``nights`` + ``guests`` + ``extras`` = ``total``; ``total`` - ``discount`` - ``points_discount`` = ``payable``;
    ``due_now`` + ``due_later`` = ``payable``.
    """

    nights: Money
    guests: Money
    extras: Money
    total: Money
    discount: Money
    points_discount: Money
    payable: Money
    due_now: Money
    due_later: Money

    def __post_init__(self) -> None:
        # In plain numbers: a search makes thousands of prices.
        nights, guests, extras, total = self.nights.fen, self.guests.fen, self.extras.fen, self.total.fen
        discount, points, payable = self.discount.fen, self.points_discount.fen, self.payable.fen
        now, later = self.due_now.fen, self.due_later.fen
        if (
            nights + guests + extras != total
            or total - discount - points != payable
            or now + later != payable
            or min(nights, guests, extras, discount, points, now, later) < 0
        ):
            parts = {name: getattr(self, name).fen for name in self.__struct_fields__}
            msg = f"the price does not add up, or a part is negative: {parts}"
            raise ValueError(msg)

    @classmethod
    def of(
        cls,
        nights: Money,
        discount: Money = ZERO,
        *,
        guests: Money = ZERO,
        extras: Money = ZERO,
        points_discount: Money = ZERO,
        due_now: Money | None = None,
    ) -> Price:
        """Returns the price of these parts. Discounts take at most the total; without ``due_now`` all is due now."""
        total = nights + guests + extras
        taken = min(discount, total)
        by_points = min(points_discount, total - taken)
        payable = total - taken - by_points
        now, later = (payable, ZERO) if due_now is None else (due_now, payable - due_now)
        return cls(nights, guests, extras, total, taken, by_points, payable, now, later)

    def less(self, discount: Money, plan: RatePlan | None = None) -> Price:
        """Returns the price after a discount on its total; the plan says what of the rest is due now."""
        return Price.of(self.nights, discount, guests=self.guests, extras=self.extras).due_by(plan)

    def due_by(self, plan: RatePlan | None) -> Price:
        """Returns the price with what is due now by a plan; without one all is."""
        due_now = self.payable if plan is None else plan.due_now(self.payable)
        return replace(self, due_now=due_now, due_later=self.payable - due_now)


def total_of(prices: Iterable[Money], units: int) -> Money:
    """Returns the sum of the nights for so many units, from the prices of one unit."""
    return sum(prices, ZERO) * units


def price_stay(
    prices: Sequence[Money],
    party: Party,
    occupancy: Occupancy,
    extras: Iterable[BookedExtra] = (),
    plan: RatePlan | None = None,
) -> Price | TooManyGuests:
    """Returns what a stay costs before any discount, from the calendar's prices of one unit on each of its nights.

    A plan changes the prices of the nights, and not those of extra guests.
    """
    refused = occupancy.refusal(party)
    if refused is not None:
        return refused
    nights = prices if plan is None else [plan.night_price(price) for price in prices]
    price = Price.of(
        total_of(nights, party.units),
        guests=occupancy.guests_price(party) * len(prices),
        extras=sum((extra.amount for extra in extras), ZERO),
    )
    return price if plan is None else price.due_by(plan)
