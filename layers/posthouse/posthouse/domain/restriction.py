"""Restrictions: how long a stay must or may be, on which dates guests arrive and leave, and what a rate plan asks for.

Guests are told what is possible instead, because a restricted date is not sold out.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from posthouse.domain.refusal import InvalidRequest, Refusal
from posthouse.domain.value import Value

if TYPE_CHECKING:
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
            "weekdays": list(self.weekdays) or None,
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


def restricted_by(arrival: NightRules, departure: NightRules, stay: Stay) -> Restricted | None:
    """Returns what the calendar has against a stay, by the rules of its first night and of its check-out date."""
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
