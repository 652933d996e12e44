"""A stay: the nights between two local dates of a hotel. A night is the date on which it begins."""

from __future__ import annotations

from datetime import date, timedelta

from posthouse.domain.refusal import InvalidRequest, Refusal
from posthouse.domain.value import Value

MAX_NIGHTS = 85
"""The most nights of an order, times its units: each is at most one of the 100 items of a transaction."""

MAX_UNITS = 9
"""How many units a guest may book with one order."""

MAX_STAFF_UNITS = 99
"""How many units staff may book with one order."""

MAX_DAYS_AHEAD = 730
"""How many days ahead a stay may begin; later nights are never open."""


class StayTooLong(Refusal):
    """More nights than one booking can take at once."""

    nights: int
    units: int = 1

    @property
    def explanation(self) -> str:
        wanted = f"{self.nights} nights" if self.units == 1 else f"{self.nights} nights times {self.units} units"
        return f"A stay has at most {MAX_NIGHTS} nights, times its units; this one has {wanted}."


class Stay(Value):
    """From the arrival day to the departure day; the night of the departure day is not part of it."""

    check_in: date
    check_out: date

    def __post_init__(self) -> None:
        if self.check_out <= self.check_in:
            raise ValueError("check_out is after check_in")

    def __len__(self) -> int:
        """The number of its nights."""
        return (self.check_out - self.check_in).days

    @property
    def nights(self) -> list[date]:
        """Every night of the stay, in order."""
        return [self.check_in + timedelta(days=n) for n in range((self.check_out - self.check_in).days)]

    def nights_left(self, first: date) -> list[date]:
        """Returns the nights from ``first`` on."""
        return [night for night in self.nights if night >= first]

    def can_arrive(self, today: date) -> bool:
        """Whether the guest may arrive on this business date: from the arrival date to that of the last night."""
        return self.check_in <= today < self.check_out


def plan_stay(
    check_in: date, check_out: date, today: date, latest: date | None = None, *, units: int = 1
) -> Stay | Refusal:
    """Returns a stay in so many units, or why it cannot be booked today.

    ``today`` is the hotel's business date. Where no hotel has been read yet, it is the earliest that it may be, and
    ``latest`` the latest.
    """
    if check_out <= check_in:
        return InvalidRequest("check_out", "must be after check_in")
    if check_in < today:
        return InvalidRequest("check_in", "is in the past")
    if (check_in - (latest or today)).days > MAX_DAYS_AHEAD:
        return InvalidRequest("check_in", f"is more than {MAX_DAYS_AHEAD} days ahead")
    nights = (check_out - check_in).days
    return StayTooLong(nights, units) if nights * units > MAX_NIGHTS else Stay(check_in, check_out)
