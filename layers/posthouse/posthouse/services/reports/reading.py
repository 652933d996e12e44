"""What staff read: the figures of each date, and what was sold lately, of one hotel or of all that they serve."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from posthouse.domain.days import HOME_TIME_ZONE, HotelClock
from posthouse.domain.identity import Principal, Role
from posthouse.domain.refusal import InvalidRequest, NotFound, Refusal
from posthouse.domain.report import NONE, PICK_UP_DAYS, Counts, Tally, periods_between, total
from posthouse.domain.value import Value
from posthouse.store import hotels, reports

if TYPE_CHECKING:
    from posthouse.domain.catalogue import Hotel

HOTELS_TOGETHER = 500
"""How many hotels one report sums up at most; whoever serves more names one."""

DAY, WEEK = timedelta(days=1), timedelta(days=7)


class ReportDay(Value):
    """The figures of one date."""

    day: date
    tally: Tally


class PickUp(Value):
    """A date with its figures, and how they changed within a day and within a week."""

    day: date
    tally: Tally
    in_a_day: Tally
    in_a_week: Tally


def daily(hotel_id: str | None, begin: date, end: date, caller: Principal) -> list[ReportDay] | Refusal:
    """Returns the figures of each date from ``begin`` up to, and without, ``end``.

    AWS calls of one hotel: two reads. Of all: one for each hundred rows, seven or eight a hotel for 92 days.
    """
    found = _hotels(hotel_id, caller)
    if isinstance(found, Refusal):
        return found
    ids, _ = found
    sums = _sums(ids, begin, end)
    return [ReportDay(day, sums.get(day, NONE)) for day in _dates(begin, end)]


def pick_up(hotel_id: str | None, caller: Principal, now: datetime) -> list[PickUp] | Refusal:
    """Returns the next dates from the business date on, with the changes since a day and a week ago, by whole hours.

    Of several hotels the first date is that of the home time zone. AWS calls of one hotel: three reads; of all: one for
    each hotel more.
    """
    found = _hotels(hotel_id, caller)
    if isinstance(found, Refusal):
        return found
    ids, clock = found
    today = clock.business_date(now)
    end = today + timedelta(days=PICK_UP_DAYS)
    sums = _sums(ids, today, end)
    hours = [entry for each in ids for entry in reports.pick_ups_since(each, now - WEEK).items()]
    week = total(changes for _, changes in hours)
    day = total(changes for hour, changes in hours if hour + timedelta(hours=1) > now - DAY)
    return [PickUp(it, sums.get(it, NONE), day.get(it, NONE), week.get(it, NONE)) for it in _dates(today, end)]


def _sums(hotel_ids: Iterable[str], begin: date, end: date) -> Counts:
    return total(reports.read_days(hotel_ids, periods_between(begin, end)))


def _dates(begin: date, end: date) -> list[date]:
    return [begin + timedelta(days=n) for n in range((end - begin).days)]


def _hotels(hotel_id: str | None, caller: Principal) -> tuple[list[str], HotelClock] | Refusal:
    """Returns the asked hotel and its clock, or all hotels that the caller serves and the clock at home."""
    if hotel_id is not None:
        hotel: Hotel | None = hotels.get_hotel(hotel_id) if caller.serves(hotel_id) else None
        return NotFound("hotel") if hotel is None else ([hotel_id], hotel.clock)
    every = hotels.ids_from("") if caller.role is Role.ADMIN else iter(sorted(caller.hotel_ids))
    ids = list(islice(every, HOTELS_TOGETHER + 1))
    if len(ids) > HOTELS_TOGETHER:
        return InvalidRequest("hotel_id", f"names one: a report sums up {HOTELS_TOGETHER} hotels at most")
    return ids, HotelClock(HOME_TIME_ZONE)
