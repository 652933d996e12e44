"""Hotels, room types and their nights on sale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

from msgspec.structs import replace

from posthouse.domain.day_use import DayUse
from posthouse.domain.days import HotelClock
from posthouse.domain.money import Money
from posthouse.domain.price import Occupancy, Party, TooManyGuests, price_stay
from posthouse.domain.rate_plan import RatePlan
from posthouse.domain.refusal import Refusal
from posthouse.domain.restriction import UNRESTRICTED, NightRules
from posthouse.domain.stay import Stay
from posthouse.domain.value import Value

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""

MANY = 999
"""The units left of a room type that never sells out: as many as one booking can have."""

MAX_ROOMS = 80
"""The most room types of one hotel: one transaction renews all their views, and DynamoDB allows 100 items."""


MAX_SWITCHES = 100
"""How many changes between nights and hours a room type remembers."""


class InventoryMode(StrEnum):
    """When a booking takes nights from the inventory: with the order, with its payment, or never."""

    ON_ORDER = "on_order"
    ON_PAYMENT = "on_payment"
    UNLIMITED = "unlimited"


class OpeningState(StrEnum):
    """Whether a hotel is open. Guests find hotels that are open or open soon, and can book the open ones."""

    OPEN = "open"
    OPENING_SOON = "opening_soon"
    CLOSED = "closed"


class UnitsBelowSold(Refusal):
    """More units of a night are sold, or out of order, than it would have after the change."""

    dates: tuple[date, ...]

    @property
    def explanation(self) -> str:
        return "More units are sold or out of order on " + ", ".join(map(str, self.dates)) + "."


class UndoTooLate(Refusal):
    """A change of the calendar can be undone for a minute."""

    @property
    def explanation(self) -> str:
        return "A change can be undone within a minute; change the nights again instead."


class CalendarChanged(Refusal):
    """Somebody has changed the calendar of the room type since."""

    @property
    def explanation(self) -> str:
        return "The calendar was changed again since; look at it, and change the nights instead."


class NotOnSale(Refusal):
    """It is not on sale; ``kind`` is room (type), hotel, rate plan or goods."""

    kind: str

    @property
    def explanation(self) -> str:
        return f"This {self.kind} is not on sale at present."


class StaysAhead(Refusal):
    """A room type cannot be deleted, nor a hotel's time zone changed, while guests have booked ``dates``."""

    dates: tuple[date, ...]

    @property
    def explanation(self) -> str:
        return "Guests have booked stays, for example on " + ", ".join(map(str, self.dates[:3])) + "."


class HasNumbers(Refusal):
    """A room type that has numbers cannot be deleted."""

    numbers: tuple[str, ...]

    @property
    def explanation(self) -> str:
        return "Take the numbers of this room type away first."


class TooManyRooms(Refusal):
    """The hotel has the maximum number of room types."""

    @property
    def explanation(self) -> str:
        return f"A hotel has at most {MAX_ROOMS} room types."


ANYBODY = Occupancy()
"""Of a room type without any bound."""


class RoomOffer(Value):
    """The part of a room type that is stored with its hotel: what searches need. ``price`` is the base price in fen.

    ``plans`` are its enabled rate plans, in the order of their creation.
    """

    room_id: str
    price: int
    mode: InventoryMode
    on_sale: bool
    name: str = ""
    occupancy: Occupancy = ANYBODY
    plans: tuple[RatePlan, ...] = ()
    day_use: DayUse | None = None

    def takes(self, stay: Stay) -> bool:
        """Whether stays with such dates are sold: one date by the hour, nights in all other room types."""
        return stay.is_day_use == (self.day_use is not None)


def from_price_of(offers: Iterable[RoomOffer]) -> int | None:
    """Returns the lowest base price (fen) of a night; of some hours only if no night is sold. None if nothing is."""
    prices = [(offer.day_use is not None, offer.price) for offer in offers if offer.on_sale]
    return min(prices)[1] if prices else None


class Hotel(Value):
    """A hotel. ``version`` counts its own changes, ``revision`` also those of its room types.

    ``tax_rate_bp`` is the rate of the tax that its prices contain, in basis points of the price without it.
    ``auto_no_show`` if the night audit notes by itself that a guest has not come.
    """

    hotel_id: str
    name: str
    city: str
    address: str
    phone: str
    latitude: float
    longitude: float
    description: str
    images: tuple[str, ...]
    clock: HotelClock
    version: int
    avatar: str | None = None
    tags: tuple[str, ...] = ()
    opening_state: OpeningState = OpeningState.OPEN
    sort_order: int = 0
    tax_number: str | None = None
    tax_rate_bp: int | None = None
    auto_no_show: bool = False
    revision: int = 1
    offers: tuple[RoomOffer, ...] = ()
    """Its room types in the order of their creation."""

    @property
    def from_price(self) -> int | None:
        """The lowest base price (fen) of the room types on sale; None if there is none."""
        return from_price_of(self.offers)

    def with_offer(self, offer: RoomOffer) -> Hotel:
        """Returns the hotel after a room type was added or changed; its rate plans stay."""
        before = self.offer_of(offer.room_id)
        return self._with(offer if before is None else replace(offer, plans=before.plans))

    def with_plans(self, room_id: str, plans: Iterable[RatePlan]) -> Hotel:
        """Returns the hotel after the rate plans of a room type have changed. Raises LookupError without that room."""
        before = self.offer_of(room_id)
        if before is None:
            raise LookupError(room_id)
        return self._with(replace(before, plans=tuple(plan for plan in plans if plan.enabled)))

    def offer_of(self, room_id: str) -> RoomOffer | None:
        """Returns the room type of this id; None if the hotel has none."""
        return next((offer for offer in self.offers if offer.room_id == room_id), None)

    def _with(self, offer: RoomOffer) -> Hotel:
        others = [other for other in self.offers if other.room_id != offer.room_id]
        offers = tuple(sorted([*others, offer], key=lambda each: each.room_id))
        return replace(self, offers=offers, revision=self.revision + 1)

    def without_offer(self, room_id: str) -> Hotel:
        """Returns the hotel after a room type was deleted."""
        offers = tuple(offer for offer in self.offers if offer.room_id != room_id)
        return replace(self, offers=offers, revision=self.revision + 1)


class Room(Value):
    """A room type of a hotel. ``price`` and ``units`` are the defaults for nights that are opened without their own."""

    room_id: str
    hotel_id: str
    name: str
    price: Money
    list_price: Money | None
    units: int
    area: int
    bed: str
    breakfasts: int
    description: str
    images: tuple[str, ...]
    inventory_mode: InventoryMode
    free_cancel_hours: int
    cancel_fee_bp: int
    version: int
    on_sale: bool = True
    calendar: int = 0
    """How often staff have opened or changed nights. A deletion fails if this has changed since it read the nights."""
    undone_to: int | None = None
    """After an undo: the change (its ``calendar``) whose nights these are again."""
    occupancy: Occupancy = ANYBODY
    numbers: tuple[str, ...] = ()
    """The numbers on its doors, as far as staff have told them. They change with ``calendar``."""
    day_use: DayUse | None = None
    """Its hours, if it is sold for some hours of a date and not by the night."""
    switches: tuple[date, ...] = ()
    """The business dates on which staff made one of these of the other, oldest first."""

    def sells_night(self, day: date) -> bool:
        """Whether it is, or was, sold by the night on a date, and not by the hour."""
        since = sum(day < switch for switch in self.switches)
        return (self.day_use is None) == (since % 2 == 0)

    def switched(self, today: date) -> tuple[date, ...]:
        """Returns the dates of its switches after one more. Two on one date are none."""
        undoes = self.switches[-1:] == (today,)
        return self.switches[:-1] if undoes else (*self.switches, today)[-MAX_SWITCHES:]

    @property
    def last_change(self) -> int:
        """The change of the calendar, by its counter, that can be undone: the last one, less those that were undone."""
        return self.calendar if self.undone_to is None else self.undone_to

    @property
    def offer(self) -> RoomOffer:
        """The part that is stored with the hotel. It has no rate plans: the hotel keeps them (``Hotel.with_offer``)."""
        facts = (self.room_id, self.price.fen, self.inventory_mode, self.on_sale, self.name, self.occupancy)
        return RoomOffer(*facts, day_use=self.day_use)


class Night(Value):
    """One night of a room type on sale. ``out_of_order`` counts the numbers that cannot be used in it.

    ``rules`` are the restrictions of stays that begin or end on its date.
    """

    room_id: str
    night: date
    units: int
    sold: int
    price: Money
    closed: bool
    out_of_order: int = 0
    rules: NightRules = UNRESTRICTED

    @property
    def left(self) -> int:
        """Units that can still be booked."""
        return 0 if self.closed else self.units - self.out_of_order - self.sold

    def available(self, mode: InventoryMode) -> int:
        """Returns the units shown to guests: at least 0, and MANY for a room type that never sells out."""
        if mode is InventoryMode.UNLIMITED:
            return 0 if self.closed else MANY
        return max(self.left, 0)


class Availability(Value):
    """The availability of a room type for a stay: the fewest units of any night, and what the party pays in all.

    ``total`` is None if a night is not open, or if the units asked for do not hold the party.
    """

    available: int
    total: Money | None


def availability(offer: RoomOffer, stay: Stay, party: Party, nights: Mapping[date, Night]) -> Availability:
    """Returns the availability of one room type for a party's stay. A night that is not open gives 0 units."""
    wanted = [found for night in stay.nights if (found := nights.get(night)) is not None]
    if len(wanted) < len(stay):
        return Availability(0, None)
    price = price_stay([night.price for night in wanted], party, offer.occupancy)
    total = None if isinstance(price, TooManyGuests) else price.total
    return Availability(min([night.available(offer.mode) for night in wanted]), total)


def distance_km(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Returns the great-circle distance of two places in km, by the haversine formula. Arguments are in degrees."""
    phi, to_phi = radians(latitude), radians(to_latitude)
    half_chord = sin((to_phi - phi) / 2) ** 2 + cos(phi) * cos(to_phi) * sin(radians(to_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half_chord)))
