"""Rate limits of one guest by the clock hour, so that nobody can hold all rooms or goods."""

from __future__ import annotations

from datetime import datetime, timedelta

from posthouse.domain.refusal import Refusal

HOUR = timedelta(hours=1)

LOGINS_AN_HOUR = 120
"""The most logins of one guest in an hour. A token is valid for a day, so a person needs far fewer."""


class TooManyRequests(Refusal):
    """The guest has reached a limit; ``kind`` says which one, ``retry_after`` is in seconds."""

    kind: str
    retry_after: int

    @property
    def explanation(self) -> str:
        return f"Too many {self.kind.replace('_', ' ')} of this account; try again in {self.retry_after} seconds."


def hour_of(moment: datetime) -> int:
    """Returns the clock hour, counted since 1970."""
    return int(moment.timestamp()) // int(HOUR.total_seconds())


def left_of_hour(moment: datetime) -> int:
    """Returns the seconds until the next hour begins, at least 1."""
    hour = int(HOUR.total_seconds())
    return hour - int(moment.timestamp()) % hour
