"""Room types that are taken off sale or deleted, and the limits of staff requests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from posthouse.domain.identity import Role
from posthouse.services.catalogue import catalogue_changes, room_deletion
from tests.integration.conftest import Arrange
from tests.integration.house import TODAY, House


def path_of(room: dict[str, Any]) -> str:
    return f"/api/staff/rooms/{room['room_id']}"


def delete(house: House, room: dict[str, Any], token: str | None = None) -> Any:
    return house.send("DELETE", path_of(room), token=token or house.admin)


def open_more(house: House, room: dict[str, Any], begin: int, days: int) -> None:
    span = {"from": str(TODAY + timedelta(days=begin)), "to": str(TODAY + timedelta(days=begin + days))}
    house.send("PUT", f"{path_of(room)}/nights", span, house.admin).must(200)


def test_what_is_off_sale_cannot_be_booked(house: House) -> None:
    token, room = house.guest(), house.room()
    off = house.send("PUT", path_of(room), {**room, "on_sale": False}, house.admin).must(200)
    assert house.book(token, house.wish(room)).refused(409, "not_on_sale")["kind"] == "room"
    house.send("PUT", path_of(room), {**off, "on_sale": True}, house.admin).must(200)
    house.book(token, house.wish(room)).must(201)
    hotel = house.send("GET", f"/api/hotels/{room['hotel_id']}").must(200)
    closed = {**hotel, "opening_state": "closed"}
    house.send("PUT", f"/api/staff/hotels/{room['hotel_id']}", closed, house.admin).must(200)
    assert house.book(token, house.wish(room), key="key-2").refused(409, "not_on_sale")["kind"] == "hotel"
    stay = f"check_in={TODAY}&check_out={TODAY + timedelta(days=1)}"
    [shown] = house.send("GET", f"/api/hotels/{room['hotel_id']}/rooms?{stay}").must(200)["items"]
    assert (shown["available"], shown["total"]) == (0, None)


def test_a_room_is_deleted_with_its_nights_ahead(house: House) -> None:
    room, other = house.room(), house.room()
    delete(house, room, house.token(Role.STAFF, "H-other")).refused(404, "not_found")
    delete(house, room, house.token(Role.STAFF, room["hotel_id"])).must(204)
    delete(house, room).refused(404, "not_found")
    assert {row["room_id"]["S"] for row in house.rows("nights")} == {other["room_id"]}
    assert [row["room_id"]["S"] for row in house.rows("rooms")] == [other["room_id"]]
    assert house.send("GET", f"/api/hotels/{room['hotel_id']}").must(200)["from_price"] is None
    house.book(house.guest(), house.wish(room)).refused(404, "not_found")
    [audit] = [row for row in house.rows("audit") if row["action"]["S"] == "delete_room"]
    assert audit["target"]["S"] == room["room_id"]


def test_a_room_with_stays_ahead_is_not_deleted(house: House) -> None:
    room = house.room()
    house.book(house.guest(), house.wish(room, begin=3, nights=2)).must(201)
    before = house.contents()
    refused = delete(house, room).refused(409, "stays_ahead")
    assert refused["dates"] == [str(TODAY + timedelta(days=3)), str(TODAY + timedelta(days=4))]
    assert house.contents() == before


def test_a_booking_that_comes_first_wins_against_a_deletion(house: House, before_commit: Arrange) -> None:
    room, token = house.room(), house.guest()
    before_commit(lambda: house.book(token, house.wish(room)).must(201))
    delete(house, room).refused(409, "stays_ahead")
    assert house.send("GET", f"/api/rooms/{room['room_id']}").status == 200
    assert house.sold(room, 1) == [1]


def test_a_deletion_that_comes_first_wins_against_a_booking(house: House, before_commit: Arrange) -> None:
    room, token, admin = house.room(), house.guest(), house.admin
    before_commit(lambda: delete(house, room, admin).must(204))
    house.book(token, house.wish(room)).refused(404, "not_found")
    assert house.rows("bookings") == []


def test_a_deletion_knows_nights_that_are_opened_meanwhile(house: House, before_commit: Arrange) -> None:
    room = house.room(nights=2)
    before_commit(lambda: open_more(house, room, 5, 3))
    delete(house, room).must(204)
    assert house.rows("nights") == []


def test_nights_of_a_room_that_is_being_deleted_are_not_opened(house: House, before_commit: Arrange) -> None:
    room, admin = house.room(nights=2), house.admin
    before_commit(lambda: delete(house, room, admin).must(204))
    span = {"from": str(TODAY + timedelta(days=5)), "to": str(TODAY + timedelta(days=6))}
    house.send("PUT", f"{path_of(room)}/nights", span, admin).refused(404, "not_found")
    assert house.rows("nights") == []


@pytest.fixture
def long_open(house: House, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A room type with more future nights than one transaction can hold."""
    room = house.room(nights=2)
    for begin in (2, 92, 182):
        open_more(house, room, begin, 90)
    return room


def test_a_room_with_very_many_nights_is_deleted_too(house: House, long_open: dict[str, Any]) -> None:
    delete(house, long_open).must(204)
    assert house.rows("nights") == []


def test_a_deletion_that_is_refused_half_way_puts_the_nights_back(
    house: House, long_open: dict[str, Any], before_commit: Arrange
) -> None:
    token = house.guest()
    expected = house.rows("nights")
    before_commit(lambda: house.book(token, house.wish(long_open)).must(201))
    delete(house, long_open).refused(409, "stays_ahead")
    rows = {row["night"]["S"]: row for row in house.rows("nights")}
    assert rows.keys() == {row["night"]["S"] for row in expected}
    assert [night for night, row in rows.items() if row["sold"]["N"] != "0"] == [str(TODAY)]


def test_a_deletion_that_stopped_half_way_is_ended_by_the_next(
    house: House, long_open: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(room_deletion, "record", dies)
        delete(house, long_open).refused(500, "internal_error")
    assert 0 < len(house.rows("nights")) < 272
    delete(house, long_open).must(204)
    assert house.rows("nights") == []


def test_a_hotel_has_so_many_room_types_and_no_more(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_changes, "MAX_ROOMS", 2)
    hotel_id = house.hotel()["hotel_id"]
    for _ in range(2):
        house.room(hotel_id=hotel_id)
    facts = {"hotel_id": hotel_id, "name": "Third", "price": 1, "units": 1, "area": 1, "bed": "x"}
    house.send("POST", "/api/staff/rooms", facts, house.admin).refused(409, "too_many_rooms")


def test_rooms_are_listed_page_by_page(house: House) -> None:
    hotel_id = house.hotel()["hotel_id"]
    prices = [house.room(hotel_id=hotel_id, price=price)["price"] for price in (3, 1, 2)]
    for path, token in ((f"/api/hotels/{hotel_id}/rooms", None), (f"/api/staff/hotels/{hotel_id}/rooms", house.admin)):
        first = house.send("GET", f"{path}?limit=2", token=token).must(200)
        rest = house.send("GET", f"{path}?limit=2&cursor={first['next_cursor']}", token=token).must(200)
        assert [room["price"] for room in first["items"] + rest["items"]] == prices
        assert rest["next_cursor"] is None
    foreign = house.token(Role.STAFF, "H-other")
    house.send("GET", f"/api/staff/hotels/{hotel_id}/rooms", token=foreign).refused(404, "not_found")


def test_staff_see_their_own_hotels(house: House) -> None:
    hotels = [house.hotel(name=str(number), opening_state="closed")["hotel_id"] for number in range(3)]
    for token, expected in (
        (house.admin, hotels),
        (house.token(Role.STAFF, *hotels[:2]), hotels[:2]),
        (house.token(Role.STAFF), []),
    ):
        seen: list[str] = []
        cursor = ""
        for _ in range(4):
            page = house.send("GET", f"/api/staff/hotels?limit=1{cursor}", token=token).must(200)
            seen += [hotel["hotel_id"] for hotel in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert sorted(seen) == sorted(expected)


def test_the_calendar_shows_prices_and_what_is_left(house: House) -> None:
    room = house.room(units=2, price=100, nights=3)
    house.book(house.guest(), house.wish(room, begin=1)).must(201)
    closed = {
        "from": str(TODAY + timedelta(days=2)),
        "to": str(TODAY + timedelta(days=3)),
        "closed": True,
        "price": 150,
    }
    house.send("PUT", f"{path_of(room)}/nights", closed, house.admin).must(200)
    path = f"/api/rooms/{room['room_id']}/nights"
    found = house.send("GET", f"{path}?from={TODAY}&to={TODAY + timedelta(days=9)}").must(200)["items"]
    assert [(night["price"], night["available"]) for night in found] == [(100, 2), (100, 1), (150, 0)]
    house.send("GET", f"/api/rooms/R-unknown/nights?from={TODAY}&to={TODAY + timedelta(days=9)}").refused(
        404, "not_found"
    )


@pytest.mark.parametrize(
    ("begin", "end", "field"),
    [
        (TODAY, TODAY, "to"),
        (TODAY, TODAY - timedelta(days=1), "to"),
        (TODAY, TODAY + timedelta(days=91), "to"),
        (TODAY - timedelta(days=1), TODAY, "from"),
        (date(2030, 1, 1), date(2030, 1, 2), "to"),
    ],
)
def test_a_bad_range_of_nights_is_refused_with_its_field(house: House, begin: date, end: date, field: str) -> None:
    body, path = {"from": str(begin), "to": str(end)}, f"/api/staff/rooms/{house.room(nights=1)['room_id']}/nights"
    refused = house.send("PUT", path, body, house.admin).refused(422, "invalid_request")
    assert refused["errors"][0]["field"] == field


@pytest.mark.parametrize("path", ["/api/rooms/R-1/nights", "/api/staff/rooms/R-1/nights"])
def test_a_calendar_of_more_than_a_year_is_refused(house: House, path: str) -> None:
    query = f"?from={TODAY}&to={TODAY + timedelta(days=367)}"
    refused = house.send("GET", path + query, token=house.admin).refused(422, "invalid_request")
    assert refused["errors"][0]["field"] == "to"


def test_rooms_that_are_added_at_once_are_all_there(house: House, before_commit: Arrange) -> None:
    hotel_id = house.hotel()["hotel_id"]
    before_commit(lambda: house.room(hotel_id=hotel_id, price=100))
    house.room(hotel_id=hotel_id, price=200)
    house.settle()
    rooms = house.send("GET", f"/api/hotels/{hotel_id}/rooms").must(200)["items"]
    assert sorted(room["price"] for room in rooms) == [100, 200]
    [found] = house.send("GET", "/api/hotels").must(200)["items"]
    assert found["from_price"] == 100


def test_a_hotel_changed_at_the_same_time_is_a_version_conflict(house: House, before_commit: Arrange) -> None:
    hotel, admin = house.hotel(), house.admin
    path = f"/api/staff/hotels/{hotel['hotel_id']}"
    before_commit(lambda: house.send("PUT", path, {**hotel, "name": "First"}, admin).must(200))
    house.send("PUT", path, {**hotel, "name": "Second"}, admin).refused(409, "version_conflict")
    assert house.send("GET", f"/api/hotels/{hotel['hotel_id']}").must(200)["name"] == "First"


def test_a_room_changed_at_the_same_time_is_a_version_conflict(house: House, before_commit: Arrange) -> None:
    room, admin = house.room(), house.admin
    before_commit(lambda: house.send("PUT", path_of(room), {**room, "name": "First"}, admin).must(200))
    house.send("PUT", path_of(room), {**room, "name": "Second"}, admin).refused(409, "version_conflict")


def test_a_hotel_and_its_room_changed_at_the_same_time_both_change(house: House, before_commit: Arrange) -> None:
    room, admin = house.room(price=100), house.admin
    hotel = house.send("GET", f"/api/hotels/{room['hotel_id']}").must(200)
    before_commit(lambda: house.send("PUT", path_of(room), {**room, "price": 50}, admin).must(200))
    path = f"/api/staff/hotels/{hotel['hotel_id']}"
    facts = {"name": "Both", "avatar": "/a.svg", "tags": ["停车", "Wi-Fi"], "sort_order": -3}
    house.send("PUT", path, {**hotel, **facts}, admin).must(200)
    after = house.send("GET", f"/api/hotels/{room['hotel_id']}").must(200)
    assert {**after, **facts, "from_price": 50} == after
