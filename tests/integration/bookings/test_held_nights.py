"""What one guest may keep from others without paying: few units an order, few room-nights together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.arranged import arranged
from tests.integration.conftest import Arrange
from tests.integration.house import NOW, House, Reply
from tests.integration.ledgers import assert_balanced
from tests.integration.standing import Simulator
from tests.support.clock import clock_at


class Holding:
    """A guest and a room type of 500 units for 90 nights."""

    def __init__(self, house: House, **more: Any) -> None:
        self.house = house
        self.session = house.log_in()
        self.token: str = self.session["access_token"]
        self.room = house.room(units=500, nights=90, **more)
        self.keys = 0

    def book(self, nights: int = 1, units: int = 1) -> Reply:
        self.keys += 1
        return self.house.book(self.token, self.house.wish(self.room, nights=nights, units=units), f"key-{self.keys}")

    def cancel(self, order_no: str) -> None:
        self.house.send("POST", f"/api/bookings/{order_no}/cancellation", token=self.token).must(200)

    @property
    def held(self) -> int:
        [row] = [row for row in self.house.rows("guests") if row["user_id"]["S"] == self.session["user"]["user_id"]]
        return int(row.get("held", {"N": "0"})["N"])


@pytest.fixture
def holding(house: House, simulator: Simulator) -> Holding:
    return arranged(house, simulator, Holding)


def test_an_order_has_nine_units_at_most(holding: Holding) -> None:
    refused = holding.book(units=10).refused(422, "invalid_request")
    assert refused["errors"][0]["field"] == "units"
    holding.book(units=9).must(201)


@pytest.mark.parametrize(("nights", "units"), [(86, 1), (43, 2), (10, 9), (29, 3)])
def test_the_nights_of_an_order_times_its_units_are_85_at_most(holding: Holding, nights: int, units: int) -> None:
    holding.book(nights, units).refused(422, "stay_too_long")
    assert holding.held == 0


def test_unpaid_orders_hold_90_room_nights_together(house: House, holding: Holding) -> None:
    first = holding.book(nights=28, units=3).must(201)["order_no"]
    refused = holding.book(nights=7).refused(409, "too_many_held")
    assert (refused["at_most"], refused["wanted"]) == (90, 7)
    second = holding.book(nights=6).must(201)["order_no"]
    assert holding.held == 90
    holding.book().refused(409, "too_many_held")
    assert_balanced(house)
    # Another guest is not concerned, and what is paid or cancelled holds nothing.
    other = house.guest("13900000002")
    house.book(other, house.wish(holding.room), "other").must(201)
    holding.cancel(first)
    assert holding.held == 6
    house.pay(holding.token, second)
    house.settle()
    assert holding.held == 0
    holding.book(nights=28, units=3).must(201)
    assert_balanced(house)


def test_an_order_whose_time_is_over_holds_nothing(house: House, holding: Holding) -> None:
    order_no = holding.book(nights=5, units=9).must(201)["order_no"]
    with clock_at(NOW + timedelta(minutes=32)):
        house.settle()
        house.drain("cancel_unpaid_booking")
        house.settle()
        assert house.booking(holding.token, order_no)["status"] == "cancelled"
    assert holding.held == 0
    assert_balanced(house)


def test_two_orders_at_once_hold_no_more_than_one_may(holding: Holding, before_commit: Arrange) -> None:
    before_commit(lambda: holding.book(nights=10, units=5).must(201))
    holding.book(nights=10, units=5).refused(409, "too_many_held")
    assert holding.held == 50


def test_a_repeat_of_an_order_is_counted_once(house: House, holding: Holding) -> None:
    wish = house.wish(holding.room, nights=10, units=8)
    first = house.book(holding.token, wish, "again").must(201)
    assert house.book(holding.token, wish, "again").must(201) == first
    assert holding.held == 80


@pytest.mark.parametrize(("mode", "held"), [("on_payment", 0), ("unlimited", 9)])
def test_rooms_that_take_no_nights_with_the_order_do_not_count(house: House, mode: str, held: int) -> None:
    holding = Holding(house, inventory_mode=mode)
    order_no = holding.book(units=9).must(201)["order_no"]
    assert holding.held == held
    house.pay(holding.token, order_no)
    house.settle()
    assert holding.held == 0
    assert_balanced(house)
