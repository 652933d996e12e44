"""What is possible instead of a stay that restrictions forbid: the nearest one that can be booked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.offer import calendar_of, not_free
from posthouse.domain.restriction import Restricted, Restriction, restricted_by
from posthouse.domain.stay import MAX_NIGHTS, Stay

if TYPE_CHECKING:
    from posthouse.domain.catalogue import Night, RoomOffer
    from posthouse.domain.offer import Sought
    from posthouse.domain.rate_plan import RatePlan

MAX_DAYS_OFF = 14
"""How many days before and after the wanted arrival the nearest possible one may be."""

_OF_LENGTH = frozenset({Restriction.MIN_STAY, Restriction.MAX_STAY})


def alternatives(sought: Sought, why: Restricted, days_off: int) -> Iterator[Stay]:
    """Returns the stays that may be possible instead, the nearest first, and of two equally near ones the later.

    They are as long as the one that was wanted. Where it was too short or too long, stays of the length that the bound
    says are among them: on the wanted date, and after those of the wanted length on the other dates.
    """
    wanted = sought.stay
    for days in sorted(range(-days_off, days_off + 1), key=lambda off: (abs(off), -off)):
        check_in = wanted.check_in + timedelta(days=days)
        for length in _lengths(sought, why):
            stay = Stay(check_in, check_in + timedelta(days=length))
            if check_in >= sought.today and stay != wanted:
                yield stay


def _lengths(sought: Sought, why: Restricted) -> list[int]:
    bound = why.nights if why.restriction in _OF_LENGTH else None
    fits = bound is not None and bound * sought.party.units <= MAX_NIGHTS
    return [len(sought.stay), *([bound] if bound is not None and fits else [])]


def dates_of(sought: Sought, why: Restricted, days_off: int) -> set[date]:
    """Returns the dates whose nights must be known to choose among the alternatives."""
    first = max(sought.today, sought.stay.check_in - timedelta(days=days_off))
    last = sought.stay.check_in + timedelta(days=days_off + max(_lengths(sought, why)))
    return {first + timedelta(days=number) for number in range((last - first).days + 1)}


def possible_instead(
    room: RoomOffer, plan: RatePlan | None, sought: Sought, why: Restricted, nights: Mapping[date, Night], days_off: int
) -> Stay | None:
    """Returns the nearest stay in the room type that can be booked with the plan (None: standard), if there is one.

    ``nights`` has those of ``dates_of`` that are open.
    """
    others = (replace(sought, stay=stay) for stay in alternatives(sought, why, days_off))
    return next((other.stay for other in others if _is_possible(room, plan, other, nights)), None)


def _is_possible(room: RoomOffer, plan: RatePlan | None, sought: Sought, nights: Mapping[date, Night]) -> bool:
    calendar = calendar_of(sought.stay, nights)
    if calendar is None or not_free(sought, nights, room.mode):
        return False
    if restricted_by(calendar.arrival, calendar.departure, sought.stay) is not None:
        return False
    return plan is None or plan.restricted(sought.stay, sought.today) is None
