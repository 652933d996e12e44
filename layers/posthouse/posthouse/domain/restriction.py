"""Restrictions: how long a stay must or may be, on which dates guests arrive and leave, and what a rate plan asks for.

Guests are told what is possible instead, because a restricted date is not sold out.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from msgspec import UNSET, UnsetType
from msgspec.structs import asdict, replace

from posthouse.domain.refusal import InvalidRequest, Refusal
from posthouse.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from posthouse.domain.stay import Stay


class Restriction(StrEnum):
    """What stands against a stay though there are rooms."""

    MIN_STAY = "min_stay"
    MAX_STAY = "max_stay"
    CLOSED_TO_ARRIVAL = "closed_to_arrival"
    CLOSED_TO_DEPARTURE = "closed_to_departure"
    DAYS_AHEAD = "days_ahead"
    WEEKDAYS = "weekdays"
    VALIDITY = "validity"


class Restricted(Refusal):
    """The stay is not possible as it is: ``on`` is the date that has the restriction.

    ``nights`` is the bound of ``min_stay`` and ``max_stay``. ``first`` and ``last`` bound the arrival by
    ``days_ahead``, and the nights by ``validity``; None where there is no bound. ``weekdays`` are those of the nights
    that are possible (1 is Monday).
    """

    restriction: Restriction
    on: date
    nights: int | None = None
    first: date | None = None
    last: date | None = None
    weekdays: tuple[int, ...] = ()

    @property
    def facts(self) -> dict[str, Any]:
        bounds = {
            "nights": self.nights,
            "first": self.first,
            "last": self.last,
            "weekdays": self.weekdays or None,
        }
        known = {name: bound for name, bound in bounds.items() if bound is not None}
        return {"restriction": self.restriction, "date": self.on, **known}

    @property
    def explanation(self) -> str:
        said = {
            Restriction.MIN_STAY: f"A stay from {self.on} has at least {self.nights} nights.",
            Restriction.MAX_STAY: f"A stay from {self.on} has at most {self.nights} nights.",
            Restriction.CLOSED_TO_ARRIVAL: f"No stay begins on {self.on}.",
            Restriction.CLOSED_TO_DEPARTURE: f"No stay ends on {self.on}.",
            Restriction.DAYS_AHEAD: f"With this plan a stay cannot begin on {self.on}: it is too soon or too late.",
            Restriction.WEEKDAYS: f"This plan is not sold for the night of {self.on}, because of its weekday.",
            Restriction.VALIDITY: f"This plan is not sold for the night of {self.on}.",
        }
        return said[self.restriction]


class NightRules(Value):
    """The restrictions of one night of a room type's calendar.

    Of the arrival date count ``min_stay``, ``max_stay`` (nights) and ``closed_to_arrival``, of the departure date
    ``closed_to_departure``.
    """

    min_stay: int | None = None
    max_stay: int | None = None
    closed_to_arrival: bool = False
    closed_to_departure: bool = False

    @property
    def broken_rule(self) -> InvalidRequest | None:
        """Returns what contradicts itself; None if nothing does."""
        both = self.min_stay is not None and self.max_stay is not None
        if both and (self.min_stay or 0) > (self.max_stay or 0):
            return InvalidRequest("max_stay", "must not be below min_stay")
        return None


UNRESTRICTED = NightRules()


class RulesChange(Value):
    """What staff set of a night's restrictions. UNSET keeps what the night has, None clears it."""

    min_stay: int | UnsetType | None = UNSET
    max_stay: int | UnsetType | None = UNSET
    closed_to_arrival: bool | UnsetType | None = UNSET
    closed_to_departure: bool | UnsetType | None = UNSET

    @property
    def asked(self) -> dict[str, Any]:
        """The restrictions that are set or cleared, by name; None clears, and so does not closed."""
        return {name: value or None for name, value in asdict(self).items() if value is not UNSET}

    def on(self, rules: NightRules) -> NightRules:
        """Returns the restrictions of a night after the change."""
        closed = {name: bool(value) for name, value in self.asked.items() if name.startswith("closed")}
        return replace(rules, **{**self.asked, **closed})

    def contradiction(self, night: date, rules: NightRules) -> InvalidRequest | None:
        """Returns how the change contradicts what a night has already; None if it does not.

        The field is one that was sent.
        """
        after = self.on(rules)
        if after.broken_rule is None:
            return None
        if self.max_stay is UNSET:
            return InvalidRequest("min_stay", f"must not be above the max_stay of {night}, which is {after.max_stay}")
        return InvalidRequest("max_stay", f"must not be below the min_stay of {night}, which is {after.min_stay}")


UNCHANGED = RulesChange()


def restricted_by(arrival: NightRules, departure: NightRules, stay: Stay) -> Restricted | None:
    """Returns what the calendar has against a stay, by the rules of its first night and of its check-out date.

    A stay of hours has no nights: nobody arrives late or leaves early, so nothing stands against it.
    """
    if stay.check_in == stay.check_out:
        return None
    if arrival.closed_to_arrival:
        return Restricted(Restriction.CLOSED_TO_ARRIVAL, stay.check_in)
    if departure.closed_to_departure:
        return Restricted(Restriction.CLOSED_TO_DEPARTURE, stay.check_out)
    nights = len(stay)
    if arrival.min_stay is not None and nights < arrival.min_stay:
        return Restricted(Restriction.MIN_STAY, stay.check_in, arrival.min_stay)
    if arrival.max_stay is not None and nights > arrival.max_stay:
        return Restricted(Restriction.MAX_STAY, stay.check_in, arrival.max_stay)
    return None


class StayEnds(Value):
    """The ends of a stay in a room type whose restrictions count: both of a new stay, those that change of another.

    ``begins``: whether its arrival is another date than before, or in another room type. The bounds of its length count
    where its length is new too (``has_length``), ``ends`` is the same of its departure.
    """

    room_id: str
    stay: Stay
    begins: bool = True
    has_length: bool = True
    ends: bool = True

    @classmethod
    def of(cls, room_id: str, stay: Stay) -> StayEnds | None:
        """Returns both ends of a new stay; None for a stay of hours, which has no restrictions."""
        return None if stay.is_day_use else cls(room_id, stay)

    @property
    def dates(self) -> list[date]:
        """The dates of the calendar that are asked."""
        asked = ((self.stay.check_in, self.begins or self.has_length), (self.stay.check_out, self.ends))
        return [day for day, counts in asked if counts]

    def restricted(self, rules: Mapping[date, NightRules]) -> Restricted | None:
        """Returns what stands against the stay by the rules of these dates, as far as it is new."""
        arrival = rules.get(self.stay.check_in, UNRESTRICTED)
        if not self.begins:
            arrival = replace(arrival, closed_to_arrival=False)
        if not self.has_length:
            arrival = replace(arrival, min_stay=None, max_stay=None)
        departure = rules.get(self.stay.check_out, UNRESTRICTED) if self.ends else UNRESTRICTED
        return restricted_by(arrival, departure, self.stay)
