"""The lowest totals of a stay in each hotel, from what a search has in memory.

They are what ``offers_by`` of domain/offer.py gives for nights that are open and free; here in plain numbers, because a
search makes ten thousands of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from posthouse.domain.catalogue import Night, RoomOffer
from posthouse.domain.level import Level, reaches
from posthouse.domain.money import BASIS
from posthouse.domain.offer import Sought, StayCalendar, calendar_of, not_free, offers_by
from posthouse.domain.price import Party
from posthouse.domain.rate_plan import RatePlan
from posthouse.domain.restriction import UNRESTRICTED, Restricted, restricted_by
from posthouse.domain.room_calendar import NOT_OPEN, RoomCalendar
from posthouse.domain.stay import Stay
from posthouse.domain.value import Value

Option = tuple[int, RoomOffer]
"""The lowest total (fen) of a room type, with the room type."""

_Kept = TypeVar("_Kept")


class Asked(Value):
    """A stay that a guest of a level asks for; None is nobody known. Without the date on which it is asked."""

    stay: Stay
    party: Party
    level: Level | None

    def sought(self, today: date) -> Sought:
        """Returns what is asked for at a hotel, by its business date."""
        return Sought(self.stay, self.party, today, self.level)


class LowestTotals:
    """Prices one stay in many room types. What depends on a plan or on bounds alone is looked at once for each."""

    def __init__(self, asked: Asked) -> None:
        stay = asked.stay
        self._asked = asked
        self._first, self._nights, self._last = stay.check_in.toordinal(), len(stay), stay.check_out.toordinal()
        # By identity: equal plans and bounds of room types are one object, and hashing one takes longer than a price.
        self._guests: dict[int, tuple[object, int | None]] = {}
        self._possible: dict[tuple[int, date], tuple[object, bool]] = {}

    def options(
        self, offers: Iterable[RoomOffer], calendars: Mapping[str, RoomCalendar], today: date
    ) -> tuple[Option, ...]:
        """Returns the lowest total of each room type that can be booked if it is free, the lowest first."""
        found = []
        for offer in offers:
            calendar = calendars.get(offer.room_id)
            total = None if calendar is None else self._lowest(offer, calendar, today)
            if total is not None:
                found.append((total, offer))
        return tuple(sorted(found, key=by_total)) if len(found) > 1 else tuple(found)

    def _lowest(self, offer: RoomOffer, calendar: RoomCalendar, today: date) -> int | None:
        begin = self._first - calendar.first
        nights = calendar.prices[begin : begin + self._nights] if begin >= 0 else ()
        if len(nights) < self._nights or NOT_OPEN in nights or not offer.takes(self._asked.stay):
            return None
        if calendar.rules and self._restricted(calendar):
            return None
        guests = self._guests_price(offer)
        if guests is None:
            return None
        by_calendar = lowest = sum(nights) - self._nights
        for plan in offer.plans:
            # Roundings take less than a fen a night: most plans cannot be lower, and need no look at each night.
            bound = by_calendar * (BASIS + plan.adjustment_bp) // BASIS + self._nights * (plan.adjustment - 1)
            if bound < lowest and self._is_possible(plan, today):
                lowest = min(lowest, sum([plan.night_fen(price - 1) for price in nights]))
        return lowest * self._asked.party.units + guests

    def _restricted(self, calendar: RoomCalendar) -> bool:
        arrival, departure = (calendar.rules.get(day, UNRESTRICTED) for day in (self._first, self._last))
        return restricted_by(arrival, departure, self._asked.stay) is not None

    def _guests_price(self, offer: RoomOffer) -> int | None:
        """Returns what the guests who are not in the price of the units cost (fen); None if these do not hold them."""
        occupancy, party = offer.occupancy, self._asked.party
        known = self._guests.get(id(occupancy))
        if known is None:
            refused = occupancy.refusal(party) is not None
            price = None if refused else occupancy.guests_price(party).fen * self._nights
            known = self._guests[id(occupancy)] = (occupancy, price)
        return known[1]

    def _is_possible(self, plan: RatePlan, today: date) -> bool:
        known = self._possible.get((id(plan), today))
        if known is None:
            possible = reaches(self._asked.level, plan.min_level) and plan.restricted(self._asked.stay, today) is None
            known = self._possible[id(plan), today] = (plan, possible)
        return known[1]


def by_total(option: Option) -> tuple[int, str]:
    """Sorts options: the lowest total first, then the older room type."""
    return option[0], option[1].room_id


def total_now(option: Option, sought: Sought, nights: Mapping[date, Night], known: RoomCalendar) -> int | None:
    """Returns the lowest total (fen) of a room type by its nights as they were read; None if it cannot be booked.

    What was read counts. ``known`` tells the rules of the departure date, whose night is not read.
    """
    total, offer = option
    if not_free(sought, nights, offer.mode):
        return None
    read = calendar_of(sought.stay, nights)
    if read is None:
        return None
    now = StayCalendar(read.prices, read.arrival, known.rules_of(sought.stay.check_out))
    if now == known.of_stay(sought.stay):
        return total
    cheapest = offers_by(offer, sought, now).cheapest(sought.level)
    return None if cheapest is None else cheapest.price.total.fen


class Barrier(Value):
    """What stands against a stay in a room type that has its nights open, and what the stay would cost (fen)."""

    offer: RoomOffer
    restricted: Restricted
    total: int


def barrier(offer: RoomOffer, calendar: RoomCalendar, sought: Sought) -> Barrier | None:
    """Returns what the calendar has against a stay that could be booked without it; None if nothing, or much else."""
    found = calendar.of_stay(sought.stay) if offer.takes(sought.stay) else None
    if found is None:
        return None
    against = restricted_by(found.arrival, found.departure, sought.stay)
    cheapest = offers_by(offer, sought, StayCalendar(found.prices)).cheapest(sought.level)
    return None if against is None or cheapest is None else Barrier(offer, against, cheapest.price.total.fen)


def is_free(offer: RoomOffer, sought: Sought, nights: Mapping[date, Night]) -> bool:
    """Whether all nights of a stay are on sale for the party, whatever restricts the stay."""
    return not not_free(sought, nights, offer.mode)
