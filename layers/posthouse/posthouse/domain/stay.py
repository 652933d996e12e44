"""A stay: the nights between two local dates of a hotel. A night is the date on which it begins.

A day use begins and ends on one date. That date is its one "night": a row of the calendar like any other.
"""

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
    """From the arrival day to the departure day; the night of the departure day is not part of it.

    A day use has one date for both, and that date is the only one that it takes.
    """

    check_in: date
    check_out: date

    def __post_init__(self) -> None:
        if self.check_out < self.check_in:
            raise ValueError("check_out is not before check_in")

    def __len__(self) -> int:
        """The number of its nights; that of a day use is one."""
        return (self.end - self.check_in).days

    @property
    def is_day_use(self) -> bool:
        """Whether it is for some hours of one date."""
        return self.check_in == self.check_out

    @property
    def end(self) -> date:
        """The first date after its nights: of a day use the next day, else the departure day."""
        return self.check_out + timedelta(days=1) if self.is_day_use else self.check_out

    @property
    def nights(self) -> list[date]:
        """Every night of the stay, in order."""
        return [self.check_in + timedelta(days=n) for n in range(len(self))]

    def nights_left(self, first: date) -> list[date]:
        """Returns the nights from ``first`` on."""
        return [night for night in self.nights if night >= first]

    def can_arrive(self, today: date) -> bool:
        """Whether the guest may arrive on this business date: from the arrival date to that of the last night."""
        return self.check_in <= today < self.end


def plan_stay(
    check_in: date,
    check_out: date,
    today: date,
    latest: date | None = None,
    *,
    units: int = 1,
    day_use: bool | None = None,
) -> Stay | Refusal:
    """Returns a stay in so many units, or why it cannot be booked today.

    ``day_use`` says whether the room type is sold by the hour; None where no room type has been read yet.

    ``today`` is the hotel's business date. Where no hotel has been read yet, it is the earliest that it may be, and
    ``latest`` the latest.
    """
    refused = unfit_dates(check_in, check_out, day_use=day_use)
    if refused is not None:
        return refused
    if check_in < today:
        return InvalidRequest("check_in", "is in the past")
    if (check_in - (latest or today)).days > MAX_DAYS_AHEAD:
        return InvalidRequest("check_in", f"is more than {MAX_DAYS_AHEAD} days ahead")
    stay = Stay(check_in, check_out)
    return StayTooLong(len(stay), units) if len(stay) * units > MAX_NIGHTS else stay


def unfit_dates(check_in: date, check_out: date, *, day_use: bool | None) -> InvalidRequest | None:
    """Returns why two dates are no stay in a room type that is sold by the hour, or by the night; None if they are.

    ``day_use`` is None where that is not known yet.
    """
    if check_out < check_in or (check_out == check_in and day_use is False):
        return InvalidRequest("check_out", "must be after check_in")
    if check_out > check_in and day_use:
        return InvalidRequest("check_out", "must be the same as check_in: this room is sold by the hour")
    return None
