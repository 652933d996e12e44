"""Hotels, rooms, nights and search."""

from __future__ import annotations

from datetime import timedelta

import pytest

from posthouse.domain.identity import Role
from tests.integration.house import TODAY, House


def test_a_hotel_changes_from_the_version_that_was_read(house: House) -> None:
    hotel = house.hotel()
    path = f"/api/staff/hotels/{hotel['hotel_id']}"
    changed = house.send("PUT", path, {**hotel, "name": "New"}, house.admin).must(200)
    assert (changed["name"], changed["version"]) == ("New", 2)
    house.send("PUT", path, {**hotel, "name": "Late"}, house.admin).refused(409, "version_conflict")
    house.send("PUT", "/api/staff/hotels/H-unknown", hotel, house.admin).refused(404, "not_found")
    assert house.send("GET", f"/api/hotels/{hotel['hotel_id']}").must(200) == changed
    house.send("POST", "/api/staff/hotels", {"name": "x"}, house.admin).refused(422, "invalid_request")
    tiny = house.send("PUT", path, {**changed, "latitude": 1e-200, "longitude": 104}, house.admin).must(200)
    assert (tiny["latitude"], tiny["longitude"]) == (0, 104)
    house.send("PUT", path, {**hotel, "time_zone": "Mars/Olympus"}, house.admin).refused(422, "invalid_request")


def test_whether_no_shows_are_noted_by_themselves_stays_where_it_is_not_sent(house: House) -> None:
    hotel = house.hotel()
    assert hotel["auto_no_show"] is False
    path = f"/api/staff/hotels/{hotel['hotel_id']}"
    on = house.send("PUT", path, {**hotel, "auto_no_show": True}, house.admin).must(200)
    older = {name: value for name, value in on.items() if name != "auto_no_show"}
    kept = house.send("PUT", path, {**older, "name": "New"}, house.admin).must(200)
    assert (kept["name"], kept["auto_no_show"]) == ("New", True)
    off = house.send("PUT", path, {**kept, "auto_no_show": False}, house.admin).must(200)
    assert off["auto_no_show"] is False
    house.send("PUT", path, {**off, "auto_no_show": None}, house.admin).refused(422, "invalid_request")


def test_the_tax_of_a_hotel_comes_back_and_stays_where_it_is_not_sent(house: House) -> None:
    hotel = house.hotel()
    assert (hotel["tax_number"], hotel["tax_rate_bp"]) == (None, None)
    path = f"/api/staff/hotels/{hotel['hotel_id']}"
    tax = {"tax_number": "91510104MA6C1X2B3D", "tax_rate_bp": 600}
    taxed = house.send("PUT", path, {**hotel, **tax}, house.admin).must(200)
    assert {name: taxed[name] for name in tax} == tax
    assert house.send("GET", f"/api/hotels/{hotel['hotel_id']}").must(200) == taxed
    # A client that does not know the tax sends none: it stays.
    older = {name: value for name, value in taxed.items() if name not in tax}
    kept = house.send("PUT", path, {**older, "name": "New"}, house.admin).must(200)
    assert (kept["name"], kept["tax_number"], kept["tax_rate_bp"]) == ("New", tax["tax_number"], 600)
    # One half of it is cleared, the other stays.
    half = house.send("PUT", path, {**older, "version": 3, "tax_rate_bp": None}, house.admin).must(200)
    assert (half["tax_number"], half["tax_rate_bp"]) == (tax["tax_number"], None)
    for number in ("9" * 14, "9" * 21, "91510104MA6C1X2B3-", "91510104MA6C1X2B3D\n", ""):
        refused = house.send("PUT", path, {**half, "tax_number": number}, house.admin).refused(422, "invalid_request")
        assert [it["field"] for it in refused["errors"]] == ["tax_number"], number
    for rate in (-1, 10_001, 6.5):
        house.send("PUT", path, {**half, "tax_rate_bp": rate}, house.admin).refused(422, "invalid_request")
    new = {name: half[name] for name in ("name", "city", "address", "phone", "latitude", "longitude")}
    made = house.send("POST", "/api/staff/hotels", {**new, **tax}, house.admin).must(201)
    assert {name: made[name] for name in tax} == tax


def test_staff_change_rooms_of_their_own_hotel(house: House) -> None:
    hotel = house.hotel()
    staff = house.token(Role.STAFF, hotel["hotel_id"])
    facts = {"hotel_id": hotel["hotel_id"], "name": "Twin", "price": 100, "units": 2, "area": 20, "bed": "Twin"}
    room = house.send("POST", "/api/staff/rooms", facts, staff).must(201)
    path = f"/api/staff/rooms/{room['room_id']}"
    assert house.send("PUT", path, {**room, "price": 90}, staff).must(200)["version"] == 2
    house.send("PUT", path, {**room, "price": 80}, staff).refused(409, "version_conflict")
    assert house.send("GET", f"/api/hotels/{hotel['hotel_id']}").must(200)["from_price"] == 90
    foreign = house.token(Role.STAFF, "H-other")
    house.send("POST", "/api/staff/rooms", facts, foreign).refused(404, "not_found")
    house.send("POST", "/api/staff/rooms", {**facts, "hotel_id": "H-x"}, house.admin).refused(404, "not_found")
    shown = house.send("GET", f"/api/rooms/{room['room_id']}")
    assert (shown.must(200)["units"], shown.headers["X-Cache"]) == (2, "source")
    house.send("GET", "/api/rooms/R-unknown").refused(404, "not_found")


def test_nights_are_opened_changed_and_never_cut_below_what_is_sold(house: House) -> None:
    room = house.room(units=3, price=100, nights=3)
    token = house.guest()
    house.book(token, house.wish(room, nights=1, units=2)).must(201)
    path = f"/api/staff/rooms/{room['room_id']}/nights"
    span = {"from": str(TODAY), "to": str(TODAY + timedelta(days=3))}
    before = house.contents()
    below = house.send("PUT", path, {**span, "units": 1}, house.admin).refused(409, "units_below_sold")
    assert below["dates"] == f"(datetime.date({TODAY:%Y, %-m, %-d}),)" or str(TODAY) in str(below["dates"])
    assert house.contents() == before
    changed = house.send("PUT", path, {**span, "units": 2, "price": 150}, house.admin).must(200)["items"]
    assert [(n["units"], n["sold"], n["price"]) for n in changed] == [(2, 2, 150), (2, 0, 150), (2, 0, 150)]
    house.book(token, house.wish(room), key="key-2").refused(409, "sold_out")
    for bad in ({"to": span["from"]}, {"to": str(TODAY + timedelta(days=91))}, {"units": -1}, {"price": "1"}):
        house.send("PUT", path, {**span, **bad}, house.admin).refused(422, "invalid_request")
    query = f"?from={TODAY}&to={TODAY + timedelta(days=367)}"
    house.send("GET", path + query, token=house.admin).refused(422, "invalid_request")


def test_search_by_words_city_price_and_distance(house: House) -> None:
    far = house.hotel(name="Far Inn", city="北京", latitude=39.9, longitude=116.4)
    near = house.hotel(name="Near Inn")
    for hotel, price in ((far, 100), (near, 200)):
        house.room(hotel_id=hotel["hotel_id"], price=price)
    house.settle()

    def names(query: str) -> list[str]:
        return [hotel["name"] for hotel in house.send("GET", f"/api/hotels{query}").must(200)["items"]]

    assert names("") == ["Far Inn", "Near Inn"]
    assert names("?keyword=NEAR") == ["Near Inn"]
    assert names("?city=北京") == ["Far Inn"]
    assert names("?sort=price") == ["Far Inn", "Near Inn"]
    assert names("?sort=distance&latitude=30.6&longitude=104.1") == ["Near Inn", "Far Inn"]
    first = house.send("GET", "/api/hotels?limit=1").must(200)
    rest = house.send("GET", f"/api/hotels?limit=1&cursor={first['next_cursor']}").must(200)
    assert ([h["name"] for h in rest["items"]], rest["next_cursor"]) == (["Near Inn"], None)


def test_search_with_dates_finds_hotels_with_a_room_on_every_night(house: House) -> None:
    room = house.room(units=1, nights=3)
    house.settle()
    stay = f"check_in={TODAY}&check_out={TODAY + timedelta(days=3)}"
    assert len(house.send("GET", f"/api/hotels?{stay}").must(200)["items"]) == 1
    [found] = house.send("GET", f"/api/hotels/{room['hotel_id']}/rooms?{stay}").must(200)["items"]
    assert (found["available"], found["total"]) == (1, 90000)
    house.book(house.guest(), house.wish(room, begin=1)).must(201)
    assert house.send("GET", f"/api/hotels?{stay}").must(200)["items"] == []
    [found] = house.send("GET", f"/api/hotels/{room['hotel_id']}/rooms?{stay}").must(200)["items"]
    assert found["available"] == 0


@pytest.mark.parametrize(
    "query",
    [
        "sort=stars",
        "latitude=30",
        "latitude=91&longitude=0",
        "sort=distance",
        "limit=0",
        "cursor=x",
        "check_in=2026-12-01",
        "check_in=2026-12-02&check_out=2026-12-01",
        "check_in=2020-01-01&check_out=2020-01-02",
        "unknown=1",
    ],
)
def test_a_bad_search_is_refused_with_its_field(house: House, query: str) -> None:
    assert house.send("GET", f"/api/hotels?{query}").refused(422, "invalid_request")["errors"][0]["field"]


def test_coupon_quantity_is_scarce_and_templates_change(house: House) -> None:
    template = house.template(quantity=1)
    one, two = house.guest("13900000001"), house.guest("13900000002")
    house.settle()
    assert sorted([len(house.coupons(one)), len(house.coupons(two))]) == [0, 1]
    path = f"/api/staff/coupon-templates/{template['template_id']}"
    house.send("PUT", path, {**template, "quantity": 0}, house.admin).refused(409, "quantity_below_issued")
    assert house.send("PUT", path, {**template, "quantity": 5}, house.admin).must(200)["issued"] == 1
    [listed] = house.send("GET", "/api/staff/coupon-templates", token=house.admin).must(200)["items"]
    assert (listed["quantity"], listed["issued"], listed["version"]) == (5, 1, 2)
    house.send("PUT", path, {**template, "quantity": 6}, house.admin).refused(409, "version_conflict")
    unversioned = {name: value for name, value in template.items() if name != "version"}
    assert house.send("PUT", path, {**unversioned, "quantity": 7}, house.admin).must(200)["version"] == 3
    unknown = "/api/staff/coupon-templates/T-unknown"
    house.send("PUT", unknown, template, house.admin).refused(404, "not_found")
    house.send("POST", "/api/staff/coupon-templates", {**template, "amount": 0}, house.admin).refused(
        422, "invalid_request"
    )
