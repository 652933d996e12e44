"""One price: search, room list and booking agree; extra guests and extras are in the total that a booking keeps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.integration import costs
from tests.integration.conftest import Arrange
from tests.integration.house import TODAY, House

FAMILY = {
    "max_adults": 3,
    "max_children": 1,
    "included_adults": 2,
    "extra_adult_price": 8000,
    "extra_child_price": 3000,
}
NIGHTS = 2
DATES = f"check_in={TODAY}&check_out={TODAY + timedelta(days=NIGHTS)}"


def _extra(house: House, room: dict[str, Any], per: str = "stay", price: int = 500, **more: Any) -> dict[str, Any]:
    body = {"name": f"Per {per}", "price": price, "per": per, **more}
    path = f"/api/staff/hotels/{room['hotel_id']}/extras"
    made: dict[str, Any] = house.send("POST", path, body, house.admin).must(201)
    return made


def _change(house: House, extra: dict[str, Any], **changes: Any) -> None:
    path = f"/api/staff/hotels/{extra['hotel_id']}/extras/{extra['extra_id']}"
    house.send("PUT", path, {**extra, **changes}, house.admin).must(200)


def _chosen(*extras: dict[str, Any], quantity: int = 1) -> list[dict[str, Any]]:
    return [{"extra_id": extra["extra_id"], "quantity": quantity} for extra in extras]


@pytest.mark.parametrize(
    ("adults", "children", "units", "guests_total"),
    [(1, 0, 1, 0), (2, 1, 1, 2 * 3000), (3, 0, 1, 2 * 8000), (3, 1, 1, 2 * 11000), (4, 0, 2, 0), (5, 2, 2, 2 * 14000)],
)
def test_search_room_list_and_booking_agree(
    house: House, adults: int, children: int, units: int, guests_total: int
) -> None:
    room = house.room(price=30001, **FAMILY)
    house.settle()
    party = {"adults": adults, "children": children, "units": units}
    query = DATES + "".join(f"&{name}={value}" for name, value in party.items())
    total = 2 * 30001 * units + guests_total
    [found] = house.send("GET", f"/api/hotels?{query}").must(200)["items"]
    [listed] = house.send("GET", f"/api/hotels/{room['hotel_id']}/rooms?{query}").must(200)["items"]
    assert (found["from_total"], listed["total"], listed["fits"]) == (total, total, True)
    wish = {**house.wish(room, nights=NIGHTS), **party, "expected_total": total}
    booked = house.book(house.guest(), wish).must(201)
    assert {name: booked[name] for name in party} == party
    assert (booked["total"], booked["guests_total"], booked["payable"]) == (total, guests_total, total)
    assert (booked["due_now"], booked["due_later"], booked["points_discount"]) == (total, 0, 0)
    assert sum(item["amount"] for item in booked["items"]) + booked["guests_total"] + booked["extras_total"] == total


@pytest.mark.parametrize("party", [{"adults": 4}, {"children": 2}, {"adults": 7, "units": 2}])
def test_a_room_that_does_not_hold_the_party_is_no_offer(house: House, party: dict[str, int]) -> None:
    small = house.room(price=100, **FAMILY)
    large = house.room(price=200, hotel_id=small["hotel_id"], max_adults=10)
    house.settle()
    query = DATES + "".join(f"&{name}={value}" for name, value in party.items())
    shown = house.send("GET", f"/api/hotels/{small['hotel_id']}/rooms?{query}").must(200)["items"]
    assert [(it["room_id"], it["fits"], it["total"] is None) for it in shown] == [
        (small["room_id"], False, True),
        (large["room_id"], True, False),
    ]
    [found] = house.send("GET", f"/api/hotels?{query}").must(200)["items"]
    assert found["from_total"] == 2 * 200 * party.get("units", 1)
    before = house.contents()
    refused = house.book(house.guest(), house.wish(small, nights=NIGHTS, **party)).refused(409, "too_many_guests")
    units = party.get("units", 1)
    assert (refused["max_adults"], refused["max_children"]) == (3 * units, units)
    assert house.contents().get("bookings") == before.get("bookings")
    house.book(house.guest(), house.wish(large, nights=NIGHTS, **party), key="key-2").must(201)


def test_a_search_reads_no_nights_of_rooms_that_are_too_small(house: House) -> None:
    house.room(**FAMILY)
    house.settle()
    asked = costs.counted(lambda: house.send("GET", f"/api/hotels?{DATES}&adults=3").must(200))
    assert asked.reads["nights"] > 0
    empty: dict[str, Any] = {}
    asked = costs.counted(lambda: empty.update(house.send("GET", f"/api/hotels?{DATES}&adults=4").must(200)))
    assert (empty["items"], empty["open_dates"]) == ([], None)
    assert "nights" not in asked.reads


def test_extras_are_in_the_total_and_stay_as_they_were_booked(house: House) -> None:
    room, token = house.room(price=30000, **FAMILY), house.guest()
    extras = [_extra(house, room, per) for per in ("stay", "night", "guest", "guest_night")]
    amounts = [500 * 3, 500 * 3 * 2, 500 * 3 * 5, 500 * 3 * 5 * 2]
    party = {"adults": 4, "children": 1, "units": 2}
    wish = house.wish(room, nights=NIGHTS, **party, extras=_chosen(*extras, quantity=3))
    booked = house.book(token, {**wish, "expected_total": 120000 + 6000 + sum(amounts)}).must(201)
    assert booked["extras"] == [
        {
            "extra_id": extra["extra_id"],
            "name": extra["name"],
            "per": extra["per"],
            "price": 500,
            "quantity": 3,
            "amount": amount,
        }
        for extra, amount in zip(extras, amounts, strict=True)
    ]
    assert (booked["extras_total"], booked["guests_total"]) == (sum(amounts), 6000)
    assert booked["total"] == booked["payable"] == 120000 + 6000 + sum(amounts)
    for extra in extras:
        _change(house, extra, price=9, enabled=False)
    assert house.booking(token, booked["order_no"]) == {**booked, "refunds": [], "refund_owed": 0}
    assert house.pay(token, booked["order_no"])["amount"] == booked["payable"]
    house.settle()
    assert house.booking(token, booked["order_no"])["status"] == "paid"


def test_the_order_of_extras_changes_no_price(house: House) -> None:
    room, token = house.room(price=30000), house.guest()
    extras = [_extra(house, room, per, price) for per, price in (("stay", 3), ("guest_night", 7), ("night", 11))]
    one = house.book(token, house.wish(room, extras=_chosen(*extras)), key="one").must(201)
    other = house.book(token, house.wish(room, extras=_chosen(*reversed(extras))), key="other").must(201)
    assert one["total"] == other["total"]
    assert sorted(it["extra_id"] for it in one["extras"]) == sorted(it["extra_id"] for it in other["extras"])


def test_an_extra_that_is_gone_is_named(house: House) -> None:
    room, token = house.room(), house.guest()
    good, gone = _extra(house, room), _extra(house, room)
    _change(house, gone, enabled=False)
    elsewhere = _extra(house, house.room())
    for unfit in (gone, elsewhere, {"extra_id": "E0"}):
        wish = house.wish(room, extras=_chosen(good, unfit))
        refused = house.book(token, wish, key=unfit["extra_id"]).refused(422, "invalid_request")
        assert [error["field"] for error in refused["errors"]] == ["extras.1.extra_id"]
    assert house.rows("bookings") == []


def test_a_changed_price_is_refused_before_anything_is_booked(house: House) -> None:
    room, token = house.room(price=30000, **FAMILY), house.guest()
    extra = _extra(house, room)
    wish = house.wish(room, adults=3, extras=_chosen(extra), expected_total=30000 + 8000 + 500)
    _change(house, extra, price=600)
    refused = house.book(token, wish).refused(409, "price_changed")
    assert refused["actual"] == 38600
    dearer = {**house.send("GET", f"/api/rooms/{room['room_id']}").must(200), "extra_adult_price": 8100}
    house.send("PUT", f"/api/staff/rooms/{room['room_id']}", dearer, house.admin).must(200)
    again = {**wish, "expected_total": 38600}
    assert house.book(token, again, key="key-2").refused(409, "price_changed")["actual"] == 38700
    house.book(token, {**wish, "expected_total": 38700}, key="key-3").must(201)


def test_a_coupons_minimum_is_asked_of_the_whole_total(house: House) -> None:
    house.template(amount=2000, minimum_spend=38500)
    room, token = house.room(price=30000, **FAMILY), house.guest()
    house.settle()
    [coupon] = house.coupons(token)
    extra = _extra(house, room)
    wish = house.wish(room, coupon_id=coupon["coupon_id"], adults=3)
    house.book(token, wish, key="one").refused(409, "coupon_unusable")
    booked = house.book(token, {**wish, "extras": _chosen(extra)}, key="two").must(201)
    assert (booked["total"], booked["discount"], booked["payable"]) == (38500, 2000, 36500)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"adults": 0}, "adults"),
        ({"children": -1}, "children"),
        ({"adults": 1.5}, "adults"),
        ({"extras": [{"extra_id": "E1", "quantity": 0}]}, "extras.0.quantity"),
        ({"extras": [{"extra_id": "E1", "quantity": 1}] * 2}, "extras"),
        ({"extras": [{"extra_id": f"E{n}", "quantity": 1} for n in range(11)]}, "extras"),
        ({"extras": [{"extra_id": "E1"}]}, "extras.0"),
    ],
)
def test_bad_fields_of_a_booking_are_named(house: House, wrong: dict[str, Any], field: str) -> None:
    refused = house.book(house.guest(), house.wish(house.room(), **wrong)).refused(422, "invalid_request")
    assert [error["field"] for error in refused["errors"]] == [field]


@pytest.mark.parametrize("query", ["adults=0", "children=-1", "adults=two"])
def test_bad_guests_of_a_query_are_named(house: House, query: str) -> None:
    room = house.room()
    for path in ("/api/hotels", f"/api/hotels/{room['hotel_id']}/rooms"):
        refused = house.send("GET", f"{path}?{DATES}&{query}").refused(422, "invalid_request")
        assert [error["field"] for error in refused["errors"]] == [query.partition("=")[0]]


def test_the_bounds_of_a_room_come_back(house: House) -> None:
    room = house.room(**FAMILY)
    house.settle()
    path = f"/api/staff/rooms/{room['room_id']}"
    assert {name: room[name] for name in FAMILY} == FAMILY
    assert {name: house.send("GET", f"/api/rooms/{room['room_id']}").must(200)[name] for name in FAMILY} == FAMILY
    changed = house.send("PUT", path, {**room, **dict.fromkeys(FAMILY)}, house.admin).must(200)
    assert {changed[name] for name in FAMILY} == {None}


def test_a_client_that_does_not_know_the_bounds_of_a_room_keeps_them(house: House) -> None:
    room = house.room(**FAMILY)
    path = f"/api/staff/rooms/{room['room_id']}"
    older = {name: value for name, value in room.items() if name not in FAMILY}
    changed = house.send("PUT", path, {**older, "price": room["price"] + 1}, house.admin).must(200)
    assert {name: changed[name] for name in FAMILY} == FAMILY
    # What is sent is changed, null clears, and the rest stays.
    some = {**older, "version": 2, "max_adults": 8, "extra_child_price": None}
    changed = house.send("PUT", path, some, house.admin).must(200)
    assert {name: changed[name] for name in FAMILY} == {**FAMILY, "max_adults": 8, "extra_child_price": None}
    house.settle()
    assert house.send("GET", f"/api/rooms/{room['room_id']}").must(200)["max_adults"] == 8
    # What is sent has to fit to what stays.
    for wrong in ({"max_adults": 1}, {"included_adults": None}, {"included_adults": 9}):
        refused = house.send("PUT", path, {**older, "version": 3, **wrong}, house.admin).refused(422, "invalid_request")
        assert [error["field"] for error in refused["errors"]] == ["included_adults"], wrong


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"max_adults": 0}, "max_adults"),
        ({"max_children": -1}, "max_children"),
        ({"extra_adult_price": -1}, "extra_adult_price"),
        ({"extra_child_price": 100_000_001}, "extra_child_price"),
        ({"included_adults": 4}, "included_adults"),
        ({"included_adults": None}, "included_adults"),
    ],
)
def test_bad_bounds_are_named(house: House, wrong: dict[str, Any], field: str) -> None:
    room = {"name": "Twin", "price": 1, "units": 1, "area": 30, "bed": "Twin", "hotel_id": house.hotel()["hotel_id"]}
    refused = house.send("POST", "/api/staff/rooms", {**room, **FAMILY, **wrong}, house.admin).refused(
        422, "invalid_request"
    )
    assert [error["field"] for error in refused["errors"]] == [field]


def test_a_repeat_of_a_booking_with_extras_is_the_same_booking(house: House, before_commit: Arrange) -> None:
    room, token = house.room(units=1), house.guest()
    wish = house.wish(room, adults=2, extras=_chosen(_extra(house, room)))
    before_commit(lambda: house.book(token, wish).must(201))
    again = house.book(token, wish).must(201)
    assert [row["order_no"]["S"] for row in house.rows("bookings")] == [again["order_no"]]
    assert again["extras_total"] == 500


def test_extras_and_guests_cost_no_call_and_no_write_more(house: House) -> None:
    room, token = house.room(**FAMILY), house.guest()
    extras = [_extra(house, room, per) for per in ("stay", "night", "guest", "guest_night")]
    more = house.wish(room, adults=3, children=1, extras=_chosen(*extras))
    plain = costs.counted(lambda: house.book(token, house.wish(room), key="one").must(201))
    whole = costs.counted(lambda: house.book(token, more, key="two").must(201))
    assert whole.calls_of("create_booking") == plain.calls_of("create_booking")
    assert whole.number_of_calls == 3
    assert whole.writes.keys() == plain.writes.keys()
    # The booking's own row is longer by four extras: at most by a kB, which is two units in a transaction.
    assert (whole.writes - plain.writes).keys() <= {"bookings"}
    assert whole.write_units - plain.write_units <= 2
