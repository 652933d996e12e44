"""Offers: for what a stay can be booked, by which rate plans, and what stands against the others.

Room lists, searches, bookings and refusals all come here, so that they agree to the fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from posthouse.domain.cancellation import CancelRule
from posthouse.domain.catalogue import InventoryMode, Night, NotOnSale, Room, RoomOffer
from posthouse.domain.level import Level, reaches
from posthouse.domain.money import ZERO, Money
from posthouse.domain.price import BookedExtra, Party, Price, TooManyGuests, price_stay
from posthouse.domain.rate_plan import LevelTooLow, PayWhen, RatePlan
from posthouse.domain.refusal import PriceChanged, Refusal
from posthouse.domain.restriction import UNRESTRICTED, NightRules, Restricted, restricted_by
from posthouse.domain.stay import Stay
from posthouse.domain.value import Value

if TYPE_CHECKING:
    from posthouse.domain.days import HotelClock

STANDARD = "Standard"
"""The name of the offer without a plan."""


class Sought(Value):
    """A stay that is asked for on ``today``, the hotel's business date, by a guest of a level; None is nobody known."""

    stay: Stay
    party: Party
    today: date
    level: Level | None = None


class StayCalendar(Value):
    """What the calendar says of a stay: the price of one unit in each night, and the rules of both its ends."""

    prices: tuple[Money, ...]
    arrival: NightRules = UNRESTRICTED
    departure: NightRules = UNRESTRICTED


class Offer(Value):
    """A stay as it can be booked with a plan (None: standard).

    ``nights`` are the prices of one unit in each night, ``price`` is of all units and guests, without extras.
    """

    plan: RatePlan | None
    stay: Stay
    nights: tuple[Money, ...]
    price: Price

    @property
    def rate_plan_id(self) -> str | None:
        return None if self.plan is None else self.plan.rate_plan_id

    @property
    def min_level(self) -> Level | None:
        return None if self.plan is None else self.plan.min_level

    def with_extras(self, *extras: BookedExtra) -> Price:
        """Returns its price with extras."""
        amount = sum((extra.amount for extra in extras), ZERO)
        return Price.of(self.price.nights, guests=self.price.guests, extras=amount).due_by(self.plan)


class Barred(Value):
    """Why a stay cannot be booked with a plan; without ``plan`` it holds for standard and for every plan.

    ``possible`` is the nearest stay that can be booked instead, where that was looked for and found.
    """

    plan: RatePlan | None
    restricted: Restricted
    possible: Stay | None = None


class Offers(Value):
    """All offers of a room type for a stay, the cheapest first, and what stands against other plans."""

    offers: tuple[Offer, ...] = ()
    barred: tuple[Barred, ...] = ()

    def cheapest(self, level: Level | None) -> Offer | None:
        """Returns the cheapest offer that a guest of this level may have; None if there is none."""
        return next((offer for offer in self.offers if reaches(level, offer.min_level)), None)


NO_OFFERS = Offers()


class Terms(Value):
    """What a booking promises beside its price."""

    breakfasts: int
    cancel_rule: CancelRule
    payment: PayWhen


class ShownOffer(Value):
    """An offer with all that a guest is told of it."""

    offer: Offer
    terms: Terms
    clock: HotelClock


class OfferChanged(PriceChanged):
    """The total of a stay is not the one that the guest saw; ``offer`` is what can be booked now, without extras."""

    offer: ShownOffer


def terms_of(plan: RatePlan | None, room: Room) -> Terms:
    """Returns the terms of a stay in the room type that is booked with a plan (None: standard)."""
    rule = CancelRule(room.free_cancel_hours, room.cancel_fee_bp)
    if plan is None:
        return Terms(room.breakfasts, rule, PayWhen.FULL)
    return Terms(plan.breakfasts, plan.cancel_rule(rule), plan.payment)


def offers_of(room: RoomOffer, sought: Sought, nights: Mapping[date, Night]) -> Offers:
    """Returns the offers of a room type with its plans; none if it is sold out, or is not for such a party or dates.

    ``nights`` has those of the stay that are open, and that of the check-out date, if it is open. Offers for higher
    levels are among them.
    """
    calendar = calendar_of(sought.stay, nights)
    if calendar is None or not room.takes(sought.stay) or not_free(sought, nights, room.mode):
        return NO_OFFERS
    return offers_by(room, sought, calendar)


def offers_by(room: RoomOffer, sought: Sought, calendar: StayCalendar) -> Offers:
    """Returns what ``offers_of`` does, of nights that are all open and free."""
    if room.occupancy.refusal(sought.party) is not None:
        return NO_OFFERS
    closed = restricted_by(calendar.arrival, calendar.departure, sought.stay)
    if closed is not None:
        return Offers(barred=(Barred(None, closed),))
    barred = [Barred(plan, why) for plan in room.plans if (why := plan.restricted(sought.stay, sought.today))]
    against = {each.plan for each in barred}
    made = [_priced(room, sought, calendar, plan) for plan in (None, *room.plans) if plan not in against]
    return Offers(tuple(sorted((each for each in made if isinstance(each, Offer)), key=_order)), tuple(barred))


def offer_of(
    room: RoomOffer,
    sought: Sought,
    calendar: StayCalendar,
    plan: RatePlan | None,
    *,
    despite_restrictions: bool = False,
) -> Offer | Refusal:
    """Returns the offer of one plan (None: standard), or why this guest cannot book it; what is left is not looked at.

    The refusals are NotOnSale, TooManyGuests, Restricted and LevelTooLow, in this order.
    """
    if plan is not None and not plan.enabled:
        return NotOnSale("rate plan")
    made = _priced(room, sought, calendar, plan)
    if isinstance(made, TooManyGuests):
        return made
    barred = None if despite_restrictions else _restricted(sought, calendar, plan)
    if barred is not None:
        return barred
    if made.min_level is not None and not reaches(sought.level, made.min_level):
        return LevelTooLow(made.min_level)
    return made


def _restricted(sought: Sought, calendar: StayCalendar, plan: RatePlan | None) -> Restricted | None:
    closed = restricted_by(calendar.arrival, calendar.departure, sought.stay)
    return closed or (None if plan is None else plan.restricted(sought.stay, sought.today))


def _priced(room: RoomOffer, sought: Sought, calendar: StayCalendar, plan: RatePlan | None) -> Offer | TooManyGuests:
    price = price_stay(calendar.prices, sought.party, room.occupancy, plan=plan)
    if isinstance(price, TooManyGuests):
        return price
    nights = calendar.prices if plan is None else tuple(map(plan.night_price, calendar.prices))
    return Offer(plan, sought.stay, nights, price)


def _order(offer: Offer) -> tuple[int, str]:
    """The cheapest first, of equal ones standard, then the older plan."""
    return offer.price.total.fen, offer.rate_plan_id or ""


def calendar_of(stay: Stay, nights: Mapping[date, Night]) -> StayCalendar | None:
    """Returns what the calendar says of a stay; None if one of its nights is not open."""
    wanted = [nights.get(night) for night in stay.nights]
    found = [night for night in wanted if night is not None]
    if len(found) < len(wanted):
        return None
    leaving = nights.get(stay.check_out)
    departure = UNRESTRICTED if leaving is None else leaving.rules
    return StayCalendar(tuple(night.price for night in found), found[0].rules, departure)


def not_free(sought: Sought, nights: Mapping[date, Night], mode: InventoryMode) -> tuple[date, ...]:
    """Returns the nights of the stay that do not have as many units on sale as the party wants."""
    units = sought.party.units
    return tuple(
        each for each in sought.stay.nights if (night := nights.get(each)) is None or night.available(mode) < units
    )
