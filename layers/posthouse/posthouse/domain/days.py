"""Days and hours on a hotel's clock. All that goes by a date goes by one of these functions.

A hotel's **business date** is the local time less ``day_turns_at``: at 00:10 the night of the day before has begun
and is not over, so it can still be sold and its guest can still arrive. The **calendar date** is the one on the wall.
Why: docs/decisions/0042-the-hotels-day.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from posthouse.domain.value import Value

HOME_TIME_ZONE = "Asia/Shanghai"
"""The time zone of what concerns no hotel: notices about goods, and lists by date that name no hotel."""

DAY_TURNS_AT, CHECK_IN_TIME, CHECK_OUT_TIME = "06:00", "14:00", "12:00"
"""The hours of a hotel that names no others."""

FARTHEST_WEST, FARTHEST_EAST = timedelta(hours=-12), timedelta(hours=14)
"""No time zone is farther behind UTC, or ahead of it."""


class HotelClock(Value):
    """A hotel's IANA time zone and its three hours ("HH:MM", local). A booking keeps those that it was made under;
    of a day use the hours of check-in and check-out are the guest's own."""

    time_zone: str
    day_turns_at: str = DAY_TURNS_AT
    check_in_time: str = CHECK_IN_TIME
    check_out_time: str = CHECK_OUT_TIME

    def business_date(self, now: datetime) -> date:
        """Returns the hotel's business date at this aware moment. It never goes back, also where the clocks do."""
        here = local(now, self.time_zone)
        # Where an hour is repeated, the day turned when the hour came first; where it is left out, right after the gap.
        turned = here.time() >= time.fromisoformat(self.day_turns_at) or now >= self._turn_of(here.date())
        return here.date() if turned else here.date() - timedelta(days=1)

    def calendar_date(self, now: datetime) -> date:
        """Returns the date on the hotel's wall at this aware moment."""
        return local_date(now, self.time_zone)

    def arrival(self, check_in: date) -> datetime:
        """Returns the moment (UTC) at which guests are expected on that date, so that the hours before it are hours.

        A time that the clocks leave out becomes the time that they show instead; of a repeated one the first counts.
        """
        return moment(check_in, self.check_in_time, self.time_zone)

    def departure(self, check_out: date) -> datetime:
        """Returns the moment (UTC) by which guests leave on that date."""
        return moment(check_out, self.check_out_time, self.time_zone)

    def end_of(self, business_date: date) -> datetime:
        """Returns the moment (UTC) at which a business date is over."""
        return self._turn_of(business_date + timedelta(days=1))

    def _turn_of(self, day: date) -> datetime:
        return moment(day, self.day_turns_at, self.time_zone)

    @property
    def facts(self) -> dict[str, str]:
        """The zone and the hours by the names that they have in rows, events and JSON."""
        return {
            "time_zone": self.time_zone,
            "day_turns_at": self.day_turns_at,
            "check_in_time": self.check_in_time,
            "check_out_time": self.check_out_time,
        }


@lru_cache(maxsize=1000)
def _shared(time_zone: str, day_turns_at: str, check_in_time: str, check_out_time: str) -> HotelClock:
    return HotelClock(time_zone, day_turns_at, check_in_time, check_out_time)


def clock_of(facts: Mapping[str, Any]) -> HotelClock:
    """Returns a clock from its facts; those that are missing are the usual ones. Equal clocks are one object."""
    return _shared(
        facts["time_zone"],
        facts.get("day_turns_at") or DAY_TURNS_AT,
        facts.get("check_in_time") or CHECK_IN_TIME,
        facts.get("check_out_time") or CHECK_OUT_TIME,
    )


def business_dates(now: datetime) -> tuple[date, date]:
    """Returns two dates between which every hotel's business date is, for a first check before a hotel is read."""
    now = now.astimezone(UTC)
    return (now + FARTHEST_WEST - timedelta(days=1)).date(), (now + FARTHEST_EAST).date()


def local(now: datetime, time_zone: str) -> datetime:
    """Returns an aware moment on the wall clock of a time zone."""
    return now.astimezone(ZoneInfo(time_zone))


def local_date(now: datetime, time_zone: str) -> date:
    """Returns the calendar date of an aware moment in a time zone."""
    return local(now, time_zone).date()


def moment(day: date, hour: str, time_zone: str) -> datetime:
    """Returns the moment (UTC) at which the wall clock of a time zone shows an hour ("HH:MM") of a date."""
    return datetime.combine(day, time.fromisoformat(hour), ZoneInfo(time_zone)).astimezone(UTC)


@cache
def _zones() -> frozenset[str]:
    from importlib.resources import files

    names = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return frozenset(names) - {"Factory"}


def is_time_zone(name: str) -> bool:
    """Whether the IANA database has a zone of this name, in this case.

    The package's own list is asked, because a machine's folder also has ``localtime`` and ``posixrules``. ``Factory``
    is in the list but is no place's time.
    """
    return name in _zones()
