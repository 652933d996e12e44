"""Search of hotels by words, city, dates, price and distance. Hotels come from memory; only nights are read.

With dates each hotel has the price of its cheapest stay. Nights are read for as many hotels as a page needs, or, in the
order of these prices, for a whole block of hotels: all that one request may read. A search with more hotels than one
block is in order within each block, and the blocks follow each other by the hotels' base prices.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from posthouse.domain.catalogue import OpeningState, cheapest_total
from posthouse.domain.catalogue_view import FoundHotel, HotelSummary, Search, fits, found
from posthouse.domain.value import Value
from posthouse.services.catalogue.availability import offers_for
from posthouse.store import nights
from posthouse.store.batch import MAX_KEYS

if TYPE_CHECKING:
    from posthouse.domain.catalogue import RoomOffer
    from posthouse.domain.price import Party
    from posthouse.domain.stay import Stay

NIGHTS_LOOKED_AT = 2000
"""With dates, about how many nights one request reads. After them it returns a short page with a cursor."""

READS_FOR_DATES = 10
"""How many reads look for open dates if no hotel has a room: two for a room type with open nights, one for another."""


class OpenDates(Value):
    """The first and the last night that are open for guests."""

    first: date
    last: date


class FoundPage(Value):
    """One page of a search; ``after`` is the position of its last hotel if more follow.

    ``open_dates`` is there if no hotel has a room on the dates.
    """

    items: list[FoundHotel]
    after: list[Any] | None
    open_dates: OpenDates | None = None


def find_hotels(hotels: Collection[HotelSummary], search: Search, limit: int, after: list[Any] | None) -> FoundPage:
    """Returns the matching hotels in the order of the search."""
    fitting = filter(fits(search), hotels)
    ordered = sorted((found(hotel, search) for hotel in fitting), key=lambda each: each.place)
    if search.stay is None:
        waiting = [each for each in ordered if search.allows(each.price) and (after is None or each.place > after)]
        page = waiting[:limit]
        return FoundPage(page, page[-1].place if len(waiting) > limit else None)
    walk = _by_total if search.sort == "price" else _with_room
    priced = walk(ordered, search, search.stay, limit, after)
    nothing = after is None and not priced.items and priced.after is None
    return replace(priced, open_dates=_open_dates(hotels, search)) if nothing else priced


def _with_room(ordered: list[FoundHotel], search: Search, stay: Stay, limit: int, after: list[Any] | None) -> FoundPage:
    waiting = ordered if after is None else [each for each in ordered if each.place > after]
    page: list[FoundHotel] = []
    looked_into = 0
    for each in _priced(waiting, search, stay):
        looked_into += 1
        if each is not None:
            page.append(each)
        if len(page) == limit:
            break
    return FoundPage(page, waiting[looked_into - 1].place if looked_into < len(waiting) else None)


def _by_total(ordered: list[FoundHotel], search: Search, stay: Stay, limit: int, after: list[Any] | None) -> FoundPage:
    """Returns a page in the order of the totals.

    A position is the place of its block's first hotel, and the total and the id of the last hotel in the block.
    """
    block, passed = ([], [-1, ""]) if after is None else (after[0], after[1:])
    waiting = [each for each in ordered if each.place >= block]
    looked_into = [*_priced(waiting, search, stay)]
    by_total = sorted(((each.total, each.summary.hotel_id), each) for each in looked_into if each is not None)
    rest = [(key, each) for key, each in by_total if [*key] > passed]
    page = [each for _, each in rest[:limit]]
    if len(rest) > limit:
        return FoundPage(page, [waiting[0].place, *rest[limit - 1][0]])
    more = waiting[len(looked_into) :]
    return FoundPage(page, [more[0].place, -1, ""] if more else None)


def _priced(waiting: list[FoundHotel], search: Search, stay: Stay) -> Iterator[FoundHotel | None]:
    """Returns the hotels in their order with the totals of their cheapest stays, until enough nights have been read.

    A hotel without a room for the party, or with one that is too dear or too cheap, is None. Nights of rooms that do
    not hold the party are not read.
    """
    nights_read = 0
    for group in _groups(waiting, search.party, stay):
        offers = [offer for _, holding in group for offer in holding]
        free = offers_for(offers, stay, search.party, consistent=False)
        for each, holding in group:
            total = cheapest_total((free[offer.room_id] for offer in holding), search.party.units)
            with_total = None if total is None else each.with_total(total.fen, len(stay.nights))
            yield with_total if with_total is not None and search.allows(with_total.price) else None
        nights_read += len(offers) * len(stay.nights)
        if nights_read >= NIGHTS_LOOKED_AT:
            return


def _groups(
    waiting: list[FoundHotel], party: Party, stay: Stay
) -> Iterator[Sequence[tuple[FoundHotel, Sequence[RoomOffer]]]]:
    """Returns groups of hotels, with their rooms that hold the party, whose nights fit into one read.

    A hotel with more nights is a group of its own.
    """
    group: list[tuple[FoundHotel, Sequence[RoomOffer]]] = []
    keys = 0
    for each in waiting:
        holding = each.summary.holding(party, stay)
        wanted = len(holding) * len(stay)
        if group and keys + wanted > MAX_KEYS:
            yield group
            group, keys = [], 0
        group.append((each, holding))
        keys += wanted
    if group:
        yield group


def _open_dates(hotels: Collection[HotelSummary], search: Search) -> OpenDates | None:
    """Returns which nights are open at hotels that match but for the dates; None if none holds the party then.

    It looks at a few hotels, as all are mostly opened together, and at their room types until one has open nights.
    """
    anywhere = fits(replace(search, stay=None))
    fitting = [summary for summary in hotels if summary.offers and summary.opening_state is OpeningState.OPEN]
    nearest = sorted((found(each, search) for each in fitting if anywhere(each)), key=lambda each: each.place)
    ends = [] if search.stay is None else [*_open_spans((it.summary for it in nearest), search, search.stay)]
    return OpenDates(min(first for first, _ in ends), max(last for _, last in ends)) if ends else None


def _open_spans(hotels: Iterable[HotelSummary], search: Search, stay: Stay) -> Iterator[tuple[date, date]]:
    reads = 0
    for hotel in hotels:
        for offer in hotel.holding(search.party, stay):
            if reads + 2 > READS_FOR_DATES:
                return
            span = nights.open_span(offer.room_id, hotel.clock.business_date(search.now))
            reads += 1 if span is None else 2
            if span is not None:
                yield span
                break
