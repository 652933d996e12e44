"""The last change of a calendar can be undone within a minute, while nothing else has changed it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.integration.catalogue.test_restrictions import BUSY, calendar, change, day
from tests.integration.conftest import Arrange
from tests.integration.house import NOW, House, Reply
from tests.support.clock import clock_at


def undo(house: House, room: dict[str, Any], change_id: str, **headers: str) -> Reply:
    path = f"/api/staff/rooms/{room['room_id']}/nights/undo"
    return house.send("POST", path, {"change_id": change_id}, house.admin, **headers)


def test_everything_is_as_before_and_what_was_sold_meanwhile_stays(house: House) -> None:
    room = house.room(units=3, nights=4)
    change(house, room, 1, 2, **BUSY).must(200)
    before = calendar(house, room, 6)
    facts = {"units": 5, "price": 900, "closed": True, "min_stay": 3, "max_stay": None, "closed_to_arrival": False}
    made = change(house, room, 0, 6, **facts).must(200)
    change_id = made["change_id"]
    assert calendar(house, room, 6) != before
    back = undo(house, room, change_id).must(200)
    assert calendar(house, room, 6) == back["items"] == before
    told = [row for row in house.rows("outbox") if row["type"]["S"] == "nights.changed"]
    assert len(told) == 4, "opened, changed twice, and undone"
    last = house.send("GET", "/api/staff/audit?limit=1", token=house.admin).must(200)["items"][0]
    assert (last["action"], last["after"]["change_id"]) == ("undo_nights", change_id)
    assert [len(last[part]["nights"]) for part in ("before", "after")] == [6, 4]


def test_what_is_sold_meanwhile_stays_sold(house: House) -> None:
    room = house.room(units=2, nights=3)
    change_id = change(house, room, 0, 3, units=5, price=100).must(200)["change_id"]
    house.book(house.guest(), house.wish(room, begin=1, units=2)).must(201)
    back = undo(house, room, change_id).must(200)["items"]
    assert [(night["units"], night["sold"], night["price"]) for night in back] == [
        (2, 0, 30000),
        (2, 2, 30000),
        (2, 0, 30000),
    ]
    house.book(house.guest(), house.wish(room, begin=1), key="key-2").refused(409, "sold_out")


@pytest.mark.parametrize("nights", [4, 1])
def test_nothing_is_undone_below_what_is_sold(house: House, before_commit: Arrange, nights: int) -> None:
    room, token = house.room(units=1, nights=nights), house.guest()
    change_id = change(house, room, 0, 4, units=2, price=100).must(200)["change_id"]
    before = calendar(house, room, 4)
    # The guest books between the reading and the writing: more units than there were, or a night that was not open.
    before_commit(lambda: house.book(token, house.wish(room, begin=2, units=2)).must(201))
    assert undo(house, room, change_id).refused(409, "units_below_sold")["dates"] == [day(2)]
    assert [night["price"] for night in calendar(house, room, 4)] == [night["price"] for night in before]


def test_a_minute_later_it_is_too_late(house: House) -> None:
    room = house.room(nights=2)
    change_id = change(house, room, 0, 2, price=100).must(200)["change_id"]
    with clock_at(NOW + timedelta(seconds=61)):
        undo(house, room, change_id).refused(409, "undo_too_late")
    with clock_at(NOW + timedelta(seconds=60)):
        undo(house, room, change_id).must(200)


def test_only_the_last_change_is_undone_and_once(house: House, before_commit: Arrange) -> None:
    room = house.room(nights=4)
    first = change(house, room, 0, 2, price=100).must(200)["change_id"]
    second = change(house, room, 2, 4, price=200).must(200)["change_id"]
    undo(house, room, first).refused(409, "calendar_changed")
    before_commit(lambda: change(house, room, 0, 1, price=300).must(200))
    undo(house, room, second).refused(409, "calendar_changed")
    third = change(house, room, 0, 4, price=400).must(200)["change_id"]
    undo(house, room, third, Idempotency_Key="k").must(200)
    undo(house, room, third).refused(409, "calendar_changed")
    again = undo(house, room, third, Idempotency_Key="k").must(200)["items"]
    assert [night["price"] for night in again] == [300, 100, 200, 200]


def test_the_calls_of_one_change_are_undone_from_the_newest_on(house: House) -> None:
    room = house.room(nights=4)
    change(house, room, 0, 4, price=50).must(200)
    before = calendar(house, room, 4)
    calls = [change(house, room, n, n + 2, price=100 + n).must(200)["change_id"] for n in range(3)]
    undo(house, room, calls[0]).refused(409, "calendar_changed")
    for change_id in reversed(calls):
        undo(house, room, change_id).must(200)
        undo(house, room, change_id).refused(409, "calendar_changed")
    assert calendar(house, room, 4) == before


def test_a_change_after_an_undo_ends_what_can_be_undone_before_it(house: House) -> None:
    room = house.room(nights=4)
    first, second = (change(house, room, 0, 4, price=100 + n).must(200)["change_id"] for n in range(2))
    undo(house, room, second).must(200)
    third = change(house, room, 0, 4, price=300).must(200)["change_id"]
    undo(house, room, first).refused(409, "calendar_changed")
    undo(house, room, third).must(200)
    # What was before the third is an undo, and none of the changes that are kept.
    undo(house, room, first).refused(409, "calendar_changed")
    assert [night["price"] for night in calendar(house, room, 4)] == [100] * 4


def test_a_change_is_of_its_room_type_and_of_its_hotels_staff(house: House) -> None:
    room, other = house.room(nights=2), house.room(nights=2)
    change_id = change(house, room, 0, 2, price=100).must(200)["change_id"]
    undo(house, other, change_id).refused(404, "not_found")
    undo(house, room, "K-unknown").refused(404, "not_found")
    path = f"/api/staff/rooms/{room['room_id']}/nights/undo"
    elsewhere = house.token(Role.STAFF, other["hotel_id"])
    house.send("POST", path, {"change_id": change_id}, elsewhere).refused(404, "not_found")


def test_ninety_nights_are_undone_at_once(house: House) -> None:
    room = house.room(nights=45)
    change_id = change(house, room, 0, 90, price=100, **BUSY).must(200)["change_id"]
    assert len(undo(house, room, change_id, Idempotency_Key="k").must(200)["items"]) == 45
    [row] = [row for row in house.rows("calendar-changes") if row["change_id"]["S"] == change_id]
    assert int(row["expires_at"]["N"]) == int((NOW + timedelta(days=1)).timestamp())
