"""What is booked: the room type, the stay and its nights, the party, the extras and the price. Staff may change it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from posthouse.domain.money import ZERO, Money
from posthouse.domain.price import BookedExtra, Price
from posthouse.domain.stay import Stay
from posthouse.domain.value import Value


class BookedNight(Value):
    """One night of a booking in a room type: units, and the price of one of them.

    A date has more than one of these where units were added later at another price. ``guests`` is what the extra guests
    cost together that night; the first of a date has it.
    """

    night: date
    units: int
    price: Money
    room_id: str
    guests: Money = ZERO

    @property
    def amount(self) -> Money:
        """The price of its units, without extra guests."""
        return self.price * self.units


class RoomNight(Value):
    """Units of one row of the calendar: a room type on a date."""

    room_id: str
    night: date
    units: int


def room_nights(nights: Iterable[BookedNight]) -> tuple[RoomNight, ...]:
    """Returns how many units nights take of each row of the calendar."""
    units: Counter[tuple[str, date]] = Counter()
    for each in nights:
        units[each.room_id, each.night] += each.units
    return tuple(RoomNight(*key, taken) for key, taken in units.items())


def units_of(nights: Sequence[BookedNight]) -> int:
    """Returns how many units a stay has: those of its last night, since nights that were slept in stay as they were."""
    last = nights[-1].night
    return sum(each.units for each in nights if each.night == last)


class Terms(Value):
    """What is booked at one time. ``nights`` are in the order of their dates, and what was added later comes last.

    ``guests_price`` is what the extra guests of the party cost for a night by the terms; a night that was booked
    before has its own.
    """

    room_id: str
    room_name: str
    bed: str
    image: str | None
    stay: Stay
    nights: tuple[BookedNight, ...]
    price: Price
    adults: int
    children: int
    guests_price: Money
    extras: tuple[BookedExtra, ...]
    breakfasts: int = 0

    @property
    def units(self) -> int:
        return units_of(self.nights)


class Change(Value):
    """A change of a stay by staff, with what was booked before it."""

    at: datetime
    by: str
    was: Terms
