"""Search of hotels by words, city, dates, price and distance. Hotels come from memory; only what is left is read.

With dates each hotel has the total of its cheapest stay that can be booked now. Its lowest possible total is reckoned
from memory (domain/lowest_total.py), and the hotels are taken in the order of the search; by price that is the order of
these totals. Only the nights of a hotel's cheapest room types are read. If they are sold out, the hotel goes on with
its next ones: by price it goes back among the others, to the place of the next total.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import date
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from posthouse.domain.catalogue import OpeningState
from posthouse.domain.catalogue_view import FoundHotel, Search, days_at, fits, found, night_of
from posthouse.domain.lowest_total import Asked, Barrier, Option, barrier, by_total, is_free, total_now
from posthouse.domain.number_sets import pack_numbers, unpack_numbers
from posthouse.domain.value import Value
from posthouse.store import nights
from posthouse.store.batch import MAX_KEYS

if TYPE_CHECKING:
    from posthouse.domain.catalogue_view import HotelSummary
    from posthouse.domain.offer import Sought
    from posthouse.domain.restriction import Restricted
    from posthouse.domain.stay import Stay
    from posthouse.services.catalogue.hotel_index import Catalogue

NIGHTS_LOOKED_AT = 2000
"""With dates, about how many nights one request reads. After them it returns a short page with a cursor."""


class OpenDates(Value):
    """The first and the last night that are open for guests."""

    first: date
    last: date


class FoundPage(Value):
    """One page of a search; ``after`` is the position behind it if more may follow.

    If no hotel has a room on the dates, ``open_dates`` is there, and ``restricted`` if some have rooms but a
    restriction stands against the stay.
    """

    items: list[FoundHotel]
    after: list[Any] | None
    open_dates: OpenDates | None = None
    restricted: Restricted | None = None


def find_hotels(catalogue: Catalogue, search: Search, limit: int, after: list[Any] | None) -> FoundPage:
    """Returns the matching hotels in the order of the search."""
    if search.stay is not None:
        return _dated(catalogue, search, search.stay, limit, after)
    fitting = filter(fits(search), catalogue.hotels)
    ordered = sorted((found(hotel, search) for hotel in fitting), key=lambda each: each.place)
    waiting = [each for each in ordered if search.allows(each.price) and (after is None or each.place > after)]
    page = waiting[:limit]
    return FoundPage(page, page[-1].place if len(waiting) > limit else None)


def _dated(catalogue: Catalogue, search: Search, stay: Stay, limit: int, after: list[Any] | None) -> FoundPage:
    walk = _Walk(catalogue, search, stay, after)
    items = walk.page(limit)
    if items or after is not None or walk.position is not None:
        return FoundPage(items, walk.position)
    return FoundPage([], None, _open_dates(catalogue, search, stay), _restriction(catalogue, search, stay))


class _Waiting:
    """A hotel that was not decided yet: its place in the search and among all hotels, and its options that are left.

    ``known`` is the lowest total that memory has of it (fen).
    """

    __slots__ = ("known", "number", "options", "place", "summary")

    def __init__(self, place: Any, number: int, summary: HotelSummary, options: tuple[Option, ...], known: int) -> None:
        self.place = place
        self.number = number
        self.summary = summary
        self.options = options
        self.known = known

    @property
    def lowest(self) -> int:
        """The lowest total of the options."""
        return self.options[0][0]

    @property
    def cheapest(self) -> list[Option]:
        """The options with the lowest total: mostly one."""
        return list(takewhile(lambda option: option[0] == self.lowest, self.options))


class _Walk:
    """One request's way through the hotels that can be booked if they are free.

    The position at which the next request goes on is the place of the hotel that was decided last. By price that is its
    total and its id, and the numbers of the hotels that went back: of those with a lower total only these may still be
    found.
    """

    def __init__(self, catalogue: Catalogue, search: Search, stay: Stay, after: list[Any] | None) -> None:
        self._search = search
        self._calendars = catalogue.calendars
        self._asked = Asked(stay, search.party, search.level)
        self._length = len(stay)
        self._today = days_at(search.now)
        self._by_price = search.sort == "price"
        self._done: Any = None
        self._nights_read = 0
        self._sold_out = False
        self._totals_now: dict[str, int | None] = {}
        self._queue: list[tuple[Any, int, _Waiting]] = [
            (each.place, each.number, each) for each in self._waiting(catalogue, after)
        ]
        heapq.heapify(self._queue)

    def page(self, limit: int) -> list[FoundHotel]:
        """Returns the next hotels that have a room. AWS calls: one for a hundred nights that are looked at."""
        items: list[FoundHotel] = []
        while self._queue and len(items) < limit:
            if not self._unread(self._queue[0][-1]):
                items += self._decide()
            elif self._nights_read >= NIGHTS_LOOKED_AT and self._done is not None:
                break
            else:
                self._look(limit - len(items))
        return items

    @property
    def position(self) -> list[Any] | None:
        """Where the next request goes on; None if no hotel waits."""
        if not self._queue or self._done is None:
            return None
        if not self._by_price:
            return [*self._done]
        back = (each.number for *_, each in self._queue if (each.known, each.summary.hotel_id) <= self._done)
        return [*self._done, pack_numbers(back)]

    def _waiting(self, catalogue: Catalogue, after: list[Any] | None) -> Iterator[_Waiting]:
        """Returns the hotels that may be found behind the position at which the request begins."""
        options_of, fit, today = catalogue.totals(self._asked).options, fits(self._search), self._today
        back = unpack_numbers(after[2]) if after is not None and self._by_price else frozenset()
        bounded = self._search.price_min is not None or self._search.price_max is not None
        passed = (after[0], after[1]) if after is not None and self._by_price else (-1, "")
        for number, summary in enumerate(catalogue.hotels):
            options = options_of(summary, today(summary.clock)) if fit(summary) else ()
            if not options or (bounded and not self._may_fit(options)):
                continue
            known = options[0][0]
            if not self._by_price:
                place = found(summary, self._search).place
                if after is None or place > after:
                    yield _Waiting(place, number, summary, options, known)
            elif (known, summary.hotel_id) > passed:
                yield _Waiting((known, summary.hotel_id), number, summary, options, known)
            elif number in back:
                ahead = tuple(option for option in options if (option[0], summary.hotel_id) > passed)
                if ahead:
                    yield _Waiting((ahead[0][0], summary.hotel_id), number, summary, ahead, known)

    def _may_fit(self, options: tuple[Option, ...]) -> bool:
        """Whether any total of a hotel may be within the bounds of the price."""
        least, most = self._search.price_min, self._search.price_max
        cheap_enough = most is None or night_of(options[0][0], self._length) <= most
        return cheap_enough and (least is None or night_of(options[-1][0], self._length) >= least)

    def _unread(self, each: _Waiting) -> list[Option]:
        return [option for option in each.cheapest if option[1].room_id not in self._totals_now]

    def _look(self, wanted: int) -> None:
        """Read nights of the next hotels: of as many as the page wants, of more if some were sold out already."""
        taken: list[_Waiting] = []
        unread: list[tuple[Option, date]] = []
        most = max(MAX_KEYS // self._length, 1)
        while self._queue and len(unread) < most and (len(taken) < wanted or self._sold_out):
            *_, each = heapq.heappop(self._queue)
            if not self._by_price:
                each = self._gone_on(each)
            more = self._unread(each)
            taken.append(each)
            if unread and len(unread) + len(more) > most:
                break
            today = self._today(each.summary.clock)
            unread += [(option, today) for option in more]
        for each in taken:
            self._wait(each)
        self._read(unread)

    def _read(self, unread: list[tuple[Option, date]]) -> None:
        stay = self._asked.stay
        read = nights.read_many((offer.room_id for (_, offer), _ in unread), stay.nights, consistent=False)
        self._nights_read += len(unread) * self._length
        for option, today in unread:
            room_id = option[1].room_id
            now = total_now(option, self._asked.sought(today), read[room_id], self._calendars[room_id])
            self._totals_now[room_id] = now
            self._sold_out |= now is None

    def _decide(self) -> list[FoundHotel]:
        """Take the first hotel, whose cheapest room types were read. It is found if one of them can be booked."""
        *_, each = heapq.heappop(self._queue)
        totals = self._bookable(each)
        if totals and totals[0][0] <= each.lowest:
            self._done = each.place
            hotel = found(each.summary, self._search).with_total(totals[0][0], self._length)
            return [hotel] if self._search.allows(hotel.price) else []
        later = self._gone_on(each)
        goes_on = later is not each and self._may_fit(later.options)
        if self._by_price or not goes_on:
            self._done = each.place
        if goes_on:
            self._wait(later)
        return []

    def _wait(self, each: _Waiting) -> None:
        heapq.heappush(self._queue, (each.place, each.number, each))

    def _gone_on(self, each: _Waiting) -> _Waiting:
        """Returns a hotel with its next options if its cheapest room types are sold out; itself if they are not.

        Those that are dearer than memory knew are among the next. The last ones stay.
        """
        now = self._bookable(each)
        if self._unread(each) or (now and now[0][0] <= each.lowest):
            return each
        rest = tuple(sorted((*now, *each.options[len(each.cheapest) :]), key=by_total))
        if not rest:
            return each
        place = (rest[0][0], each.summary.hotel_id) if self._by_price else each.place
        return _Waiting(place, each.number, each.summary, rest, each.known)

    def _bookable(self, each: _Waiting) -> list[Option]:
        """Returns the cheapest room types of a hotel that can be booked, with their totals as they were read."""
        offers = (offer for _, offer in each.cheapest)
        read = [(self._totals_now.get(offer.room_id), offer) for offer in offers]
        return sorted(((total, offer) for total, offer in read if total is not None), key=by_total)


def _open_dates(catalogue: Catalogue, search: Search, stay: Stay) -> OpenDates | None:
    """Returns which nights are open at hotels that match but for the dates; None if none holds the party then."""
    anywhere, today = fits(replace(search, stay=None)), days_at(search.now)
    begin, end = date.max, date.min
    for summary in catalogue.hotels:
        if summary.opening_state is not OpeningState.OPEN or not anywhere(summary):
            continue
        for offer in summary.holding(search.party, stay):
            calendar = catalogue.calendars.get(offer.room_id)
            span = None if calendar is None else calendar.span(today(summary.clock))
            if span is not None:
                begin, end = min(begin, span[0]), max(end, span[1])
    return OpenDates(begin, end) if begin <= end else None


def _restriction(catalogue: Catalogue, search: Search, stay: Stay) -> Restricted | None:
    """Returns what stands against a stay that could be booked without it. AWS calls: none, or one to read nights."""
    asked, today, fit = Asked(stay, search.party, search.level), days_at(search.now), fits(search)
    most = max(MAX_KEYS // len(stay), 1)
    barriers: list[tuple[Barrier, Sought]] = []
    for summary in filter(fit, catalogue.hotels):
        for offer in summary.offers:
            calendar = catalogue.calendars.get(offer.room_id)
            sought = asked.sought(today(summary.clock))
            against = None if calendar is None or not calendar.rules else barrier(offer, calendar, sought)
            if against is not None and search.allows(night_of(against.total, len(stay))):
                barriers.append((against, sought))
        if len(barriers) >= most:
            break
    barriers = barriers[:most]
    if not barriers:
        return None
    read = nights.read_many((against.offer.room_id for against, _ in barriers), stay.nights, consistent=False)
    free = (it for it, sought in barriers if is_free(it.offer, sought, read[it.offer.room_id]))
    return next((against.restricted for against in free), None)
