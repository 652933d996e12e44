"""Search of hotels by words, city, dates and distance. Hotels come from memory; only nights are read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from posthouse.domain.catalogue_view import FoundHotel, HotelSummary, Search, fits, found
from posthouse.domain.value import Value
from posthouse.services.catalogue.availability import offers_for
from posthouse.store.batch import MAX_KEYS

if TYPE_CHECKING:
    from posthouse.domain.stay import Stay

NIGHTS_LOOKED_AT = 2000
"""With dates, about how many nights one request reads. After them it returns a short page with a cursor."""


class FoundPage(Value):
    """One page of a search; ``after`` is the sort key of its last hotel if more follow."""

    items: list[FoundHotel]
    after: list[Any] | None


def find_hotels(hotels: Collection[HotelSummary], search: Search, limit: int, after: list[Any] | None) -> FoundPage:
    """Returns the matching hotels in the order of the search."""
    fitting = filter(fits(search), hotels)
    ordered = sorted((found(hotel, search) for hotel in fitting), key=lambda each: each.place)
    waiting = ordered if after is None else [each for each in ordered if each.place > after]
    if search.stay is None:
        page = waiting[:limit]
        return FoundPage(page, page[-1].place if len(waiting) > limit else None)
    return _with_room(waiting, search.stay, limit)


def _with_room(waiting: list[FoundHotel], stay: Stay, limit: int) -> FoundPage:
    page: list[FoundHotel] = []
    looked_into = nights = 0
    for group in _groups(waiting, len(stay.nights)):
        offers = [offer for each in group for offer in each.summary.offers]
        free = offers_for(offers, stay, consistent=False)
        for each in group:
            looked_into += 1
            if any(free[offer.room_id].available for offer in each.summary.offers):
                page.append(each)
            if len(page) == limit:
                return _page(page, waiting, looked_into)
        nights += len(offers) * len(stay.nights)
        if nights >= NIGHTS_LOOKED_AT:
            break
    return _page(page, waiting, looked_into)


def _page(page: list[FoundHotel], waiting: list[FoundHotel], looked_into: int) -> FoundPage:
    return FoundPage(page, waiting[looked_into - 1].place if looked_into < len(waiting) else None)


def _groups(waiting: list[FoundHotel], nights: int) -> Iterator[Sequence[FoundHotel]]:
    """Returns groups of hotels whose nights fit into one read. A hotel with more nights is a group of its own."""
    group: list[FoundHotel] = []
    keys = 0
    for each in waiting:
        wanted = len(each.summary.offers) * nights
        if group and keys + wanted > MAX_KEYS:
            yield group
            group, keys = [], 0
        group.append(each)
        keys += wanted
    if group:
        yield group
