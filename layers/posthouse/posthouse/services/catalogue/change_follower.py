"""Reads the catalogue's change log for one execution environment: a broadcast with a local offset."""

from __future__ import annotations

from collections.abc import Callable

from posthouse.domain.value import Value
from posthouse.store import change_log
from posthouse.store.change_log import Change, LogUnreachable

CHECK_SECONDS = 1.0
"""The bound on staleness: no environment uses its cache for longer without reading the log."""

LONGEST_PAUSE_SECONDS = 15.0
"""The longest pause before an environment retries to read a log that it could not read."""

REPLAYED = 500
"""Above this number of changes it is cheaper to clear the cache than to read the changes."""


class News(Value):
    """The changes since the last read; ``everything`` if the changes are not known."""

    everything: bool
    changes: tuple[Change, ...] = ()


NOTHING = News(everything=False)


class ChangeFollower:
    """Returns the changes since the last call. Not thread-safe: the caller holds a lock.

    ``position`` is the number of the last change that was returned; None before the first read.
    ``behind`` says that the last read has failed.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self.position: int | None = None
        self.behind = False
        self._clock = clock
        self._begun = 0.0
        self._next_check = 0.0
        self._failures = 0

    def news(self) -> News:
        """Returns the changes since the last call. AWS calls: at most one a second, two where there are changes."""
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
        # Counted from the begin of the read, which may have missed a change that was committed during it.
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
