"""Day use: a room type that is sold for some hours of one date. Why it is so: docs/decisions/0069-day-use.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.refusal import InvalidRequest
from posthouse.domain.value import Value

if TYPE_CHECKING:
    from posthouse.domain.days import HotelClock

MAX_HOURS = 23
"""The most hours of a day use: it begins and ends on one date."""


class DayUse(Value):
    """How many ``hours`` a guest has such a room, and the window ("HH:MM", local) in which the guest comes and leaves.

    The window lies within one date of the calendar, and within one business date.
    """

    hours: int
    begin: str
    end: str

    @property
    def last_arrival(self) -> str:
        """The last hour at which a guest may come; before ``begin`` if the window is shorter than the hours."""
        return _shown(_minutes(self.end) - self.hours * 60)

    @property
    def broken_rule(self) -> InvalidRequest | None:
        """Returns what does not fit together; None if all does."""
        short = _minutes(self.begin) + self.hours * 60 > _minutes(self.end)
        return InvalidRequest("day_use.to", "must be at least so many hours after from") if short else None

    def unfit(self, clock: HotelClock) -> InvalidRequest | None:
        """Returns why a hotel with this clock cannot have it; None if it can."""
        early = self.begin < clock.day_turns_at
        return InvalidRequest("day_use.from", "must not be before the hotel's day_turns_at") if early else None

    def refusal(self, arrival_time: str | None) -> InvalidRequest | None:
        """Returns why a guest cannot come at that hour; None if it is possible."""
        if arrival_time is None:
            return InvalidRequest("arrival_time", "is needed: this room is sold by the hour")
        fits = self.begin <= arrival_time <= self.last_arrival
        bounds = f"must be from {self.begin} to {self.last_arrival}: this room is sold for {self.hours} hours"
        return None if fits else InvalidRequest("arrival_time", bounds)

    def clock(self, clock: HotelClock, arrival_time: str | None = None) -> HotelClock:
        """Returns the hotel's clock with the hours of a day use: from the arrival on, or from the first that may be.

        A booking keeps it. So whatever goes by the hour of the check-in or the check-out goes by the guest's own.
        """
        begin = arrival_time or self.begin
        return replace(clock, check_in_time=begin, check_out_time=_shown(_minutes(begin) + self.hours * 60))


def _minutes(hour: str) -> int:
    hours, _, minutes = hour.partition(":")
    return int(hours) * 60 + int(minutes)


def _shown(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
