"""Follows the catalogue's change log for one execution environment: a broadcast, consumed with a local offset."""

from __future__ import annotations

from collections.abc import Callable

from posthouse.domain.value import Value
from posthouse.store import change_log
from posthouse.store.change_log import Change, LogUnreachable

CHECK_SECONDS = 1.0
"""The bound on staleness: no environment uses what it knows for longer without a look at the log."""

LONGEST_PAUSE_SECONDS = 15.0
"""How long an environment waits, at most, before it tries a log again that it could not read."""

REPLAYED = 500
"""Past so many changes it is cheaper to forget everything than to read what changed."""


class News(Value):
    """What changed since the last look; ``everything`` when that cannot be told."""

    everything: bool
    changes: tuple[Change, ...] = ()


NOTHING = News(everything=False)


class ChangeFollower:
    """Not safe for threads by itself: its user calls it under a lock.

    ``position`` is the number of the last change that has been handed out; None before the log was first read.
    ``behind`` says that the log could not be read when it should have been.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.position: int | None = None
        self.behind = False
        self._clock = clock
        self._begun = 0.0
        self._next_check = 0.0
        self._failures = 0

    def news(self) -> News:
        """Changes since the last call. Reads the log at most once a second: one call, two where there are changes."""
        begun = self._clock()
        if self._begun <= begun < self._next_check:
            return NOTHING
        self._begun = begun
        try:
            news = self._read()
        except LogUnreachable:
            self.behind = True
            self._failures += 1
            self._next_check = self._clock() + min(CHECK_SECONDS * 2**self._failures, LONGEST_PAUSE_SECONDS)
            return NOTHING
        self.behind = False
        self._failures = 0
        # From the beginning of the look: a change that was committed during it may not have been seen.
        self._next_check = begun + CHECK_SECONDS
        return news

    def _read(self) -> News:
        last = change_log.last_number()
        before, self.position = self.position, last
        if before == last:
            return NOTHING
        if before is None or not 0 < last - before <= REPLAYED:
            return News(everything=True)
        try:
            changes = change_log.changes_between(before, last)
        except LogUnreachable:
            self.position = before
            raise
        return News(everything=True) if changes is None else News(everything=False, changes=tuple(changes))
