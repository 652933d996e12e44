"""All hotels, and the calendars of their room types, in the memory of one environment, kept fresh by the change log."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from posthouse.domain.lowest_total import Asked, LowestTotals, Option
from posthouse.services.catalogue.change_follower import ChangeFollower, News
from posthouse.store import hotel_summaries, room_calendars

if TYPE_CHECKING:
    from posthouse.domain.catalogue_view import HotelSummary
    from posthouse.domain.level import Level
    from posthouse.domain.room_calendar import RoomCalendar

HARD_LIFE_SECONDS = 30.0
"""While the change log cannot be read, summaries older than this are read again before they are used."""

STAYS_KEPT = 8
"""For how many stays, with their guests, the lowest totals of hotels are kept until there is news of the hotel."""


class KnownTotals:
    """The lowest totals of one stay in the hotels that were asked for."""

    def __init__(self, asked: Asked, calendars: Mapping[str, RoomCalendar]) -> None:
        self._totals = LowestTotals(asked)
        self._calendars = calendars
        self._known: dict[str, tuple[date, tuple[Option, ...]]] = {}

    def options(self, summary: HotelSummary, today: date) -> tuple[Option, ...]:
        """Returns the room types of a hotel that can be booked if they are free, the lowest total first."""
        known = self._known.get(summary.hotel_id)
        if known is None or known[0] != today:
            options = self._totals.options(summary.offers, self._calendars, today)
            known = self._known[summary.hotel_id] = (today, options)
        return known[1]

    def forget(self, hotel_id: str) -> None:
        """Forget a hotel that has changed."""
        self._known.pop(hotel_id, None)


class Catalogue:
    """What a search needs: the hotels in the order of their ids, their calendars, and the totals that are known.

    Parameters
    ----------
    hotels
        In the order of their ids, which is that of their creation: a hotel keeps its place in this list.
    """

    def __init__(self, hotels: Sequence[HotelSummary], calendars: Mapping[str, RoomCalendar]) -> None:
        self._hotels = hotels
        self._levels: frozenset[Level | None] | None = None
        self.calendars = calendars
        self._stays: OrderedDict[Asked, KnownTotals] = OrderedDict()

    @property
    def hotels(self) -> Sequence[HotelSummary]:
        """All hotels, in the order of their ids."""
        return self._hotels

    def renew(self, hotels: Sequence[HotelSummary]) -> None:
        """Take the hotels after some have changed."""
        self._hotels, self._levels = hotels, None

    @property
    def levels(self) -> frozenset[Level | None]:
        """The levels that rate plans ask for; None is nobody."""
        if self._levels is None:
            offers = (offer for hotel in self._hotels for offer in hotel.offers)
            self._levels = frozenset(plan.min_level for offer in offers for plan in offer.plans)
        return self._levels

    def totals(self, asked: Asked) -> KnownTotals:
        """Returns the lowest totals of a stay; those of the last stays that were asked for are kept."""
        known = self._stays.pop(asked, None) or KnownTotals(asked, self.calendars)
        self._stays[asked] = known
        while len(self._stays) > STAYS_KEPT:
            self._stays.popitem(last=False)
        return known

    def forget(self, hotel_id: str) -> None:
        """Forget the totals of a hotel that has changed."""
        for known in self._stays.values():
            known.forget(hotel_id)


class HotelIndex:
    """The hotels in one environment. What 5,000 hotels with their calendars take is in docs/benchmarks.md.

    An environment handles one request at a time: what ``hotels`` and ``calendars`` return is good for one request.

    Parameters
    ----------
    clock
        Seconds of wall time.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._follower = ChangeFollower(clock)
        self._hotels: dict[str, HotelSummary] = {}
        self._calendars: dict[str, RoomCalendar] | None = None
        self._catalogue = Catalogue((), {})
        self._fresh_at: float | None = None
        self._lock = Lock()

    def catalogue(self, *, dated: bool) -> Catalogue:
        """Returns all hotels, for searches with dates (``dated``) with their calendars, which the first of them reads.

        AWS calls: none or a read of the log, and one for each hundred hotels, or calendars, that changed.
        """
        with self._lock:
            news = self._follower.news()
            try:
                self._catch_up(news)
                if dated and self._calendars is None:
                    # What changes from now on is after the position of the log that was read.
                    self._calendars = dict(room_calendars.all_calendars())
                    self._renew()
            except Exception:
                self._fresh_at = None  # the changes may be missing here, so the next call reads everything again
                raise
            return self._catalogue

    def _catch_up(self, news: News) -> None:
        now = self._clock()
        too_old = self._fresh_at is None or (self._follower.behind and now - self._fresh_at > HARD_LIFE_SECONDS)
        if news.everything or too_old:
            self._hotels = {summary.hotel_id: summary for summary in hotel_summaries.all_summaries()}
            self._calendars = None
            self._renew()
            self._fresh_at = now
            return
        if news.changes:
            self._take(news)
        if not self._follower.behind:
            self._fresh_at = now

    def _take(self, news: News) -> None:
        """Read again what has changed. The totals of other hotels stay known."""
        changed = {change.hotel_id for change in news.changes if not change.calendar}
        for summary in hotel_summaries.summaries_of(changed):
            self._hotels[summary.hotel_id] = summary
        if changed:
            self._catalogue.renew(_in_order(self._hotels))
        if self._calendars is not None:
            self._calendars.update(room_calendars.calendars_of(self._rooms_with_other_nights(news)))
        for change in news.changes:
            self._catalogue.forget(change.hotel_id)

    def _rooms_with_other_nights(self, news: News) -> set[str]:
        found: set[str] = set()
        for change in news.changes:
            if change.calendar and change.room_id is not None:
                found.add(change.room_id)
            elif change.calendar and change.hotel_id in self._hotels:
                found.update(offer.room_id for offer in self._hotels[change.hotel_id].offers)
        return found

    def _renew(self) -> None:
        # The catalogue shares the calendars, empty ones too: later changes are put into them.
        calendars = {} if self._calendars is None else self._calendars
        self._catalogue = Catalogue(_in_order(self._hotels), calendars)


def _in_order(hotels: Mapping[str, HotelSummary]) -> Sequence[HotelSummary]:
    return [hotels[hotel_id] for hotel_id in sorted(hotels)]


@cache
def hotel_index() -> HotelIndex:
    """Returns the only index of this environment."""
    return HotelIndex()
