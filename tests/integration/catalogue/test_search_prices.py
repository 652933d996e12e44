"""Searches by dates have the stay's own price, and agree with the room page and the booking."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posthouse.services.catalogue import search as search_service
from posthouse.store import connection
from tests.integration.house import TODAY, House
from tests.integration.standing import Simulator, house_on_moto
from tests.support.examples import examples

DAY = timedelta(days=1)


def dates(begin: int = 0, nights: int = 2) -> str:
    return f"check_in={TODAY + begin * DAY}&check_out={TODAY + (begin + nights) * DAY}"


def searched(house: House, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = house.send("GET", f"/api/hotels?{query}").must(200)["items"]
    return found


def change(house: House, room: dict[str, Any], begin: int, **facts: Any) -> None:
    night = {"from": str(TODAY + begin * DAY), "to": str(TODAY + (begin + 1) * DAY), **facts}
    house.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", night, house.admin).must(200)


def priced(house: House, *prices: int, **more: Any) -> list[dict[str, Any]]:
    """Hotels with one room type each; the base price is 100, these are the calendar's."""
    rooms = []
    for number, price in enumerate(prices):
        hotel = house.hotel(name=f"H{number}", **more)
        room = house.room(hotel_id=hotel["hotel_id"], price=100)
        for night in (0, 1):
            change(house, room, night, price=price)
        rooms.append(room)
    house.settle()
    return rooms


def test_a_hotels_price_is_that_of_the_dates(house: House) -> None:
    room, *_ = priced(house, 90000)
    change(house, room, 1, price=90001)
    [plain] = searched(house, "")
    assert (plain["from_price"], "from_total" in plain) == (100, False)
    [found] = searched(house, dates())
    assert (found["from_total"], found["from_price"]) == (180001, 90001), "half a fen is rounded up"
    [for_two] = searched(house, f"{dates()}&units=2")
    assert (for_two["from_total"], for_two["from_price"]) == (360002, 180001)
    assert searched(house, f"{dates()}&units=3") == []
    [offered] = house.send("GET", f"/api/hotels/{room['hotel_id']}/rooms?{dates()}&units=2").must(200)["items"]
    assert (offered["total"], offered["available"]) == (360002, 2)


def test_the_order_by_price_is_that_of_the_totals_on_every_page(house: House) -> None:
    priced(house, 500, 300, 900, 100, 700)
    pages, cursor = [], ""
    while True:
        page = house.send("GET", f"/api/hotels?{dates()}&sort=price&limit=2{cursor}").must(200)
        pages.append([hotel["from_total"] for hotel in page["items"]])
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert pages == [[200, 600], [1000, 1400], [1800]]


def test_more_hotels_than_one_request_reads_are_in_order_over_all_of_them(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_service, "NIGHTS_LOOKED_AT", 4)
    monkeypatch.setattr(search_service, "MAX_KEYS", 4)
    rooms = priced(house, 500, 300, 900, 100, 700)
    house.book(house.guest(), house.wish(rooms[3], 0, 2, units=2)).must(201)
    house.settle()
    found: list[int] = []
    cursor, pages = "", 0
    while cursor or not pages:
        page = house.send("GET", f"/api/hotels?{dates()}&sort=price&limit=4{cursor}").must(200)
        found += [hotel["from_total"] for hotel in page["items"]]
        pages += 1
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert (found, pages > 1) == ([600, 1000, 1400, 1800], True), "each once, without that which is sold out"


def test_bounds_of_the_price_are_those_of_the_price_that_is_shown(house: House) -> None:
    priced(house, 500, 300, 900)
    for sort in ("", "&sort=price"):
        found = searched(house, f"{dates()}&price_min=300&price_max=500{sort}")
        assert {hotel["from_price"] for hotel in found} == {300, 500}
    assert len(searched(house, "price_max=100")) == 3
    assert searched(house, "price_min=101") == []
    house.hotel(name="without rooms")
    house.settle()
    house.forget_caches()
    assert len(searched(house, "")) == 4
    assert len(searched(house, "price_min=0")) == 3, "a hotel without a price is in no bounds"


def test_words_are_those_of_tags_and_rooms_too_and_tags_are_met_whole(house: House) -> None:
    hotel = house.hotel(name="One", tags=["近地铁", "Free Parking"])
    house.hotel(name="Two", tags=["近地铁"])
    room = house.room(hotel_id=hotel["hotel_id"], name="山景 Suite")
    house.settle()

    def names(query: str) -> list[str]:
        return [found["name"] for found in searched(house, query)]

    assert names("keyword=山景") == names("keyword=SUITE one") == names("keyword=parking") == ["One"]
    assert names("tags=近地铁") == ["One", "Two"]
    assert names("tags=近地铁,free parking") == ["One"]
    assert names("tags=近地") == []
    changed = {**room, "name": "海景"}
    house.send("PUT", f"/api/staff/rooms/{room['room_id']}", changed, house.admin).must(200)
    house.settle()
    house.forget_caches()
    assert (names("keyword=山景"), names("keyword=海景")) == ([], ["One"])
    house.send(
        "PUT", f"/api/staff/rooms/{room['room_id']}", {**changed, "version": 2, "on_sale": False}, house.admin
    ).must(200)
    house.settle()
    house.forget_caches()
    assert names("keyword=海景") == [], "a room off sale is not shown"


def test_a_radius_is_around_the_position(house: House) -> None:
    house.hotel(name="near", latitude=30.0)
    house.hotel(name="far", latitude=31.0)
    house.settle()
    place = "latitude=30.0&longitude=104.06"
    assert [found["name"] for found in searched(house, f"{place}&radius_km=100")] == ["near"]
    assert len(searched(house, f"{place}&radius_km=112")) == 2
    for query in ("radius_km=5", "latitude=30&radius_km=5", f"{place}&radius_km=0"):
        house.send("GET", f"/api/hotels?{query}").refused(422, "invalid_request")


def test_dates_without_a_room_are_answered_with_those_that_are_open(house: House) -> None:
    assert house.send("GET", "/api/hotels").must(200)["first_date"] is None
    room, *_ = priced(house, 500)
    house.forget_caches()
    found = house.send("GET", f"/api/hotels?{dates()}").must(200)
    assert (found["open_dates"], found["first_date"]) == (None, str(TODAY))
    for query in (dates(30), f"{dates(30)}&sort=price", f"{dates()}&units=9"):
        found = house.send("GET", f"/api/hotels?{query}").must(200)
        assert (found["items"], found["next_cursor"]) == ([], None)
        assert found["open_dates"] == {"from": str(TODAY), "to": str(TODAY + 9 * DAY)}
    assert house.send("GET", f"/api/hotels?{dates(30)}&city=x").must(200)["open_dates"] is None
    house.hotel(name="west", time_zone="America/New_York")
    house.settle()
    house.forget_caches()
    assert house.send("GET", f"/api/hotels?{dates()}").must(200)["first_date"] == str(TODAY - DAY)
    assert room["hotel_id"]


def test_open_dates_are_those_of_any_room_type_and_without_closed_nights(house: House) -> None:
    hotel = house.hotel(name="H")
    never = house.room(hotel_id=hotel["hotel_id"], nights=2)
    change(house, never, 0, closed=True)
    change(house, never, 1, closed=True)
    sold = house.room(hotel_id=hotel["hotel_id"], nights=6)
    for night in (0, 5):
        change(house, sold, night, closed=True)
    house.settle()
    house.forget_caches()
    reads: list[str] = []
    events = connection.dynamodb().meta.events
    events.register("before-call.dynamodb.Query", lambda model, **_: reads.append(model.name), unique_id="open-dates")
    found = house.send("GET", f"/api/hotels?{dates(30)}").must(200)
    events.unregister("before-call.dynamodb.Query", unique_id="open-dates")
    assert found["open_dates"] == {"from": str(TODAY + DAY), "to": str(TODAY + 4 * DAY)}
    assert len(reads) <= 8, "the partitions of summaries and calendars, once"


@pytest.mark.parametrize(
    ("nights", "units", "code"), [(1, 9, None), (1, 10, "invalid_request"), (10, 9, "stay_too_long"), (9, 9, None)]
)
def test_nothing_is_offered_that_is_too_much_for_one_booking(
    house: House, nights: int, units: int, code: str | None
) -> None:
    room = house.room(nights=10, units=20)
    house.settle()
    query = f"{dates(0, nights)}&units={units}"
    for path in (f"/api/hotels?{query}", f"/api/hotels/{room['hotel_id']}/rooms?{query}"):
        shown = house.send("GET", path)
        assert len(shown.must(200)["items"]) == 1 if code is None else shown.refused(422, code)
    booked = house.book(house.guest(), house.wish(room, nights=nights, units=units))
    assert booked.must(201) if code is None else booked.refused(422, code)


# ---------------------------------------------------------------- search, room page and booking agree

nights_of = st.lists(
    st.tuples(st.integers(0, 2), st.integers(1, 999), st.booleans()).map(
        lambda it: {"units": it[0], "price": it[1], "closed": it[2] and it[0] == 2}
    ),
    min_size=3,
    max_size=3,
)
modes = st.sampled_from(["on_order", "on_payment", "unlimited"])


@examples(25)
@given(
    hotels=st.lists(st.lists(st.tuples(modes, nights_of), min_size=1, max_size=2), min_size=1, max_size=3),
    begin=st.integers(0, 1),
    nights=st.integers(1, 2),
    units=st.integers(1, 2),
)
def test_a_search_a_room_page_and_a_booking_agree(
    simulator: Simulator, hotels: list[Any], begin: int, nights: int, units: int
) -> None:
    with pytest.MonkeyPatch.context() as patch, house_on_moto(simulator, patch) as house:
        for number, rooms in enumerate(hotels):
            hotel = house.hotel(name=f"H{number}")
            for mode, calendar in rooms:
                room = house.room(hotel_id=hotel["hotel_id"], nights=3, inventory_mode=mode)
                for night, facts in enumerate(calendar):
                    change(house, room, night, **facts)
        house.settle()
        query = f"{dates(begin, nights)}&units={units}"
        found = {hotel["hotel_id"]: hotel for hotel in searched(house, query)}
        by_price = [hotel["from_total"] for hotel in searched(house, f"{query}&sort=price")]
        assert by_price == sorted(hotel["from_total"] for hotel in found.values())
        token, keys = house.guest(), itertools.count()
        for hotel in searched(house, ""):
            path = f"/api/hotels/{hotel['hotel_id']}/rooms?{query}"
            offered = [room for room in house.send("GET", path).must(200)["items"] if room["available"] >= units]
            if not offered:
                assert hotel["hotel_id"] not in found
                continue
            cheapest = min(offered, key=lambda room: room["total"])
            told = found[hotel["hotel_id"]]
            assert told["from_total"] == cheapest["total"]
            assert told["from_price"] == (2 * told["from_total"] + nights) // (2 * nights)
            wish = house.wish(cheapest, begin, nights, units=units, expected_total=told["from_total"])
            assert house.book(token, wish, f"key-{next(keys)}").must(201)["total"] == told["from_total"]
