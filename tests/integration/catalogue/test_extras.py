"""Extras: what hotels sell with a stay, who may change it, and who sees it."""

from __future__ import annotations

from typing import Any

import pytest

from posthouse.domain.identity import Role
from posthouse.domain.price import MAX_EXTRAS
from posthouse.entry import secrets
from tests.integration.conftest import Arrange
from tests.integration.house import House

BREAKFAST = {"name": "早餐 Breakfast", "price": 4800, "per": "guest_night"}


def _path(hotel_id: str, extra_id: str = "") -> str:
    return f"/api/staff/hotels/{hotel_id}/extras" + (f"/{extra_id}" if extra_id else "")


def _new(house: House, hotel_id: str, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = house.send("POST", _path(hotel_id), {**BREAKFAST, **more}, house.admin).must(201)
    return made


def test_staff_of_the_hotel_create_and_change_an_extra(house: House) -> None:
    hotel_id = house.hotel()["hotel_id"]
    desk = house.token(Role.STAFF, hotel_id, subject="desk")
    made = house.send("POST", _path(hotel_id), BREAKFAST, desk).must(201)
    assert made == {**BREAKFAST, "extra_id": made["extra_id"], "hotel_id": hotel_id, "enabled": True, "version": 1}
    dearer = {**made, "price": 5200, "name": "Buffet"}
    changed = house.send("PUT", _path(hotel_id, made["extra_id"]), dearer, desk).must(200)
    assert changed == {**dearer, "version": 2}
    house.send("PUT", _path(hotel_id, made["extra_id"]), dearer, desk).refused(409, "version_conflict")
    assert house.send("GET", _path(hotel_id), token=desk).must(200)["items"] == [changed]
    actions = [(row["action"]["S"], row["actor"]["S"], row["target"]["S"]) for row in house.rows("audit")]
    assert sorted(actions) == [
        ("create_extra", "desk", made["extra_id"]),
        ("create_hotel", "admin", hotel_id),
        ("update_extra", "desk", made["extra_id"]),
    ]


def test_a_change_says_whether_the_extra_is_enabled(house: House) -> None:
    hotel_id = house.hotel()["hotel_id"]
    made = _new(house, hotel_id, enabled=False)
    older = {name: value for name, value in made.items() if name != "enabled"}
    refused = house.send("PUT", _path(hotel_id, made["extra_id"]), older, house.admin).refused(422, "invalid_request")
    assert [error["field"] for error in refused["errors"]] == ["enabled"]
    assert house.send("GET", _path(hotel_id), token=house.admin).must(200)["items"] == [made]


def test_nobody_else_reaches_it(house: House) -> None:
    hotel_id, other = house.hotel()["hotel_id"], house.hotel()["hotel_id"]
    made = _new(house, hotel_id)
    stranger = house.token(Role.STAFF, other)
    house.send("POST", _path(hotel_id), BREAKFAST, stranger).refused(404, "not_found")
    house.send("GET", _path(hotel_id), token=stranger).refused(404, "not_found")
    house.send("PUT", _path(hotel_id, made["extra_id"]), made, stranger).refused(404, "not_found")
    # An extra is found in its own hotel only, also by an admin.
    house.send("PUT", _path(other, made["extra_id"]), made, house.admin).refused(404, "not_found")
    house.send("POST", _path("H0"), BREAKFAST, house.admin).refused(404, "not_found")
    house.send("GET", "/api/hotels/H0/extras").refused(404, "not_found")


def test_guests_see_the_enabled_ones_page_by_page(house: House) -> None:
    hotel_id = house.hotel()["hotel_id"]
    made = [_new(house, hotel_id, name=f"Extra {n}", enabled=n != 1) for n in range(4)]
    shown = house.send("GET", f"/api/hotels/{hotel_id}/extras?limit=2").must(200)
    assert shown["items"] == [made[0], made[2]]
    secrets.forget_secrets()  # a new environment opens the cursor: it reads the key
    rest = house.send("GET", f"/api/hotels/{hotel_id}/extras?limit=2&cursor={shown['next_cursor']}").must(200)
    assert (rest["items"], rest["next_cursor"]) == ([made[3]], None)
    assert house.send("GET", _path(hotel_id), token=house.admin).must(200)["items"] == made


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", -1),
        ("price", 1.5),
        ("price", 100_000_001),
        ("per", "week"),
        ("name", " "),
        ("enabled", "yes"),
        ("x", 1),
    ],
)
def test_bad_fields_are_named(house: House, field: str, value: Any) -> None:
    hotel_id = house.hotel()["hotel_id"]
    refused = house.send("POST", _path(hotel_id), {**BREAKFAST, field: value}, house.admin).refused(
        422, "invalid_request"
    )
    assert [error["field"] for error in refused["errors"]] == [field]


def _fill(house: House, hotel_id: str, extras: int) -> None:
    house.dynamodb.update_item(
        TableName="posthouse-hotels",
        Key={"hotel_id": {"S": hotel_id}},
        UpdateExpression="SET extras = :n",
        ExpressionAttributeValues={":n": {"N": str(extras)}},
    )


def test_a_hotel_has_fifty_at_most_also_if_two_desks_create_at_once(house: House, before_commit: Arrange) -> None:
    hotel_id = house.hotel()["hotel_id"]
    _fill(house, hotel_id, MAX_EXTRAS - 1)
    before_commit(lambda: _new(house, hotel_id))
    house.send("POST", _path(hotel_id), BREAKFAST, house.admin).refused(409, "too_many_extras")
    assert len(house.rows("extras")) == 1


def test_two_desks_that_change_it_at_once_do_not_overwrite_each_other(house: House, before_commit: Arrange) -> None:
    hotel_id = house.hotel()["hotel_id"]
    made = _new(house, hotel_id)
    path = _path(hotel_id, made["extra_id"])
    before_commit(lambda: house.send("PUT", path, {**made, "price": 1}, house.admin).must(200))
    house.send("PUT", path, {**made, "price": 2}, house.admin).refused(409, "version_conflict")
    [row] = house.rows("extras")
    assert row["price"]["N"] == "1"


def test_a_change_of_a_hotel_keeps_the_count_of_its_extras(house: House) -> None:
    hotel = house.hotel()
    _new(house, hotel["hotel_id"])
    house.send("PUT", f"/api/staff/hotels/{hotel['hotel_id']}", {**hotel, "name": "Other"}, house.admin).must(200)
    [row] = house.rows("hotels")
    assert row["extras"]["N"] == "1"
