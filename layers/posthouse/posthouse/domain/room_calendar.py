"""The calendar of a room type as searches have it in memory: prices and restrictions of all its nights, packed."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from datetime import date

from posthouse.domain.catalogue import Night
from posthouse.domain.money import Money
from posthouse.domain.offer import StayCalendar
from posthouse.domain.restriction import UNRESTRICTED, NightRules
from posthouse.domain.stay import Stay
from posthouse.domain.value import Value

NOT_OPEN = 0
"""What stands for a night that is closed, or was never opened; else it is its price plus 1."""

PRICES = "I"
"""The type of the array of prices: four bytes each."""


class RoomCalendar(Value):
    """The nights from ``first`` on, a day's number as ``date.toordinal`` gives it.

    ``prices`` holds each night's price in fen plus 1, or NOT_OPEN. ``rules`` has the restrictions by the day's number,
    where a night has some.
    """

    first: int
    prices: array[int]
    rules: Mapping[int, NightRules]

    def rules_of(self, night: date) -> NightRules:
        """Returns the restrictions of stays that begin or end on this date."""
        return self.rules.get(night.toordinal(), UNRESTRICTED)

    def of_stay(self, stay: Stay) -> StayCalendar | None:
        """Returns what the calendar says of a stay; None if one of its nights is not open."""
        begin, nights = stay.check_in.toordinal() - self.first, len(stay)
        prices = self.prices[begin : begin + nights] if begin >= 0 else []
        if len(prices) < nights or NOT_OPEN in prices:
            return None
        found = tuple(Money(price - 1) for price in prices)
        return StayCalendar(found, self.rules_of(stay.check_in), self.rules_of(stay.check_out))

    def span(self, first: date) -> tuple[date, date] | None:
        """Returns the first and the last open night from a date on; None if none is open."""
        begin, end = max(first.toordinal() - self.first, 0), len(self.prices)
        opened = next((at for at in range(begin, end) if self.prices[at] != NOT_OPEN), None)
        if opened is None:
            return None
        last = next(at for at in range(end - 1, begin - 1, -1) if self.prices[at] != NOT_OPEN)
        return date.fromordinal(self.first + opened), date.fromordinal(self.first + last)


NO_NIGHTS = RoomCalendar(0, array(PRICES), {})
"""Of a room type without any night."""


def packed_calendar(nights: Iterable[Night]) -> RoomCalendar:
    """Returns the calendar of these nights of one room type."""
    by_day = {night.night.toordinal(): night for night in nights}
    if not by_day:
        return NO_NIGHTS
    first, last = min(by_day), max(by_day)
    prices = array(PRICES, bytes(4 * (last - first + 1)))
    for day, night in by_day.items():
        prices[day - first] = NOT_OPEN if night.closed else night.price.fen + 1
    return RoomCalendar(first, prices, {day: it.rules for day, it in by_day.items() if it.rules != UNRESTRICTED})
