"""Restrictions where a stay is booked: they are asked when it is offered, and again in the transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.catalogue.test_restrictions import change, day
from tests.integration.conftest import Arrange
from tests.integration.house import House, Reply

Rule = dict[str, Any]
Books = Callable[[House, dict[str, Any]], Callable[[], Reply]]

AGAINST = [
    # The restriction, on which night of the calendar, and what it says of a stay from the 2nd day to the 4th.
    ("min_stay", 2, {"min_stay": 3}, {"date": day(2), "nights": 3}),
    ("max_stay", 2, {"max_stay": 1}, {"date": day(2), "nights": 1}),
    ("closed_to_arrival", 2, {"closed_to_arrival": True}, {"date": day(2)}),
    ("closed_to_departure", 4, {"closed_to_departure": True}, {"date": day(4)}),
]
FOR = [
    (2, {"min_stay": 2, "max_stay": 2, "closed_to_departure": True}),
    (3, {"min_stay": 9, "max_stay": 9, "closed_to_arrival": True, "closed_to_departure": True}),
    (4, {"min_stay": 9, "max_stay": 9, "closed_to_arrival": True}),
]
"""Restrictions that do not concern such a stay, by the night that has them."""


def by_guest(house: House, room: dict[str, Any]) -> Callable[[], Reply]:
    """A booking that is ready to be sent: its guest has logged in."""
    token, wish = house.guest(), house.wish(room, begin=2, nights=2)
    return lambda: house.book(token, wish)


def by_staff(house: House, room: dict[str, Any], **more: Any) -> Callable[[], Reply]:
    body = {**house.wish(room, begin=2, nights=2), "source": "phone", **more}
    token, key = house.admin, f"desk-{len(more)}"
    return lambda: house.send("POST", "/api/staff/bookings", body, token, Idempotency_Key=key)


@pytest.mark.parametrize("book", [by_guest, by_staff])
@pytest.mark.parametrize(("restriction", "night", "rule", "said"), AGAINST)
def test_a_restricted_stay_is_refused_with_its_date(
    house: House, book: Books, restriction: str, night: int, rule: Rule, said: Rule
) -> None:
    room = house.room(nights=10)
    change(house, room, night, night + 1, **rule).must(200)
    refused = book(house, room)().refused(409, "restricted")
    assert {name: refused[name] for name in ("restriction", *said)} == {"restriction": restriction, **said}
    assert house.rows("bookings") == []
    change(house, room, night, night + 1, **dict.fromkeys(rule)).must(200)
    book(house, room)().must(201)


@pytest.mark.parametrize("book", [by_guest, by_staff])
@pytest.mark.parametrize("mode", ["on_order", "on_payment", "unlimited"])
@pytest.mark.parametrize(("restriction", "night", "rule", "said"), AGAINST)
def test_a_restriction_that_comes_between_reading_and_writing_wins(
    house: House, before_commit: Arrange, book: Books, mode: str, restriction: str, night: int, rule: Rule, said: Rule
) -> None:
    room = house.room(nights=10, inventory_mode=mode)
    send = book(house, room)
    before_commit(lambda: change(house, room, night, night + 1, **rule).must(200))
    assert send().refused(409, "restricted")["restriction"] == restriction
    assert house.rows("bookings") == []


@pytest.mark.parametrize(("night", "rule"), FOR)
def test_restrictions_of_other_dates_and_ends_do_not_count(house: House, night: int, rule: Rule) -> None:
    room = house.room(nights=10)
    change(house, room, night, night + 1, **rule).must(200)
    by_guest(house, room)().must(201)


def test_nobody_needs_a_night_of_the_date_on_which_they_leave(house: House) -> None:
    room = house.room(nights=4)
    by_guest(house, room)().must(201)
    change(house, room, 4, 5, closed=True).must(200)
    by_staff(house, room)().must(201)


def test_a_date_that_is_closed_may_be_closed_to_departure_too(house: House) -> None:
    room = house.room(nights=4)
    change(house, room, 4, 5, closed=True, closed_to_departure=True).must(200)
    assert by_guest(house, room)().refused(409, "restricted")["restriction"] == "closed_to_departure"


def test_who_is_sold_out_does_not_speak_of_restrictions(house: House) -> None:
    room = house.room(nights=10)
    change(house, room, 2, 3, min_stay=3, units=0).must(200)
    by_guest(house, room)().refused(409, "sold_out")


@pytest.mark.parametrize(("restriction", "night", "rule", "said"), AGAINST)
def test_staff_may_book_despite_restrictions_on_record_but_not_beyond_the_units(
    house: House, restriction: str, night: int, rule: Rule, said: Rule
) -> None:
    room = house.room(nights=10, units=1)
    change(house, room, night, night + 1, **rule).must(200)
    by_staff(house, room, despite_restrictions=True)().must(201)
    [last] = house.send("GET", "/api/staff/audit?limit=1", token=house.admin).must(200)["items"]
    assert (last["action"], last["after"]["despite_restrictions"]) == ("book", True)
    by_staff(house, room, despite_restrictions=True, notes="again")().refused(409, "sold_out")
