"""The read model of the catalogue: a room type with its hotel, and the summary of a hotel for searches."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from msgspec.structs import replace

from posthouse.domain.catalogue import Hotel, OpeningState, Room, RoomOffer, distance_km, from_price_of
from posthouse.domain.days import HotelClock
from posthouse.domain.level import Level
from posthouse.domain.price import Party
from posthouse.domain.rate_plan import PayWhen, RatePlan
from posthouse.domain.stay import Stay
from posthouse.domain.value import Value

Sort = Literal["price", "distance", "name"]


class RoomView(Value):
    """A room type joined with its hotel. ``revision`` is the hotel's; the highest one is the newest."""

    room: Room
    hotel_name: str
    city: str
    address: str
    phone: str
    latitude: float
    longitude: float
    clock: HotelClock
    opening_state: OpeningState
    revision: int


@dataclass(frozen=True)
class HotelSummary:
    """The summary of a hotel for searches.

    ``offers`` are its room types on sale, with the plans by which one may cost less than by the calendar, and without
    what a price does not need. ``from_price`` is the lowest of their prices in fen, and keywords are matched with
    ``words``. A dataclass, because some fields are computed from others.
    """

    hotel_id: str
    name: str
    city: str
    address: str
    phone: str
    latitude: float
    longitude: float
    images: tuple[str, ...]
    avatar: str | None
    tags: tuple[str, ...]
    opening_state: OpeningState
    clock: HotelClock
    sort_order: int
    offers: tuple[RoomOffer, ...]
    revision: int
    words: str = field(init=False, repr=False)
    sort_name: str = field(init=False, repr=False)
    folded_city: str = field(init=False, repr=False)
    folded_tags: frozenset[str] = field(init=False, repr=False)
    from_price: int | None = field(init=False)

    def __post_init__(self) -> None:
        # Computed once, because every search reads these fields of thousands of hotels.
        texts = (self.name, self.address, self.city, *self.tags, *(offer.name for offer in self.offers))
        object.__setattr__(self, "words", folded(" ".join(texts)))
        object.__setattr__(self, "sort_name", self.name.casefold())
        object.__setattr__(self, "folded_tags", frozenset(map(folded, self.tags)))
        object.__setattr__(self, "folded_city", folded(self.city))
        object.__setattr__(self, "from_price", from_price_of(self.offers))

    def holding(self, party: Party, stay: Stay) -> Sequence[RoomOffer]:
        """Returns the room types with stays of such dates, of which the party's units hold all its guests."""
        return [offer for offer in self.offers if offer.takes(stay) and offer.occupancy.refusal(party) is None]


class Search(Value):
    """A search at the moment ``now``. Without ``sort`` the hotels' own order counts.

    ``near`` is latitude and longitude in degrees, and ``radius_km`` needs it. A stay is for a ``party`` in units
    of one room type. The bounds of the price (fen a night) hold for the price that guests see. A hotel has all the
    ``tags``. ``level`` is that of the guest; None is nobody known.
    """

    now: datetime
    keyword: str | None = None
    city: str | None = None
    stay: Stay | None = None
    party: Party = Party()
    near: tuple[float, float] | None = None
    radius_km: float | None = None
    price_min: int | None = None
    price_max: int | None = None
    tags: tuple[str, ...] = ()
    sort: Sort | None = None
    level: Level | None = None

    def allows(self, price: int | None) -> bool:
        """Whether the price of a night is within the bounds; a hotel without a price is in none."""
        if price is None:
            return self.price_min is None and self.price_max is None
        return (self.price_min or 0) <= price and (self.price_max is None or price <= self.price_max)


class FoundHotel(Value):
    """A matching hotel. ``distance`` is in km (None without ``near``); ``place`` is its sort key.

    ``total`` is the cheapest stay that can be booked now (fen), ``price`` that of one of its nights, or without dates
    the lowest base price.
    """

    summary: HotelSummary
    distance: float | None
    place: list[Any]
    price: int | None
    total: int | None = None

    def with_total(self, total: int, nights: int) -> FoundHotel:
        """Returns the hotel with the total of its cheapest stay, and the price of a night."""
        return replace(self, total=total, price=night_of(total, nights))


def night_of(total: int, nights: int) -> int:
    """Returns the price of one night of a stay, half a fen rounded up."""
    return (2 * total + nights) // (2 * nights)


def view_of(hotel: Hotel, room: Room) -> RoomView:
    """Returns the read model of a room type, from a consistent snapshot of hotel and room type."""
    return RoomView(
        room=room,
        hotel_name=hotel.name,
        city=hotel.city,
        address=hotel.address,
        phone=hotel.phone,
        latitude=hotel.latitude,
        longitude=hotel.longitude,
        clock=hotel.clock,
        opening_state=hotel.opening_state,
        revision=hotel.revision,
    )


def summary_of(hotel: Hotel) -> HotelSummary:
    """Returns the summary of a hotel."""
    return HotelSummary(
        hotel_id=hotel.hotel_id,
        name=hotel.name,
        city=hotel.city,
        address=hotel.address,
        phone=hotel.phone,
        latitude=hotel.latitude,
        longitude=hotel.longitude,
        images=hotel.images,
        avatar=hotel.avatar,
        tags=hotel.tags,
        opening_state=hotel.opening_state,
        clock=hotel.clock,
        sort_order=hotel.sort_order,
        offers=tuple(_searched(offer) for offer in hotel.offers if offer.on_sale),
        revision=hotel.revision,
    )


def _searched(offer: RoomOffer) -> RoomOffer:
    """Returns the part of a room type that searches need: what a stay costs at least. The cheapest plans are first."""
    cheaper = [_of_price(plan) for plan in offer.plans if plan.adjustment_bp < 0 or plan.adjustment < 0]
    different = sorted(dict.fromkeys(cheaper), key=lambda plan: (plan.adjustment_bp, plan.adjustment))
    return replace(offer, plans=tuple(different))


def _of_price(plan: RatePlan) -> RatePlan:
    """Returns a plan without what makes no price. Those of many room types are equal then."""
    return RatePlan(
        rate_plan_id="",
        room_id="",
        name="",
        breakfasts=0,
        cancel_fee_bp=0,
        payment=PayWhen.FULL,
        adjustment_bp=plan.adjustment_bp,
        adjustment=plan.adjustment,
        min_stay=plan.min_stay,
        days_ahead=plan.days_ahead,
        weekdays=plan.weekdays,
        min_level=plan.min_level,
        valid_from=plan.valid_from,
        valid_to=plan.valid_to,
    )


def folded(text: str) -> str:
    """Returns text in the form that searches compare: full-width letters become normal ones, and case is removed."""
    return unicodedata.normalize("NFKC", text).casefold()


def fits(search: Search) -> Callable[[HotelSummary], bool]:
    """Returns a test for hotels, of all that their summaries tell.

    Guests can see the hotel, all words of the keyword occur, city, tags and distance match, and the stay does not begin
    before the hotel's own business date.
    """
    words = folded(search.keyword or "").split()
    city = folded(search.city.strip()) if search.city is not None else None
    tags = frozenset(map(folded, search.tags))
    # With dates only open hotels count, because only they can be booked.
    dated, today = search.stay, days_at(search.now)

    def fitting(summary: HotelSummary) -> bool:
        # What most hotels fail at, or costs nothing, is first: every search asks this of thousands of hotels.
        state = summary.opening_state
        return (
            (state is OpeningState.OPEN or (dated is None and state is OpeningState.OPENING_SOON))
            and (city is None or summary.folded_city == city)
            and (not words or all(word in summary.words for word in words))
            and (not tags or tags <= summary.folded_tags)
            and (dated is None or dated.check_in >= today(summary.clock))
            and (search.radius_km is None or (_distance(summary, search) or 0) <= search.radius_km)
        )

    return fitting


def days_at(now: datetime) -> Callable[[HotelClock], date]:
    """Returns a function from a clock to its business date at a moment, which reckons each once."""
    known: dict[int, tuple[HotelClock, date]] = {}  # by identity: equal clocks are one object

    def today(clock: HotelClock) -> date:
        found = known.get(id(clock))
        if found is None:
            found = known[id(clock)] = (clock, clock.business_date(now))
        return found[1]

    return today


def first_date(hotels: Iterable[HotelSummary], now: datetime) -> date | None:
    """Returns the earliest business date of the open hotels: the first date that a guest may choose."""
    clocks = {id(it.clock): it.clock for it in hotels if it.opening_state is OpeningState.OPEN}
    return min((clock.business_date(now) for clock in clocks.values()), default=None)


def found(summary: HotelSummary, search: Search) -> FoundHotel:
    """Returns a hotel with its distance, its base price and its sort key."""
    distance = _distance(summary, search)
    return FoundHotel(summary, distance, _place(summary, distance, search.sort), summary.from_price)


def _distance(summary: HotelSummary, search: Search) -> float | None:
    return None if search.near is None else distance_km(*search.near, summary.latitude, summary.longitude)


def _place(summary: HotelSummary, distance: float | None, sort: Sort | None) -> list[Any]:
    """Returns the sort key; the price is the base price. Hotels without one come last; the id breaks ties."""
    name = summary.sort_name
    match sort:
        case "price":
            return [summary.from_price is None, summary.from_price or 0, summary.hotel_id]
        case "distance":
            return [distance or 0, summary.hotel_id]
        case "name":
            return [name, summary.hotel_id]
        case None:
            return [summary.sort_order, name, summary.hotel_id]
