"""How much one guest may ask for in an hour of the clock: nobody shall hold the house or its shelves by asking."""

from __future__ import annotations

from datetime import datetime, timedelta

from posthouse.domain.refusal import Refusal

HOUR = timedelta(hours=1)

LOGINS_AN_HOUR = 120
"""A token is good for a day; who logs in every half a minute is no person."""


class TooManyRequests(Refusal):
    """More of one kind than a guest may ask for; ``retry_after`` is in seconds."""

    kind: str
    retry_after: int

    @property
    def explanation(self) -> str:
        return f"Too many {self.kind} of this account; try again in {self.retry_after} seconds."


def hour_of(moment: datetime) -> int:
    """The hour of the clock, counted since 1970."""
    return int(moment.timestamp()) // int(HOUR.total_seconds())


def left_of_hour(moment: datetime) -> int:
    """Whole seconds until the next hour begins, 1 at least."""
    hour = int(HOUR.total_seconds())
    return hour - int(moment.timestamp()) % hour
