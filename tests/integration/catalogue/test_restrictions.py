"""Restrictions of nights: staff set them in the calendar, and guests see them there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.integration.conftest import Arrange
from tests.integration.costs import counted
from tests.integration.house import TODAY, House, Reply

FREE = {"min_stay": None, "max_stay": None, "closed_to_arrival": False, "closed_to_departure": False}
BUSY = {"min_stay": 2, "max_stay": 5, "closed_to_arrival": True, "closed_to_departure": True}


def day(number: int) -> str:
    return str(TODAY + timedelta(days=number))


def change(house: House, room: dict[str, Any], begin: int, end: int, **facts: Any) -> Reply:
    body = {"from": day(begin), "to": day(end), **facts}
    return house.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", body, house.admin)


def calendar(house: House, room: dict[str, Any], days: int, area: str = "staff/") -> list[dict[str, Any]]:
    path = f"/api/{area}rooms/{room['room_id']}/nights?from={TODAY}&to={day(days)}"
    found: list[dict[str, Any]] = house.send("GET", path, token=house.admin if area else None).must(200)["items"]
    return found


def rules(night: dict[str, Any]) -> dict[str, Any]:
    return {name: night[name] for name in FREE}


def test_restrictions_are_set_kept_cleared_and_shown(house: House) -> None:
    room = house.room(nights=3)
    changed = change(house, room, 1, 2, **BUSY).must(200)
    assert [rules(night) for night in changed["items"]] == [BUSY]
    # Who knows nothing of restrictions sends none, and they stay.
    change(house, room, 0, 3, price=500).must(200)
    for area in ("staff/", ""):
        assert [rules(night) for night in calendar(house, room, 3, area)] == [FREE, BUSY, FREE]
    change(house, room, 0, 3, min_stay=None, closed_to_arrival=False, closed_to_departure=None).must(200)
    assert [rules(night) for night in calendar(house, room, 3)] == [FREE, {**FREE, "max_stay": 5}, FREE]
    [row] = [row for row in house.rows("nights") if row["night"]["S"] == day(1)]
    assert {*row} == {"room_id", "night", "units", "sold", "left", "price", "closed", "max_stay"}
    [last] = house.send("GET", "/api/staff/audit?limit=1", token=house.admin).must(200)["items"]
    assert last["before"]["nights"][1]["min_stay"] == 2
    assert "min_stay" not in last["before"]["nights"][0]
    assert {name: last["after"][name] for name in ("min_stay", "closed_to_arrival")} == {
        "min_stay": None,
        "closed_to_arrival": None,
    }


def test_weekdays_pick_the_nights_of_a_range(house: House) -> None:
    room = house.room(nights=14)
    changed = change(house, room, 0, 14, weekdays=[5, 6], price=900, min_stay=2).must(200)
    found = {night["date"]: night for night in calendar(house, room, 14)}
    weekend = {night for night in found if date.fromisoformat(night).isoweekday() in (5, 6)}
    assert [night["date"] for night in changed["items"]] == sorted(weekend)
    assert {night for night, facts in found.items() if facts["price"] == 900} == weekend
    assert {night for night, facts in found.items() if facts["min_stay"] == 2} == weekend
    assert len(found) == 14


def test_a_year_of_weekends_cannot_be_changed_at_once_but_of_saturdays_can(house: House) -> None:
    room = house.room(nights=1)
    assert change(house, room, 0, 366, weekdays=[6, 7]).refused(422, "invalid_request")["field"] == "weekdays"
    assert change(house, room, 0, 367, weekdays=[6]).refused(422, "invalid_request")["field"] == "to"
    assert len(change(house, room, 0, 366, weekdays=[6], closed_to_departure=True).must(200)["items"]) == 53


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"min_stay": 3, "max_stay": 2}, "max_stay"),
        ({"min_stay": 6}, "min_stay"),
        ({"max_stay": 1}, "max_stay"),
        ({"min_stay": 0}, "min_stay"),
        ({"min_stay": 86}, "min_stay"),
        ({"max_stay": 366}, "max_stay"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": [0]}, "weekdays.0"),
        ({"closed_to_arrival": "yes"}, "closed_to_arrival"),
    ],
)
def test_a_contradiction_changes_nothing(house: House, facts: dict[str, Any], field: str) -> None:
    room = house.room(nights=3)
    change(house, room, 1, 2, min_stay=2, max_stay=5).must(200)
    before = house.contents()
    refused = change(house, room, 0, 3, **facts).refused(422, "invalid_request")
    assert [error["field"] for error in refused["errors"]] == [field]
    assert house.contents() == before


def test_a_contradiction_with_what_a_rival_sets_meanwhile_is_refused(house: House, before_commit: Arrange) -> None:
    room = house.room(nights=2)
    before_commit(lambda: change(house, room, 0, 2, max_stay=3).must(200))
    assert change(house, room, 0, 2, min_stay=4).refused(422, "invalid_request")["field"] == "min_stay"
    assert [rules(night) for night in calendar(house, room, 2)] == [{**FREE, "max_stay": 3}] * 2


def test_a_deletion_that_is_refused_half_way_gives_nights_their_restrictions_back(
    house: House, before_commit: Arrange
) -> None:
    room = house.room(nights=90)
    change(house, room, 90, 180, **BUSY).must(200)
    expected, token = calendar(house, room, 180), house.guest()
    # The first commit of the deletion withdraws nights; the booking comes before the second.
    before_commit(lambda: house.book(token, house.wish(room, begin=2)).must(201), skip=1)
    house.send("DELETE", f"/api/staff/rooms/{room['room_id']}", token=house.admin).refused(409, "stays_ahead")
    assert [rules(night) for night in calendar(house, room, 180)] == [rules(night) for night in expected]


def restrictions(house: House, room: dict[str, Any], begin: int, end: int) -> list[list[dict[str, Any]]]:
    """What stands against a stay in each room type of the hotel."""
    path = f"/api/hotels/{room['hotel_id']}/rooms?check_in={day(begin)}&check_out={day(end)}"
    return [shown["restrictions"] for shown in house.send("GET", path).must(200)["items"]]


def test_guests_are_told_what_is_possible_instead_and_it_can_be_booked(house: House) -> None:
    room = house.room(units=1, nights=20)
    change(house, room, 3, 4, closed_to_arrival=True).must(200)
    house.book(house.guest(), house.wish(room, begin=4, nights=1)).must(201)
    [[told]] = restrictions(house, room, 3, 4)
    assert (told["restriction"], told["date"]) == ("closed_to_arrival", day(3))
    # The next day is sold out, so the day before is nearer than the day after.
    assert told["possible"] == {"check_in": day(2), "check_out": day(3)}
    wish = {**house.wish(room), **told["possible"]}
    house.book(house.guest("13900000002"), wish, key="key-2").must(201)


def test_what_is_possible_takes_one_read_more_where_something_is_restricted_and_else_none(house: House) -> None:
    room = house.room(nights=20)
    others = [house.room(nights=20, hotel_id=room["hotel_id"]) for _ in range(7)]

    def calls() -> int:
        return counted(lambda: restrictions(house, room, 3, 5)).number_of_calls

    before = calls()
    change(house, room, 3, 4, closed_to_arrival=True).must(200)
    assert calls() == before + 1
    for other in others:
        change(house, other, 3, 4, min_stay=4).must(200)
    assert calls() == before + 1
    told = restrictions(house, room, 3, 5)
    assert [each["possible"] for [each] in told[1:]] == [{"check_in": day(3), "check_out": day(7)}] * 7
