"""The summaries of all hotels in the memory of one execution environment, kept fresh by the change log."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from posthouse.services.catalogue.change_follower import ChangeFollower, News
from posthouse.store import hotel_summaries

if TYPE_CHECKING:
    from posthouse.domain.catalogue_view import HotelSummary

HARD_LIFE_SECONDS = 30.0
"""While the change log cannot be read, summaries older than this are read again before they are used."""


class HotelIndex:
    """The hotels in one environment. With 5,000 hotels it reads 3 MB once and takes 12 MB (docs/benchmarks.md).

    Parameters
    ----------
    clock
        Seconds of wall time.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._follower = ChangeFollower(clock)
        self._hotels: dict[str, HotelSummary] = {}
        self._fresh_at: float | None = None
        self._lock = Lock()

    def summaries(self) -> Collection[HotelSummary]:
        """Returns all hotels. AWS calls: none or a read of the log, and one for each hundred hotels that changed."""
        with self._lock:
            news = self._follower.news()
            try:
                self._catch_up(news)
            except Exception:
                self._fresh_at = None  # the changes may be missing here, so the next call reads all hotels again
                raise
            return list(self._hotels.values())

    def _catch_up(self, news: News) -> None:
        now = self._clock()
        too_old = self._fresh_at is None or (self._follower.behind and now - self._fresh_at > HARD_LIFE_SECONDS)
        if news.everything or too_old:
            self._hotels = {summary.hotel_id: summary for summary in hotel_summaries.all_summaries()}
            self._fresh_at = now
            return
        for summary in hotel_summaries.summaries_of({change.hotel_id for change in news.changes}):
            self._hotels[summary.hotel_id] = summary
        if not self._follower.behind:
            self._fresh_at = now


@cache
def hotel_index() -> HotelIndex:
    """Returns the only index of this environment."""
    return HotelIndex()
