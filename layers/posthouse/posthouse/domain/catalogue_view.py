"""The catalogue's read model: a room type with its hotel, and what a search needs to know of a hotel."""

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
    """A room type, joined with its hotel. ``revision`` is the hotel's: a higher one is newer."""

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
    """A hotel as a search sees it.

    ``offers`` are its room types on sale, ``from_price`` the lowest of their prices in fen, ``words`` the text that
    keywords meet. A dataclass, for the sake of the fields that follow from others.
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
        # Thousands of these are searched again and again: what each search would work out is worked out once.
        object.__setattr__(self, "words", folded(f"{self.name} {self.address} {self.city}"))
        object.__setattr__(self, "folded_city", folded(self.city))
        object.__setattr__(self, "from_price", min((offer.price for offer in self.offers), default=None))


class Search(Value):
    """What a guest looks for; ``near`` is latitude and longitude in degrees; without a sort, the hotels' own order."""

    keyword: str | None = None
    city: str | None = None
    stay: Stay | None = None
    near: tuple[float, float] | None = None
    sort: Sort | None = None


class FoundHotel(Value):
    """A hotel that fits; ``distance`` in km where a place was given, ``place`` where it stands in the order."""

    summary: HotelSummary
    distance: float | None
    place: list[Any]


def view_of(hotel: Hotel, room: Room) -> RoomView:
    """The read model of a room type, from a snapshot of both."""
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
    """The read model of a hotel."""
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
    """Text as searches compare it: full-width letters are letters, and case does not count."""
    return unicodedata.normalize("NFKC", text).casefold()


def fits(search: Search) -> Callable[[HotelSummary], bool]:
    """A test for hotels that guests can find: every word of the keyword occurs, and the city is the one asked for."""
    words = folded(search.keyword or "").split()
    city = folded(search.city.strip()) if search.city is not None else None
    # Only an open hotel has a room for a stay.
    states = {OpeningState.OPEN} if search.stay is not None else {OpeningState.OPEN, OpeningState.OPENING_SOON}

    def fitting(summary: HotelSummary) -> bool:
        return (
            summary.opening_state in states
            and (city is None or summary.folded_city == city)
            and all(word in summary.words for word in words)
        )

    return fitting


def found(summary: HotelSummary, search: Search) -> FoundHotel:
    """A hotel with its distance and its place in the order."""
    distance = None
    if search.near is not None:
        distance = distance_km(*search.near, summary.latitude, summary.longitude)
    return FoundHotel(summary, distance, _place(summary, distance, search.sort))


def _place(summary: HotelSummary, distance: float | None, sort: Sort | None) -> list[Any]:
    """Hotels without a price come last by price; the id breaks ties."""
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
