"""The rules of numbers: whose nights they are, who is in, and what is to be cleaned."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posthouse.domain.house import (
    Cleaning,
    Housekeeping,
    Number,
    OutOfOrder,
    Period,
    Presence,
    period_of,
)
from tests.support.examples import examples

TODAY = date(2026, 11, 21)
FREE = Number("H", "301", "R", Housekeeping.CLEAN, None, {}, (), None, None, 1)


def _day(days: int) -> date:
    return TODAY + timedelta(days=days)


def _nights(begin: int, end: int) -> Period:
    return Period(_day(begin), _day(end))


periods = st.tuples(st.integers(0, 8), st.integers(1, 5)).map(lambda it: _nights(it[0], it[0] + it[1]))


@given(periods, periods)
@examples(200)
def test_periods_overlap_if_they_share_a_night(one: Period, two: Period) -> None:
    shared = set(one.nights) & set(two.nights)
    assert one.overlaps(two) == two.overlaps(one) == bool(shared)
    assert all(night in one and night in two for night in shared)


@given(st.lists(st.tuples(periods, st.booleans()), max_size=12))
@examples(200)
def test_no_night_is_ever_given_twice(wanted: list[tuple[Period, bool]]) -> None:
    number = FREE
    owners: dict[date, str] = {}
    for place, (period, closes) in enumerate(wanted):
        order_no = f"B{place}"
        free = not any(night in owners for night in period.nights)
        if closes:
            assert (number.in_the_way(period, TODAY) is None) == free
            closed = (*number.out_of_order, OutOfOrder(order_no, period, "Leak"))
            number = _with(number, out_of_order=closed) if free else number
        else:
            assert number.is_taken(order_no, period, now=False) == (not free)
            number = _with(number, stays={**number.stays, order_no: period}) if free else number
        owners |= dict.fromkeys(period.nights, order_no) if free else {}
    assert all(number.closed_on(night) == (night in _closed(number)) for night in owners)


def _with(number: Number, **changes: object) -> Number:
    from msgspec.structs import replace

    return replace(number, **changes)


def _closed(number: Number) -> set[date]:
    return {night for each in number.out_of_order for night in each.period.nights}


def test_a_stay_has_a_number_from_now_on_and_at_least_tonight() -> None:
    assert period_of(_day(2), _day(4), TODAY) == _nights(2, 4)
    assert period_of(_day(-2), _day(2), TODAY) == _nights(0, 2)
    assert period_of(_day(-2), _day(0), TODAY) == _nights(0, 1), "over time"


def _hours(day: int) -> Period:
    return Period(_day(day), _day(day + 1), day_use=True)


def test_a_day_use_has_a_number_for_its_date() -> None:
    assert period_of(_day(2), _day(2), TODAY) == _hours(2)
    assert period_of(_day(-1), _day(-1), TODAY) == _hours(0), "over time"
    before, after, same = _nights(0, 2), _nights(3, 4), _nights(1, 3)
    assert [_hours(2).overlaps(other) for other in (before, after, same, _hours(2), _hours(1), _hours(3))] == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (0, (Presence.DUE_OUT, "B1", None)),
        (1, (Presence.DUE_OUT, "B2", "B3")),
        (2, (Presence.VACANT, None, None)),
        (3, (Presence.ARRIVING, "B4", None)),
        (4, (Presence.VACANT, None, None)),
    ],
)
def test_a_day_use_comes_and_leaves_on_one_date(day: int, expected: tuple[Presence, str | None, str | None]) -> None:
    if day == 0:
        number = _with(FREE, stays={"B1": _hours(0)}, occupied_by="B1", occupied_since=TODAY)
        assert number.cleaning_on(TODAY, TODAY) is Cleaning.CHECK_OUT
        assert number.state_on(TODAY) is Housekeeping.CLEAN, "nobody has slept in it"
    else:
        stays = {"B2": _nights(0, 1), "B3": _hours(1), "B4": _hours(3)}
        number = _with(FREE, stays=stays, occupied_by="B2", occupied_since=TODAY)
    assert number.present_on(_day(day), TODAY) == expected


def test_a_day_use_is_expected_until_it_comes_and_due_out_over_time() -> None:
    assert _with(FREE, stays={"B1": _hours(0)}).present_on(TODAY, TODAY) == (Presence.ARRIVING, "B1", None)
    late = _with(FREE, stays={"B1": _hours(-1), "B2": _hours(0)}, occupied_by="B1", occupied_since=_day(-1))
    assert late.present_on(TODAY, TODAY) == (Presence.DUE_OUT, "B1", "B2")


def test_nobody_goes_in_while_somebody_is_in() -> None:
    taken = _with(FREE, stays={"B1": _nights(-2, 0)}, occupied_by="B1")
    tonight = _nights(0, 1)
    assert not taken.is_taken("B2", tonight, now=False), "it may be planned"
    assert taken.is_taken("B2", tonight, now=True)
    assert not taken.is_taken("B1", tonight, now=True)
    overlaps = taken.in_the_way(tonight, TODAY)
    assert overlaps is not None
    assert overlaps.order_nos == ("B1",), "who is in it has this night too"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (0, (Presence.OCCUPIED, "B1", None)),
        (1, (Presence.OCCUPIED, "B1", None)),
        (2, (Presence.DUE_OUT, "B1", "B2")),
        (3, (Presence.OCCUPIED, "B2", None)),
        (4, (Presence.DUE_OUT, "B2", None)),
        (5, (Presence.VACANT, None, None)),
        (6, (Presence.ARRIVING, "B3", None)),
    ],
)
def test_who_has_it_on_a_date(day: int, expected: tuple[Presence, str | None, str | None]) -> None:
    stays = {"B1": _nights(-1, 2), "B2": _nights(2, 4), "B3": _nights(6, 8)}
    number = _with(FREE, stays=stays, occupied_by="B1", occupied_since=_day(-1))
    assert number.present_on(_day(day), TODAY) == expected


def test_a_guest_who_has_not_come_yet_is_expected() -> None:
    number = _with(FREE, stays={"B1": _nights(-1, 2)})
    assert number.present_on(TODAY, TODAY) == (Presence.ARRIVING, "B1", None)


@pytest.mark.parametrize(
    ("since", "said", "on", "expected"),
    [
        (-1, Housekeeping.CLEAN, None, Housekeeping.DIRTY),
        (-1, Housekeeping.INSPECTED, -1, Housekeeping.DIRTY),
        (-1, Housekeeping.CLEAN, 0, Housekeeping.CLEAN),
        (0, Housekeeping.CLEAN, -5, Housekeeping.CLEAN),
        (None, Housekeeping.INSPECTED, -5, Housekeeping.INSPECTED),
        (None, Housekeeping.DIRTY, 0, Housekeeping.DIRTY),
    ],
)
def test_a_night_makes_it_dirty_until_it_is_cleaned(
    since: int | None, said: Housekeeping, on: int | None, expected: Housekeeping
) -> None:
    number = _with(
        FREE,
        housekeeping=said,
        housekept_on=None if on is None else _day(on),
        occupied_since=None if since is None else _day(since),
    )
    assert number.state_on(TODAY) is expected


def test_a_leaving_guest_is_cleaned_after_first_and_a_broken_room_not_at_all() -> None:
    leaving = _with(FREE, stays={"B1": _nights(-1, 0)}, occupied_by="B1", occupied_since=_day(-1), housekept_on=TODAY)
    assert leaving.cleaning_on(TODAY, TODAY) is Cleaning.CHECK_OUT, "whatever it is now"
    staying = _with(leaving, stays={"B1": _nights(-1, 2)}, housekept_on=None)
    assert staying.cleaning_on(TODAY, TODAY) is Cleaning.STAY_OVER
    dirty = _with(FREE, housekeeping=Housekeeping.DIRTY)
    assert dirty.cleaning_on(TODAY, TODAY) is Cleaning.CHECK_OUT
    broken = _with(dirty, out_of_order=(OutOfOrder("O1", _nights(0, 1), "Leak"),))
    assert broken.cleaning_on(TODAY, TODAY) is None
