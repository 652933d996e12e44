"""Finding hotels: by words, city, dates and distance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from posthouse.domain.catalogue import Hotel, distance_km
from posthouse.domain.stay import Stay
from posthouse.services.catalogue import availability
from posthouse.store import hotels

Sort = Literal["price", "distance", "name"]

HOTELS_LOOKED_INTO = 60
"""With dates, how many hotels one request looks into before it answers with what it has and a cursor."""

PAGE = 100


@dataclass(frozen=True)
class Search:
    """What a guest looks for; ``near`` is latitude and longitude in degrees."""

    keyword: str | None
    city: str | None
    stay: Stay | None
    near: tuple[float, float] | None
    sort: Sort


@dataclass(frozen=True)
class FoundHotel:
    """A hotel that fits, with its distance where one was asked for."""

    hotel: Hotel
    distance: float | None


@dataclass(frozen=True)
class FoundPage:
    """One page of a search; ``after`` is the place from which the next one goes on."""

    items: list[FoundHotel]
    after: list[Any] | None


def find_hotels(search: Search, limit: int, after: list[Any] | None) -> FoundPage:
    """The hotels that fit, in the search's order."""
    fitting = [_found(hotel, search) for hotel in _all_hotels() if _matches(hotel, search)]
    ordered = sorted(fitting, key=lambda found: _place(found, search.sort))
    waiting = [found for found in ordered if after is None or _place(found, search.sort) > after]
    if search.stay is None:
        page = waiting[:limit]
        return FoundPage(page, _place(page[-1], search.sort) if len(waiting) > limit else None)
    return _with_room(waiting, search.stay, search.sort, limit)


def _with_room(waiting: list[FoundHotel], stay: Stay, sort: Sort, limit: int) -> FoundPage:
    page: list[FoundHotel] = []
    looked_into = 0
    for found in islice(waiting, HOTELS_LOOKED_INTO):
        looked_into += 1
        if any(availability(room, stay).available for room in _rooms(found.hotel.hotel_id)):
            page.append(found)
        if len(page) == limit:
            break
    more = looked_into < len(waiting)
    return FoundPage(page, _place(waiting[looked_into - 1], sort) if more else None)


def _rooms(hotel_id: str) -> Iterator[Any]:
    return iter(hotels.rooms_of(hotel_id, PAGE, None).items)


def _all_hotels() -> Iterator[Hotel]:
    position = None
    while True:
        page = hotels.list_hotels(PAGE, position)
        yield from page.items
        position = page.position
        if position is None:
            return


def _matches(hotel: Hotel, search: Search) -> bool:
    if search.city is not None and search.city.casefold() != hotel.city.casefold():
        return False
    text = f"{hotel.name} {hotel.address} {hotel.city}".casefold()
    return search.keyword is None or search.keyword.casefold() in text


def _found(hotel: Hotel, search: Search) -> FoundHotel:
    return FoundHotel(hotel, None if search.near is None else distance_km(*search.near, hotel))


def _place(found: FoundHotel, sort: Sort) -> list[Any]:
    """Where a hotel stands in the order; hotels without a price come last, and the id breaks ties."""
    if sort == "price":
        price = found.hotel.from_price
        return [price is None, price or 0, found.hotel.hotel_id]
    if sort == "distance":
        return [found.distance or 0, found.hotel.hotel_id]
    return [found.hotel.name.casefold(), found.hotel.hotel_id]
