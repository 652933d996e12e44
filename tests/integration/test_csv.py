"""Every list of staff as CSV: all of its pages in one file, with the same rows and the same permissions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest

from posthouse.domain.identity import Role
from posthouse.entry import csv_lists
from tests.integration.callers import Callers, Person
from tests.integration.crash_world import begun
from tests.integration.front_desk.test_finding import Desk
from tests.integration.house import House, Reply
from tests.integration.standing import Simulator, house_on_moto
from tests.support.contract import Operation, document, operations

LISTS = [
    operation
    for operation in operations()
    if operation.method == "GET"
    and "text/csv" in document()["paths"][operation.path]["get"]["responses"]["200"].get("content", {})
]


def rows(reply: Reply) -> list[dict[str, str]]:
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert reply.must(200).startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(reply.raw[1:], newline="")))


@pytest.fixture(scope="module")
def callers(simulator: Simulator) -> Iterator[Callers]:
    with pytest.MonkeyPatch.context() as patch, house_on_moto(simulator, patch) as house:
        yield Callers(begun(house, simulator))


@pytest.mark.parametrize("operation", LISTS, ids=str)
def test_each_list_has_its_rows_in_a_file(callers: Callers, operation: Operation) -> None:
    asked = callers.request(operation)
    shown = callers.ask(asked, Person.ADMIN).must(200)["items"]
    asked.headers["Accept"] = "text/csv"
    found = rows(callers.ask(asked, Person.ADMIN))
    assert len(found) >= len(shown) > -1
    for row, item in zip(found, shown, strict=False):
        plain = {name: str(value) for name, value in item.items() if type(value) is int}
        assert {name: row[name] for name in plain} == plain
    assert callers.ask(asked, Person.GUEST).status == 403
    assert callers.ask(asked, Person.NOBODY).status == 401


class Shelf:
    """A hotel with more bookings than a page shows."""

    def __init__(self, house: House) -> None:
        self.desk = Desk(house)
        for number in range(4):
            self.desk.booked(f"=cmd|' /C calc'!A{number}")
        self.other = self.desk.booked("Nobody", room=self.desk.there)

    def get(self, query: str = "limit=1", accept: str = "text/csv", token: str | None = None) -> Reply:
        path = f"/api/staff/bookings?{query}"
        return self.desk.house.send("GET", path, token=token or self.desk.clerk, Accept=accept)


@pytest.fixture
def shelf(house: House) -> Shelf:
    return Shelf(house)


def test_all_pages_are_followed_for_the_same_caller(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_lists, "PAGE", 3)
    answer = shelf.get()
    found = rows(answer)
    assert [row["guest_name"] for row in found] == [f"'=cmd|' /C calc'!A{n}" for n in (3, 2, 1, 0)]
    assert {row["phone_number"] for row in found} == {"138****8000"}
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bookings-2026-11-21.csv"'
    assert found[0]["total"] == "30000"
    assert len(rows(shelf.get(token=shelf.desk.house.admin))) == 5
    cursor = shelf.get(accept="application/json").must(200)["next_cursor"]
    assert len(rows(shelf.get(f"limit=1&cursor={cursor}"))) == 3


def test_filters_and_refusals_are_those_of_the_list(shelf: Shelf) -> None:
    assert rows(shelf.get("status=paid")) == []
    shelf.get("limit=0").refused(422, "invalid_request")
    shelf.get("cursor=nonsense").refused(422, "invalid_request")
    guest = shelf.desk.house.token(Role.GUEST)
    shelf.get(token=guest).refused(403, "forbidden")


def test_a_file_that_would_be_too_large_is_refused(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("MAX_ROWS", 3), ("MAX_BYTES", 100), ("MAX_ANSWER_BYTES", 100)):
        with monkeypatch.context() as patch:
            patch.setattr(csv_lists, name, value)
            shelf.get().refused(422, "too_many_rows")
    monkeypatch.setattr(csv_lists, "MAX_ROWS", 4)
    assert len(rows(shelf.get())) == 4


def test_a_file_that_takes_too_long_is_refused(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_lists, "PAGE", 2)
    monkeypatch.setattr("tests.integration.house.CONTEXT.get_remaining_time_in_millis", lambda: 2_999)
    shelf.get().refused(422, "too_many_rows")
    monkeypatch.setattr(csv_lists, "PAGE", 5)
    assert len(rows(shelf.get())) == 4, "the last page is there already"


def test_what_is_no_list_is_answered_as_ever(shelf: Shelf) -> None:
    path = f"/api/staff/bookings/{shelf.desk.booked()}"
    answer = shelf.desk.house.send("GET", path, token=shelf.desk.clerk, Accept="text/csv")
    assert answer.must(200)["guest_name"] == "李雷"
    assert shelf.get(accept="application/json, text/csv;q=0.5").must(200)["items"]


def test_a_list_of_guests_is_no_file(house: House) -> None:
    answer = house.send("GET", "/api/bookings", token=house.guest(), Accept="text/csv")
    found: dict[str, Any] = answer.must(200)
    assert found == {"items": [], "next_cursor": None}
