"""The read model of the catalogue: a room type with its hotel, and the summary of a hotel for searches."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from posthouse.domain.catalogue import Hotel, OpeningState, Room, RoomOffer, distance_km
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
    time_zone: str
    opening_state: OpeningState
    revision: int


@dataclass(frozen=True)
class HotelSummary:
    """The summary of a hotel for searches.

    ``offers`` are its room types on sale, ``from_price`` is the lowest of their prices in fen, and keywords are
    matched with ``words``. A dataclass, because some fields are computed from others.
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
    sort_order: int
    offers: tuple[RoomOffer, ...]
    revision: int
    words: str = field(init=False, repr=False)
    folded_city: str = field(init=False, repr=False)
    from_price: int | None = field(init=False)

    def __post_init__(self) -> None:
        # Computed once, because every search reads these fields of thousands of hotels.
        object.__setattr__(self, "words", folded(f"{self.name} {self.address} {self.city}"))
        object.__setattr__(self, "folded_city", folded(self.city))
        object.__setattr__(self, "from_price", min((offer.price for offer in self.offers), default=None))


class Search(Value):
    """A search. ``near`` is latitude and longitude in degrees; without ``sort`` the hotels' own order counts."""

    keyword: str | None = None
    city: str | None = None
    stay: Stay | None = None
    near: tuple[float, float] | None = None
    sort: Sort | None = None


class FoundHotel(Value):
    """A matching hotel. ``distance`` is in km (None without ``near``); ``place`` is its sort key."""

    summary: HotelSummary
    distance: float | None
    place: list[Any]


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
        time_zone=hotel.time_zone,
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
        sort_order=hotel.sort_order,
        offers=tuple(offer for offer in hotel.offers if offer.on_sale),
        revision=hotel.revision,
    )


def folded(text: str) -> str:
    """Returns text in the form that searches compare: full-width letters become normal ones, and case is removed."""
    return unicodedata.normalize("NFKC", text).casefold()


def fits(search: Search) -> Callable[[HotelSummary], bool]:
    """Returns a test for hotels: guests can see the hotel, all words of the keyword occur, and the city matches."""
    words = folded(search.keyword or "").split()
    city = folded(search.city.strip()) if search.city is not None else None
    # With dates only open hotels count, because only they can be booked.
    states = {OpeningState.OPEN} if search.stay is not None else {OpeningState.OPEN, OpeningState.OPENING_SOON}

    def fitting(summary: HotelSummary) -> bool:
        return (
            summary.opening_state in states
            and (city is None or summary.folded_city == city)
            and all(word in summary.words for word in words)
        )

    return fitting


def found(summary: HotelSummary, search: Search) -> FoundHotel:
    """Returns a hotel with its distance and its sort key."""
    distance = None
    if search.near is not None:
        distance = distance_km(*search.near, summary.latitude, summary.longitude)
    return FoundHotel(summary, distance, _place(summary, distance, search.sort))


def _place(summary: HotelSummary, distance: float | None, sort: Sort | None) -> list[Any]:
    """Returns the sort key. By price, hotels without a price come last; the id breaks ties."""
    name = summary.name.casefold()
    match sort:
        case "price":
            return [summary.from_price is None, summary.from_price or 0, summary.hotel_id]
        case "distance":
            return [distance or 0, summary.hotel_id]
        case "name":
            return [name, summary.hotel_id]
        case None:
            return [summary.sort_order, name, summary.hotel_id]
