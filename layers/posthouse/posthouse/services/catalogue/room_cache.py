"""Room details from three cache levels: the memory of this environment (L1), the read model (L2), the source tables.

The change log removes changed room types from L1 (services.catalogue.change_follower). A value enters L1 only if the
log is where it was before the read. So an old value cannot enter after the change that should remove it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from threading import Lock, RLock

from cachetools import TLRUCache

from posthouse.domain.catalogue_view import RoomView, view_of
from posthouse.domain.value import Value
from posthouse.services.catalogue.change_follower import ChangeFollower, News
from posthouse.store import room_views
from posthouse.store.catalogue_snapshot import snapshot_of_room
from posthouse.store.transaction import passes

ROOMS_KEPT = 1000
"""Room types in L1; about 4 kB each."""

HARD_LIFE_SECONDS = 30.0
"""No environment serves a room type from memory for longer, even if the change log cannot be read."""

MISSING_LIFE_SECONDS = 5.0
"""How long L1 keeps the fact that a room type does not exist."""

FLIGHTS = 64
"""Locks for single flight: two room types share one by chance only."""


class Level(StrEnum):
    """The cache level from which a value came."""

    L1 = "l1"
    L2 = "l2"
    SOURCE = "source"


class Found(Value):
    """A room type (None: there is none) and its cache level. ``behind``: the change log could not be read."""

    view: RoomView | None
    level: Level
    behind: bool


class _Entry(Value):
    view: RoomView | None
    hotel_id: str | None


def _expires(_room_id: str, entry: _Entry, now: float) -> float:
    return now + (MISSING_LIFE_SECONDS if entry.view is None else HARD_LIFE_SECONDS)


class RoomCache:
    """Reads room details for one environment.

    Parameters
    ----------
    clock
        Seconds of wall time: a monotonic clock stands still while Lambda keeps an environment frozen.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._follower = ChangeFollower(clock)
        self._l1: TLRUCache[str, _Entry] = TLRUCache(ROOMS_KEPT, _expires, clock)
        self._lock = RLock()
        self._flights = [Lock() for _ in range(FLIGHTS)]

    def read(self, room_id: str) -> Found:
        """Returns a room type. AWS calls: none or a read of the log; on a miss one more (L2), or four more (source)."""
        with self._lock:
            self._drop(self._follower.news())
            known = self._l1.get(room_id)
        if known is not None:
            return Found(known.view, Level.L1, self._follower.behind)
        # Single flight: a thread that wants a room which is being read waits, and then finds it in L1.
        with self._flights[hash(room_id) % FLIGHTS]:
            return self._fill(room_id)

    def _fill(self, room_id: str) -> Found:
        with self._lock:
            known = self._l1.get(room_id)
            position = self._follower.position
        if known is not None:
            return Found(known.view, Level.L1, self._follower.behind)
        view, level = _load(room_id)
        with self._lock:
            if position is not None and self._follower.position == position:
                self._l1[room_id] = _Entry(view, None if view is None else view.room.hotel_id)
        return Found(view, level, self._follower.behind)

    def _drop(self, news: News) -> None:
        if news.everything:
            self._l1.clear()
        for change in news.changes:
            if change.calendar:
                continue  # room details tell nothing of nights
            if change.room_id is not None:
                self._l1.pop(change.room_id, None)
                continue
            for room_id in [key for key, entry in self._l1.items() if entry.hotel_id == change.hotel_id]:
                self._l1.pop(room_id, None)


def _load(room_id: str) -> tuple[RoomView | None, Level]:
    stored = room_views.get_view(room_id)
    if stored is not None:
        return stored.view, Level.L2
    snapshot = snapshot_of_room(room_id)
    if snapshot is None:
        return None, Level.SOURCE
    view = view_of(*snapshot)
    try:
        room_views.heal(view)
    except Exception as fault:
        if not passes(fault):
            raise  # a temporary fault: the caller has the value, and the next reader repairs L2
    return view, Level.SOURCE


@cache
def room_cache() -> RoomCache:
    """Returns the only cache of this environment."""
    return RoomCache()
