"""The numbers of a hotel, as guests find them on the doors: who has which and when, how clean, and what is broken.

A number is one row with a version, so that two desks never hand out one key: docs/decisions/0061-rooms-by-number.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from posthouse.domain.refusal import Refusal
from posthouse.domain.value import Value

MAX_NUMBERS = 500
"""The most numbers of one hotel: the board shows them all at once."""

KNOWN_FOR = timedelta(days=90)
"""How long a number keeps periods out of order that are over."""


class Housekeeping(StrEnum):
    """What housekeeping says of a number."""

    CLEAN = "clean"
    DIRTY = "dirty"
    INSPECTED = "inspected"


class Presence(StrEnum):
    """Who has a number on a date: nobody, one who comes, one who stays, one who leaves. In JSON it is ``occupancy``."""

    VACANT = "vacant"
    ARRIVING = "arriving"
    OCCUPIED = "occupied"
    DUE_OUT = "due_out"


class Cleaning(StrEnum):
    """Why a number is on the list of what to clean: its guest leaves or has left, or stays on. In this order."""

    CHECK_OUT = "check_out"
    STAY_OVER = "stay_over"


class NumberTaken(Refusal):
    """Another stay has these numbers in these nights or is still in them, or they are out of order."""

    numbers: tuple[str, ...]

    @property
    def explanation(self) -> str:
        return "Taken or out of order in these nights: " + ", ".join(self.numbers) + "."


class NumberUnknown(Refusal):
    """The room type of the booking has no such numbers."""

    numbers: tuple[str, ...]

    @property
    def explanation(self) -> str:
        return "The room type of this booking has no number " + ", ".join(self.numbers) + "."


class NumberInUse(Refusal):
    """These numbers cannot go: stays have them, or they are out of order. Or another room type has them."""

    numbers: tuple[str, ...]
    order_nos: tuple[str, ...] = ()

    @property
    def explanation(self) -> str:
        by = f" by {', '.join(self.order_nos)}" if self.order_nos else ""
        return f"In use{by}: {', '.join(self.numbers)}."


class Overlaps(Refusal):
    """Stays have the number in these nights, or it is out of order in some of them already."""

    order_nos: tuple[str, ...]
    out_of_order_ids: tuple[str, ...]

    @property
    def explanation(self) -> str:
        stays = "Stays have the number in these nights: " + ", ".join(self.order_nos) + "." if self.order_nos else ""
        periods = "It is out of order in some of them already." if self.out_of_order_ids else ""
        return f"{stays} {periods}".strip()


class Period(Value):
    """The nights from ``begin`` to ``end``, without ``end`` itself. That of a day use is its date."""

    begin: date
    end: date
    day_use: bool = False

    @property
    def leaves_on(self) -> date:
        """The date on which its guest leaves."""
        return self.begin if self.day_use else self.end

    def overlaps(self, other: Period) -> bool:
        return self.begin < other.end and other.begin < self.end

    def __contains__(self, night: date) -> bool:
        return self.begin <= night < self.end

    @property
    def nights(self) -> list[date]:
        return [self.begin + timedelta(days=n) for n in range((self.end - self.begin).days)]

    def nights_from(self, first: date) -> list[date]:
        """Returns the nights from ``first`` on."""
        return [night for night in self.nights if night >= first]


def period_of(check_in: date, check_out: date, today: date) -> Period:
    """Returns the nights that a stay still has a number for, on a business date; one that is over has this one yet."""
    begin = max(check_in, today)
    return Period(begin, max(check_out, begin + timedelta(days=1)), day_use=check_in == check_out)


class OutOfOrder(Value):
    """Nights in which a number cannot be used, and why."""

    out_of_order_id: str
    period: Period
    reason: str


class Number(Value):
    """A number of a hotel. ``stays`` are the nights that each booking has it for; they never share one.

    ``occupied_by`` is the booking whose guest is in it now, since the business date ``occupied_since``.
    ``housekeeping`` was last said on the business date ``housekept_on``, None if never. ``version`` counts all changes.
    """

    hotel_id: str
    number: str
    room_id: str
    housekeeping: Housekeeping
    housekept_on: date | None
    stays: Mapping[str, Period]
    out_of_order: tuple[OutOfOrder, ...]
    occupied_by: str | None
    occupied_since: date | None
    version: int

    def is_taken(self, order_no: str, period: Period, *, now: bool) -> bool:
        """Whether a booking cannot have it in a period; ``now``: its guest is to go in, so nobody else may be in it."""
        if now and self.occupied_by not in {None, order_no}:
            return True
        others = (nights for other, nights in self.stays.items() if other != order_no)
        closed = (each.period for each in self.out_of_order)
        return any(period.overlaps(other) for other in (*others, *closed))

    def in_the_way(self, period: Period, today: date) -> Overlaps | None:
        """Returns what keeps it from being out of order in a period. Whoever is in it now has this night too."""
        orders = tuple(sorted(order for order in self.stays if period.overlaps(self._nights_of(order, today))))
        closed = tuple(each.out_of_order_id for each in self.out_of_order if period.overlaps(each.period))
        return Overlaps(orders, closed) if orders or closed else None

    def _nights_of(self, order_no: str, today: date) -> Period:
        nights = self.stays[order_no]
        if order_no != self.occupied_by or nights.end > today:
            return nights
        return Period(nights.begin, today + timedelta(days=1))

    def is_in_use(self, today: date) -> bool:
        """Whether stays have it, or it is out of order now or later."""
        return bool(self.stays) or any(each.period.end > today for each in self.out_of_order)

    def closed_on(self, night: date) -> bool:
        """Whether it is out of order that night."""
        return any(night in each.period for each in self.out_of_order)

    def state_on(self, today: date) -> Housekeeping:
        """Returns its state on a business date: after a night that a guest has slept in it, it is dirty until it is
        cleaned. Nobody has to write that down when the day turns.
        """
        slept = self.occupied_since is not None and self.occupied_since < today
        cleaned = self.housekept_on is not None and self.housekept_on >= today
        return Housekeeping.DIRTY if slept and not cleaned else self.housekeeping

    def present_on(self, day: date, today: date) -> tuple[Presence, str | None, str | None]:
        """Returns who has it on a date from ``today`` on: how, which booking, and which one comes after it."""
        coming = next((order for order, nights in self.stays.items() if day in nights), None)
        here = self.occupied_by if self._is_in(day, today) else None
        leaving = here if here is not None and self.stays[here].leaves_on <= day else None
        if day > today:
            # A day use that is ahead comes on that date, and is gone on the next one.
            nights = {order: it for order, it in self.stays.items() if not it.day_use}
            leaving = next((order for order, it in nights.items() if it.end == day), leaving)
        if leaving is not None:
            return Presence.DUE_OUT, leaving, None if coming == leaving else coming
        if coming is None:
            return Presence.VACANT, None, None
        begun = coming == here or (day > today and self.stays[coming].begin < day)
        return (Presence.OCCUPIED if begun else Presence.ARRIVING), coming, None

    def _is_in(self, day: date, today: date) -> bool:
        """Whether whoever is in it now is still in it on a date: who is over time leaves today."""
        return self.occupied_by is not None and (day == today or self.stays[self.occupied_by].leaves_on >= day)

    def cleaning_on(self, day: date, today: date) -> Cleaning | None:
        """Returns why it is to be cleaned on a date, or None."""
        presence, _, _ = self.present_on(day, today)
        if presence is Presence.DUE_OUT:
            return Cleaning.CHECK_OUT
        if self.closed_on(day) or self.state_on(today) is not Housekeeping.DIRTY:
            return None
        return Cleaning.STAY_OVER if presence is Presence.OCCUPIED else Cleaning.CHECK_OUT
