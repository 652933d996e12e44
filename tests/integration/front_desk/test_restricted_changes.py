"""Restrictions where staff change a stay: those of what changes count, before and in the transaction."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.catalogue.test_restrictions import change
from tests.integration.conftest import Arrange
from tests.integration.front_desk.test_stay_changes import asked, changed, day
from tests.integration.house import House
from tests.integration.ledgers import assert_balanced
from tests.integration.paid_stay import PaidStay

# A paid stay is from the first day to the third. What is wanted, which night has which restriction, and what it says.
AGAINST: list[tuple[dict[str, str], int, dict[str, Any], str]] = [
    ({"check_out": day(4)}, 4, {"closed_to_departure": True}, "closed_to_departure"),
    ({"check_out": day(2)}, 2, {"closed_to_departure": True}, "closed_to_departure"),
    ({"check_out": day(4)}, 1, {"max_stay": 2}, "max_stay"),
    ({"check_out": day(2)}, 1, {"min_stay": 2}, "min_stay"),
    ({"check_in": day(2)}, 2, {"closed_to_arrival": True}, "closed_to_arrival"),
    ({"check_in": day(2)}, 2, {"min_stay": 2}, "min_stay"),
    ({"check_in": day(0)}, 0, {"max_stay": 2}, "max_stay"),
]
NOT_ASKED: list[tuple[dict[str, Any], int, dict[str, Any]]] = [
    ({"check_out": day(4)}, 1, {"closed_to_arrival": True}),  # the arrival stays
    ({"check_out": day(4)}, 3, {"closed_to_departure": True, "closed_to_arrival": True}),
    ({"check_in": day(2)}, 3, {"closed_to_departure": True}),  # so does the departure
    ({"adults": 2}, 1, {"closed_to_arrival": True, "min_stay": 9, "max_stay": 9}),
    ({"units": 2}, 3, {"closed_to_departure": True}),
]


@pytest.mark.parametrize(("wanted", "night", "rule", "restriction"), AGAINST)
def test_a_restriction_of_what_changes_is_in_the_way(
    house: House, wanted: dict[str, str], night: int, rule: dict[str, Any], restriction: str
) -> None:
    stay = PaidStay(house)
    change(house, stay.room, night, night + 1, **rule).must(200)
    before = house.contents()
    assert asked(stay, **wanted).refused(409, "restricted")["date"] == day(night)
    assert changed(stay, **wanted).refused(409, "restricted")["restriction"] == restriction
    assert house.contents() == before
    asked(stay, **wanted, despite_restrictions="true").must(200)
    changed(stay, **wanted, despite_restrictions=True).must(200)
    [last] = house.send("GET", "/api/staff/audit?limit=1", token=house.admin).must(200)["items"]
    assert (last["action"], last["after"]["despite_restrictions"]) == ("change_stay", True)
    assert_balanced(house)


@pytest.mark.parametrize(("wanted", "night", "rule", "restriction"), AGAINST)
def test_a_restriction_that_comes_before_the_change_is_written_wins(
    house: House, before_commit: Arrange, wanted: dict[str, str], night: int, rule: dict[str, Any], restriction: str
) -> None:
    stay = PaidStay(house)
    before_commit(lambda: change(house, stay.room, night, night + 1, **rule).must(200))
    assert changed(stay, **wanted).refused(409, "restricted")["restriction"] == restriction
    assert_balanced(house)


@pytest.mark.parametrize(("wanted", "night", "rule"), NOT_ASKED)
def test_what_stays_as_it_is_is_not_asked_again(
    house: House, wanted: dict[str, Any], night: int, rule: dict[str, Any]
) -> None:
    stay = PaidStay(house)
    change(house, stay.room, night, night + 1, **rule).must(200)
    changed(stay, **wanted).must(200)


def test_another_room_type_has_restrictions_of_its_own(house: House) -> None:
    stay = PaidStay(house)
    other = house.room(hotel_id=stay.room["hotel_id"])
    change(house, stay.room, 1, 4, closed_to_arrival=True, closed_to_departure=True).must(200)
    for night, rule in ((1, "closed_to_arrival"), (3, "closed_to_departure")):
        change(house, other, night, night + 1, **{rule: True}).must(200)
        assert changed(stay, room_id=other["room_id"]).refused(409, "restricted")["restriction"] == rule
        change(house, other, night, night + 1, **{rule: None}).must(200)
    changed(stay, room_id=other["room_id"]).must(200)


def test_who_is_in_the_house_is_asked_for_the_day_of_departure_alone(house: House) -> None:
    stay = PaidStay(house, begin=0)
    stay.staff("check-in").must(200)
    change(house, stay.room, 0, 1, closed_to_arrival=True, min_stay=9, max_stay=9).must(200)
    change(house, stay.room, 3, 4, closed_to_departure=True).must(200)
    assert changed(stay, check_out=day(3)).refused(409, "restricted")["restriction"] == "closed_to_departure"
    changed(stay, check_out=day(4)).must(200)
