"""Numbers out of order: the nights have fewer units to sell, whoever asks, and never fewer than are sold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.integration.conftest import Arrange
from tests.integration.house import NOW, TODAY, House
from tests.integration.ledgers import assert_balanced
from tests.integration.numbered_house import Doors
from tests.support.clock import clock_at


def _day(days: int) -> str:
    return str(TODAY + timedelta(days=days))


def _open(doors: Doors, begin: int, nights: int, **more: Any) -> Any:
    span = {"from": _day(begin), "to": _day(begin + nights), **more}
    return doors.send("PUT", f"/rooms/{doors.room_id}/nights", span)


def _available(house: House, doors: Doors, begin: int = 0, nights: int = 2) -> tuple[Any, Any, Any]:
    """What guests see as left: in the hotel's rooms, in the calendar's first night, and by a search."""
    dates = f"check_in={_day(begin)}&check_out={_day(begin + nights)}"
    [room] = house.send("GET", f"/api/hotels/{doors.hotel_id}/rooms?{dates}").must(200)["items"]
    span = f"from={_day(begin)}&to={_day(begin + 1)}"
    [night] = house.send("GET", f"/api/rooms/{doors.room_id}/nights?{span}").must(200)["items"]
    house.forget_caches()
    found = house.send("GET", f"/api/hotels?{dates}").must(200)["items"]
    return room["available"], night["available"], len(found)


def test_a_night_has_fewer_units_to_sell(house: House) -> None:
    doors = Doors(house, ("301", "302"), units=2)
    house.settle()
    closed = doors.close("301", begin=1, nights=2).must(201)
    assert (closed["from"], closed["to"], closed["reason"]) == (_day(1), _day(3), "The bath leaks")
    assert doors.nights() == [(2, 0, 0), (2, 0, 1), (2, 0, 1), (2, 0, 0)]
    assert _available(house, doors, begin=1) == (1, 1, 1)
    doors.reserve(begin=1, nights=1)
    assert _available(house, doors, begin=1) == (0, 0, 0)
    doors.send("POST", "/bookings", {**house.wish(doors.room, begin=0, nights=2), "source": "phone"}).refused(
        409, "sold_out"
    )
    house.book(house.guest(), house.wish(doors.room, begin=1)).refused(409, "sold_out")
    doors.reserve(begin=2, nights=2)
    assert doors.nights() == [(2, 0, 0), (2, 1, 1), (2, 1, 1), (2, 1, 0)]
    assert_balanced(house)


def test_sold_nights_are_not_put_out_of_order(house: House) -> None:
    doors = Doors(house, ("301", "302"), units=2)
    doors.reserve(begin=1, nights=1, units=2)
    assert doors.close("301", nights=3).refused(409, "sold_out")["dates"] == [_day(1)]
    assert doors.nights() == [(2, 0, 0), (2, 2, 0), (2, 0, 0), (2, 0, 0)], "nothing has changed"
    assert doors.board()["301"]["periods_out_of_order"] == []
    doors.close("301", begin=2).must(201)
    assert_balanced(house)


def test_a_number_that_a_stay_has_is_not_out_of_order_then(house: House) -> None:
    doors = Doors(house)
    order_no = doors.reserve(begin=1)
    doors.give(order_no, "301").must(200)
    refused = doors.close("301", nights=2).refused(409, "overlaps")
    assert (refused["order_nos"], refused["out_of_order_ids"]) == ([order_no], [])
    doors.close("301", nights=1).must(201)
    second = doors.close("301", begin=3).must(201)
    again = doors.close("301", begin=4).refused(409, "overlaps")
    assert again["out_of_order_ids"] == [second["out_of_order_id"]]
    longer = doors.reserve(begin=2)
    doors.give(longer, "301").refused(409, "number_taken")
    doors.check_in(doors.reserve(nights=1), "301").refused(409, "number_taken")
    assert_balanced(house)


def test_it_is_used_again_from_the_business_date_on(house: House) -> None:
    doors = Doors(house, ("301", "302"), units=2)
    closed, later = doors.close("301", nights=3).must(201), doors.close("302", begin=2, nights=2).must(201)
    with clock_at(NOW + timedelta(days=1)):
        doors.reopen("301", closed["out_of_order_id"]).must(204)
        doors.reopen("301", closed["out_of_order_id"]).refused(404, "not_found")
        doors.reopen("301", later["out_of_order_id"]).refused(404, "not_found")
        assert doors.nights() == [(2, 0, 1), (2, 0, 0), (2, 0, 1), (2, 0, 1)], "the night that has passed stays"
        doors.reopen("302", later["out_of_order_id"]).must(204)
        assert doors.nights() == [(2, 0, 1), (2, 0, 0), (2, 0, 0), (2, 0, 0)]
        doors.give(doors.reserve(begin=1), "301").must(200)
        assert_balanced(house)
    with clock_at(NOW + timedelta(days=8)):
        doors.reopen("302", later["out_of_order_id"]).refused(404, "not_found")


def test_units_of_a_night_are_not_fewer_than_are_sold_and_out_of_order(house: House) -> None:
    doors = Doors(house, ("301", "302"), units=3)
    doors.close("301", begin=1, nights=1).must(201)
    doors.reserve(begin=1, nights=1)
    assert _open(doors, 0, 3, units=1).refused(409, "units_below_sold")["dates"] == [_day(1)]
    assert doors.nights(0, 3) == [(3, 0, 0), (3, 1, 1), (3, 0, 0)]
    _open(doors, 0, 3, units=2).must(200)
    assert doors.nights(0, 3) == [(2, 0, 0), (2, 1, 1), (2, 0, 0)]
    house.book(house.guest(), house.wish(doors.room, begin=1)).refused(409, "sold_out")
    _open(doors, 0, 3, units=3, price=100).must(200)
    doors.reserve(begin=1, nights=1)
    assert_balanced(house)


def test_nights_that_are_opened_later_count_what_is_out_of_order_then(house: House) -> None:
    doors = Doors(house, ("301", "302"), units=2)
    closed = doors.close("301", begin=9, nights=3).must(201)
    assert doors.nights(9, 5) == [(2, 0, 1)], "no other night is open"
    _open(doors, 10, 3).must(200)
    assert doors.nights(9, 5) == [(2, 0, 1), (2, 0, 1), (2, 0, 1), (2, 0, 0)]
    assert _open(doors, 13, 1, units=0).must(200)
    doors.close("302", begin=14).must(201)
    assert _open(doors, 13, 3, units=0).refused(409, "units_below_sold")["dates"] == [_day(14), _day(15)]
    doors.reopen("301", closed["out_of_order_id"]).must(204)
    assert doors.nights(9, 3) == [(2, 0, 0)] * 3
    assert_balanced(house)


def test_a_room_type_that_never_sells_out_may_have_numbers_out_of_order(house: House) -> None:
    doors = Doors(house, ("301",), units=1, inventory_mode="unlimited")
    doors.reserve(begin=0, nights=1, units=3)
    doors.close("301", nights=1).must(201)
    assert doors.nights(0, 1) == [(1, 3, 1)]
    doors.reserve(begin=0, nights=1, units=2)
    assert_balanced(house)


def test_odd_periods_are_refused(house: House) -> None:
    doors = Doors(house)
    for begin, nights in ((-1, 2), (0, 0), (2, -1), (0, 86), (731, 1)):
        doors.close("301", begin=begin, nights=nights).refused(422, "invalid_request")
    doors.close("301", reason="").refused(422, "invalid_request")
    doors.close("309").refused(404, "not_found")
    stranger = house.token(Role.STAFF, house.hotel()["hotel_id"])
    path = f"/api/staff/hotels/{doors.hotel_id}/numbers/301/out-of-order"
    body = {"from": _day(1), "to": _day(2), "reason": "The bath leaks"}
    house.send("POST", path, body, stranger).refused(404, "not_found")
    made = doors.close("301", nights=85).must(201)
    house.send("DELETE", f"{path}/{made['out_of_order_id']}", token=stranger).refused(404, "not_found")
    assert_balanced(house)


def test_what_is_long_over_is_forgotten(house: House) -> None:
    doors = Doors(house)
    doors.close("301", nights=1).must(201)
    with clock_at(NOW + timedelta(days=80)):
        doors.close("301", begin=80, nights=1).must(201)
        assert len(doors.board()["301"]["periods_out_of_order"]) == 2
    with clock_at(NOW + timedelta(days=120)):
        doors.close("301", begin=120, nights=1).must(201)
        assert [it["from"] for it in doors.board()["301"]["periods_out_of_order"]] == [_day(80), _day(120)]


def test_the_last_unit_is_booked_or_out_of_order(house: House, before_commit: Arrange) -> None:
    doors = Doors(house, ("301",), units=1)
    before_commit(lambda: doors.reserve(begin=1, nights=1))
    assert doors.close("301", nights=3).refused(409, "sold_out")["dates"] == [_day(1)]
    before_commit(lambda: doors.close("301", begin=4).must(201))
    body = {**house.wish(doors.room, begin=4, nights=2), "source": "phone"}
    doors.send("POST", "/bookings", body).refused(409, "sold_out")
    assert doors.nights(0, 6) == [(1, 0, 0), (1, 1, 0), (1, 0, 0), (1, 0, 0), (1, 0, 1), (1, 0, 1)]
    assert_balanced(house)


@pytest.mark.parametrize("first", ["nights", "out_of_order"])
def test_nights_that_are_opened_at_the_same_time_count_it(house: House, before_commit: Arrange, first: str) -> None:
    doors = Doors(house, ("301",), units=2)

    def opened() -> Any:
        return _open(doors, 10, 2).must(200)

    def closed() -> Any:
        return doors.close("301", begin=10).must(201)

    before_commit(opened if first == "nights" else closed)
    (closed if first == "nights" else opened)()
    assert doors.nights(10, 2) == [(2, 0, 1), (2, 0, 1)]
    assert_balanced(house)
