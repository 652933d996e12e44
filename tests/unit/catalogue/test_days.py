"""A hotel's days: business and calendar dates, where the clocks change too, and that nothing else reckons them."""

from __future__ import annotations

import ast
from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posthouse.domain.days import HotelClock, business_dates, clock_of, is_time_zone, local_date
from tests.support.examples import examples
from tests.support.template import ROOT

SHANGHAI, KATHMANDU, KIRITIMATI = "Asia/Shanghai", "Asia/Kathmandu", "Pacific/Kiritimati"
NEW_YORK = "America/New_York"
ZONES = [
    SHANGHAI,
    NEW_YORK,
    KATHMANDU,
    KIRITIMATI,
    "Australia/Lord_Howe",
    "Etc/GMT+12",
    "America/Havana",
    "Asia/Beirut",
]
moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- UTC follows
hours = st.times().map(lambda at: f"{at:%H:%M}")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "at", "calendar", "business"),
    [
        (SHANGHAI, "2026-11-21 15:59", "2026-11-21", "2026-11-21"),
        (SHANGHAI, "2026-11-21 16:10", "2026-11-22", "2026-11-21"),
        (SHANGHAI, "2026-11-21 21:59", "2026-11-22", "2026-11-21"),
        (SHANGHAI, "2026-11-21 22:01", "2026-11-22", "2026-11-22"),
        (KATHMANDU, "2026-11-21 18:25", "2026-11-22", "2026-11-21"),
        (KATHMANDU, "2026-11-22 00:14", "2026-11-22", "2026-11-21"),
        (KATHMANDU, "2026-11-22 00:16", "2026-11-22", "2026-11-22"),
        (KIRITIMATI, "2026-11-20 10:10", "2026-11-21", "2026-11-20"),
        (KIRITIMATI, "2026-11-20 15:59", "2026-11-21", "2026-11-20"),
        (KIRITIMATI, "2026-11-20 16:01", "2026-11-21", "2026-11-21"),
        # The clocks go forward on 8 March 2026 (06:00 is 10:00 UTC) and back on 1 November (06:00 is 11:00 UTC).
        (NEW_YORK, "2026-03-08 05:10", "2026-03-08", "2026-03-07"),
        (NEW_YORK, "2026-03-08 09:59", "2026-03-08", "2026-03-07"),
        (NEW_YORK, "2026-03-08 10:01", "2026-03-08", "2026-03-08"),
        (NEW_YORK, "2026-11-01 04:10", "2026-11-01", "2026-10-31"),
        (NEW_YORK, "2026-11-01 10:59", "2026-11-01", "2026-10-31"),
        (NEW_YORK, "2026-11-01 11:01", "2026-11-01", "2026-11-01"),
    ],
)
def test_before_the_day_turns_it_is_still_the_day_before(zone: str, at: str, calendar: str, business: str) -> None:
    clock = HotelClock(zone)
    assert str(clock.calendar_date(utc(at))) == calendar
    assert str(clock.business_date(utc(at))) == business


@pytest.mark.parametrize(
    ("turns_at", "at", "business"),
    [
        # 01:30 comes twice: the day turns when it comes first, and does not turn back at the second 01:00.
        ("01:30", "2026-11-01 05:29", "2026-10-31"),
        ("01:30", "2026-11-01 05:30", "2026-11-01"),
        ("01:30", "2026-11-01 06:05", "2026-11-01"),
        ("01:30", "2026-11-01 06:35", "2026-11-01"),
        # 02:30 is left out: the day turns as the clock passes it, at 03:00.
        ("02:30", "2026-03-08 06:59", "2026-03-07"),
        ("02:30", "2026-03-08 07:00", "2026-03-08"),
        ("00:00", "2026-11-01 04:00", "2026-11-01"),
    ],
)
def test_the_day_turns_once_where_the_clocks_change(turns_at: str, at: str, business: str) -> None:
    assert str(HotelClock(NEW_YORK, turns_at).business_date(utc(at))) == business


def test_a_check_in_time_that_the_clocks_leave_out_is_an_hour_later() -> None:
    clock = HotelClock(NEW_YORK, check_in_time="02:30")
    assert clock.arrival(date(2026, 3, 8)) == utc("2026-03-08 07:30")
    assert clock.arrival(date(2026, 3, 9)) == utc("2026-03-09 06:30")
    assert HotelClock(NEW_YORK, check_in_time="01:30").arrival(date(2026, 11, 1)) == utc("2026-11-01 05:30")


@examples(300)
@given(moments, st.sampled_from(ZONES), hours, st.integers(0, 3 * 86_400))
def test_a_business_date_never_goes_back_and_is_the_calendar_date_or_the_day_before(
    now: datetime, zone: str, turns_at: str, seconds: int
) -> None:
    clock = HotelClock(zone, turns_at)
    business, calendar = clock.business_date(now), clock.calendar_date(now)
    assert calendar - business in {timedelta(0), timedelta(days=1)}
    assert clock.business_date(now + timedelta(seconds=seconds)) >= business
    earliest, latest = business_dates(now)
    assert earliest <= business <= latest


@examples(300)
@given(moments, st.sampled_from([SHANGHAI, KATHMANDU, KIRITIMATI]), hours)
def test_it_is_the_local_time_less_the_hour_at_which_the_day_turns(now: datetime, zone: str, turns_at: str) -> None:
    less = timedelta(hours=int(turns_at[:2]), minutes=int(turns_at[3:]))
    assert HotelClock(zone, turns_at).business_date(now) == local_date(now - less, zone)


def test_old_rows_have_the_usual_hours_and_equal_clocks_are_one() -> None:
    clock = clock_of({"time_zone": SHANGHAI})
    assert clock == HotelClock(SHANGHAI, "06:00", "14:00", "12:00")
    assert clock_of({**clock.facts, "name": "x"}) is clock


@pytest.mark.parametrize(
    "name", ["localtime", "Factory", "posixrules", "posix/Asia/Shanghai", "right/UTC", "asia/shanghai", "", "../etc"]
)
def test_what_the_iana_database_does_not_name_is_no_time_zone(name: str) -> None:
    assert not is_time_zone(name)


def test_every_zone_of_the_database_is_one() -> None:
    assert all(map(is_time_zone, available_timezones() - {"localtime", "Factory", "posixrules"}))


def test_nothing_else_reckons_a_hotels_day() -> None:
    """Dates of moments come from domain/days.py alone, so that there is no second way."""
    found = {
        f"{source.relative_to(ROOT)}: {name}"
        for source in [*(ROOT / "layers/posthouse").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
        if source.name != "days.py"
        for name in _reckons(ast.parse(source.read_text(encoding="utf-8")))
    }
    assert found == set()
    calendar = {
        str(source.relative_to(ROOT))
        for source in (ROOT / "layers/posthouse").rglob("*.py")
        if source.name != "days.py" and "calendar_date(" in source.read_text(encoding="utf-8")
    }
    by_it = ("services/bookings/stays.py", "domain/report.py")
    assert calendar == {f"layers/posthouse/posthouse/{it}" for it in by_it}, "only a check-out frees by it"


def _reckons(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module="zoneinfo") | ast.Import(names=[ast.alias(name="zoneinfo")]):
                found.add("zoneinfo")
            case ast.Call(func=ast.Attribute(attr="astimezone"), args=[ast.Name(id="UTC")]):
                pass
            case ast.Call(func=ast.Attribute(attr=("date" | "today" | "astimezone" | "utcoffset") as name)):
                found.add(name)
    return found
