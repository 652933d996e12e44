"""Searches: what they read, how far one request goes, and where the cursor continues."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from pynamodb.exceptions import GetError
from time_machine import Traveller

from posthouse.domain.catalogue import Hotel, InventoryMode, Night, RoomOffer
from posthouse.domain.catalogue_view import Search, Sort, summary_of
from posthouse.domain.days import HotelClock
from posthouse.domain.identity import Role
from posthouse.domain.money import Money
from posthouse.domain.room_calendar import packed_calendar
from posthouse.domain.stay import Stay
from posthouse.services.catalogue import search as search_service
from posthouse.services.catalogue.hotel_index import HARD_LIFE_SECONDS, Catalogue
from posthouse.services.catalogue.search import find_hotels
from posthouse.store import connection, hotel_summaries
from posthouse.store.change_log import CatalogueChangeRow
from posthouse.store.nights import NightChange, OpenedNight, change
from posthouse.store.transaction import Transaction
from tests.integration.house import NOW, TODAY, House
from tests.support.clock import clock_at

STAY = Stay(TODAY, TODAY + timedelta(days=2))


def later(seconds: float) -> AbstractContextManager[Traveller]:
    return clock_at(NOW + timedelta(seconds=seconds))


def names(house: House, query: str = "") -> list[str]:
    return [hotel["name"] for hotel in house.send("GET", f"/api/hotels{query}").must(200)["items"]]


def rename(house: House, hotel: dict[str, Any], **facts: Any) -> dict[str, Any]:
    path = f"/api/staff/hotels/{hotel['hotel_id']}"
    changed: dict[str, Any] = house.send("PUT", path, {**hotel, **facts}, house.admin).must(200)
    house.settle()
    return changed


def test_an_environment_learns_what_changed_within_a_second_and_reads_only_that(house: House) -> None:
    hotel = house.hotel(name="One")
    house.hotel(name="Two")
    house.settle()
    calls: list[str] = []
    events = connection.dynamodb().meta.events
    with later(60):
        assert names(house) == ["One", "Two"]
        rename(house, hotel, name="Uno")
        assert names(house) == ["One", "Two"]
        events.register("before-call.dynamodb.*", lambda model, **_: calls.append(model.name), unique_id="counted")
    with later(61.1):
        assert names(house) == ["Two", "Uno"]
        assert calls == ["GetItem", "Query", "BatchGetItem"]
        calls.clear()
        assert names(house) == ["Two", "Uno"]
        assert calls == []
    events.unregister("before-call.dynamodb.*", unique_id="counted")


def test_closed_hotels_and_rooms_off_sale_are_not_found(house: House) -> None:
    hotel = house.hotel(name="Closing")
    room = house.room(hotel_id=hotel["hotel_id"], price=100)
    house.room(hotel_id=hotel["hotel_id"], price=200)
    house.settle()
    house.send("PUT", f"/api/staff/rooms/{room['room_id']}", {**room, "on_sale": False}, house.admin).must(200)
    house.settle()
    [found] = house.send("GET", "/api/hotels").must(200)["items"]
    assert found["from_price"] == 200
    rooms = f"/api/hotels/{hotel['hotel_id']}/rooms"
    assert [each["price"] for each in house.send("GET", rooms).must(200)["items"]] == [200]
    staff = house.send("GET", f"/api/staff{rooms.removeprefix('/api')}", token=house.admin).must(200)["items"]
    assert [(each["price"], each["on_sale"]) for each in staff] == [(100, False), (200, True)]
    rename(house, hotel, opening_state="closed", name="Closed")
    house.forget_caches()
    assert names(house) == []


def test_when_the_log_is_unreachable_old_summaries_are_read_anew(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise GetError("the log is unreachable")

    hotel = house.hotel(name="Old")
    house.settle()
    with later(60):
        assert names(house) == ["Old"]
        rename(house, hotel, name="New")
        monkeypatch.setattr(CatalogueChangeRow, "get", unreachable)
    with later(60 + HARD_LIFE_SECONDS):
        assert names(house) == ["Old"]
    with later(61 + HARD_LIFE_SECONDS):
        assert names(house) == ["New"]


def test_after_a_fault_while_catching_up_everything_is_read_anew(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("broken")

    hotel = house.hotel(name="Old")
    house.settle()
    with later(60):
        assert names(house) == ["Old"]
        rename(house, hotel, name="New")
    with later(62):
        with monkeypatch.context() as patch:
            patch.setattr(hotel_summaries, "summaries_of", broken)
            house.send("GET", "/api/hotels").refused(500, "internal_error")
        assert names(house) == ["New"]


def test_a_cursor_is_good_for_its_own_search_only_and_cannot_be_changed(house: House) -> None:
    for name in ("a", "b", "c"):
        house.hotel(name=name)
    house.settle()
    first = house.send("GET", "/api/hotels?limit=2&sort=name").must(200)
    cursor = first["next_cursor"]
    assert names(house, f"?limit=2&sort=name&cursor={cursor}") == ["c"]
    for query in (f"sort=price&cursor={cursor}", f"sort=name&cursor={cursor[:-3]}abc", f"keyword=a&cursor={cursor}"):
        refused = house.send("GET", f"/api/hotels?limit=2&{query}").refused(422, "invalid_request")
        assert refused["errors"][0]["field"] == "cursor"


# ---------------------------------------------------------------- with dates

DAY = timedelta(days=1)


def stocked(number: int, free: int, rooms: int = 2) -> Catalogue:
    """So many hotels with open nights in memory; every ``free``-th hotel has a room on both nights."""
    found, calendars = [], {}
    for index in range(number):
        offers = tuple(
            RoomOffer(f"R{index:03d}-{room}", 100 + index, InventoryMode.ON_ORDER, on_sale=True)
            for room in range(rooms)
        )
        facts = (f"H{index:03d}", f"{index:03d}", "城", "a", "1", 30.0, 104.0, "", (), HotelClock("Asia/Shanghai"), 1)
        found.append(summary_of(Hotel(*facts, offers=offers)))
        for offer in offers:
            nights = [Night(offer.room_id, night, 1, 0, Money(100), closed=False) for night in STAY.nights]
            calendars[offer.room_id] = packed_calendar(nights)
        if index % free == 0:
            transaction = Transaction()
            for night in STAY.nights:
                opened = OpenedNight(offers[-1].room_id, night, out_of_order=0)
                change(transaction, opened, NightChange(1, Money(100), None), NO_DEFAULTS)
            assert transaction.commit() is None
    return Catalogue(found, calendars)


NO_DEFAULTS = NightChange(1, Money(100), closed=False)


def test_a_walk_fills_its_page_and_goes_on_where_it_stopped(house: House) -> None:
    hotels = stocked(20, free=3)
    search = Search(now=NOW, stay=STAY, sort="name")
    page = find_hotels(hotels, search, 4, None)
    assert [each.summary.hotel_id for each in page.items] == ["H000", "H003", "H006", "H009"]
    rest = find_hotels(hotels, search, 4, page.after)
    assert [each.summary.hotel_id for each in rest.items] == ["H012", "H015", "H018"]
    assert rest.after is None


@pytest.mark.parametrize("sort", ["name", "price"])
def test_one_request_reads_a_bounded_number_of_nights(
    house: House, monkeypatch: pytest.MonkeyPatch, sort: Sort
) -> None:
    monkeypatch.setattr(search_service, "NIGHTS_LOOKED_AT", 100)
    hotels = stocked(60, free=59)
    search = Search(now=NOW, stay=STAY, sort=sort)
    pages, after = [], None
    for _ in range(10):
        page = find_hotels(hotels, search, 20, after)
        pages.append([each.summary.hotel_id for each in page.items])
        after = page.after
        if after is None:
            break
    assert pages[0] == ["H000"]
    assert [found for page in pages for found in page] == ["H000", "H059"]
    assert len(pages) == 2, "60 hotels of 2 rooms and 2 nights are 240 nights"


def test_a_hotel_with_more_nights_than_the_bound_is_still_looked_into(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_service, "NIGHTS_LOOKED_AT", 10)
    hotels = stocked(3, free=2, rooms=60)
    search = Search(now=NOW, stay=STAY, sort="name")
    page = find_hotels(hotels, search, 20, None)
    assert ([each.summary.hotel_id for each in page.items], page.after) == (["H000"], ["000", "H000"])
    rest = find_hotels(hotels, search, 20, page.after)
    assert (rest.items, rest.after) == ([], ["001", "H001"])


# ---------------------------------------------------------------- news of nights, plans and rooms


def found_totals(house: House) -> list[int]:
    query = f"check_in={STAY.check_in}&check_out={STAY.check_out}"
    return [hotel["from_total"] for hotel in house.send("GET", f"/api/hotels?{query}").must(200)["items"]]


def test_news_of_nights_reaches_a_search_within_a_second_and_only_their_calendar_is_read(house: House) -> None:
    room = house.room(price=100)
    house.room(price=500)
    house.settle()
    calls: list[str] = []
    events = connection.dynamodb().meta.events
    path = f"/api/staff/rooms/{room['room_id']}/nights"
    with later(60):
        assert found_totals(house) == [200, 1000]
        asked = {"from": str(TODAY), "to": str(TODAY + DAY), "price": 7}
        house.send("PUT", path, asked, house.admin).must(200)
        house.settle()
        events.register("before-call.dynamodb.*", lambda model, **_: calls.append(model.name), unique_id="counted")
    with later(61.1):
        assert found_totals(house) == [107, 1000]
        assert calls == ["GetItem", "Query", "BatchGetItem", "BatchGetItem"], "the log, a calendar, and what is left"
    events.unregister("before-call.dynamodb.*", unique_id="counted")


def test_news_of_plans_rooms_and_restrictions_reach_a_search_within_a_second(house: House) -> None:
    room = house.room(price=100)
    house.settle()
    room_path = f"/api/staff/rooms/{room['room_id']}"
    plan = {"name": "Early", "adjustment_bp": -1000, "breakfasts": 0, "cancel_fee_bp": 10000, "payment": "full"}
    made: dict[str, Any] = {}

    def add() -> None:
        sent = house.send("POST", f"{room_path}/rate-plans", {**plan, "enabled": True}, house.admin)
        made.update(sent.must(201))

    def end() -> None:
        changed = {**plan, "enabled": False, "version": made["version"]}
        house.send("PUT", f"{room_path}/rate-plans/{made['rate_plan_id']}", changed, house.admin).must(200)

    def restrict() -> None:
        asked = {"from": str(TODAY), "to": str(TODAY + DAY), "min_stay": 3}
        house.send("PUT", f"{room_path}/nights", asked, house.admin).must(200)

    def withdraw() -> None:
        house.send("PUT", room_path, {**room, "on_sale": False}, house.admin).must(200)

    def lift() -> None:
        asked = {"from": str(TODAY), "to": str(TODAY + DAY), "min_stay": None}
        house.send("PUT", f"{room_path}/nights", asked, house.admin).must(200)

    def offer() -> None:
        house.send("PUT", room_path, {**room, "version": room["version"] + 1}, house.admin).must(200)

    stories = [(add, [180]), (end, [200]), (withdraw, []), (restrict, []), (lift, []), (offer, [200]), (restrict, [])]
    with later(60):
        assert found_totals(house) == [200]
    for number, (act, expected) in enumerate(stories, start=61):
        with later(number * 2):
            act()
            house.settle()
        with later(number * 2 + 1.1):
            assert found_totals(house) == expected, act.__name__


def test_a_search_says_what_stands_against_a_stay_where_there_are_rooms(house: House) -> None:
    room = house.room(price=100)
    asked = {"from": str(TODAY), "to": str(TODAY + DAY), "min_stay": 3}
    house.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", asked, house.admin).must(200)
    house.settle()
    query = f"check_in={STAY.check_in}&check_out={STAY.check_out}"
    found = house.send("GET", f"/api/hotels?{query}").must(200)
    assert (found["items"], found["restriction"]) == (
        [],
        {"restriction": "min_stay", "date": str(TODAY), "nights": 3},
    )
    none = house.send("GET", f"/api/hotels?check_in={TODAY + 300 * DAY}&check_out={TODAY + 301 * DAY}").must(200)
    assert "restriction" not in none


def test_searches_without_dates_read_no_calendars(house: House) -> None:
    house.room()
    house.settle()
    house.forget_caches()
    tables: list[str] = []
    events = connection.dynamodb().meta.events
    events.register(
        "provide-client-params.dynamodb.Query", lambda params, **_: tables.append(params["TableName"]), unique_id="read"
    )
    assert len(names(house)) == 1
    assert set(tables) == {"posthouse-hotel-summaries"}
    assert found_totals(house) == [60000]
    assert set(tables) == {"posthouse-hotel-summaries", "posthouse-room-calendars"}
    events.unregister("provide-client-params.dynamodb.Query", unique_id="read")


@pytest.mark.parametrize(
    ("level", "of_nobody", "of_member", "of_silver"), [("member", 200, 180, 180), ("silver", 200, 200, 180)]
)
def test_members_plans_count_for_those_who_may_have_them(
    house: House, level: str, of_nobody: int, of_member: int, of_silver: int
) -> None:
    room = house.room(price=100)
    plan = {"name": "Club", "adjustment_bp": -1000, "breakfasts": 0, "cancel_fee_bp": 0, "payment": "full"}
    path = f"/api/staff/rooms/{room['room_id']}/rate-plans"
    house.send("POST", path, {**plan, "enabled": True, "min_level": level}, house.admin).must(201)
    house.settle()
    user_id = house.log_in("13900000007")["user"]["user_id"]
    guest = house.token(Role.GUEST, subject=user_id)
    query = f"/api/hotels?check_in={STAY.check_in}&check_out={STAY.check_out}&sort=price"

    def total(token: str | None) -> int:
        [found] = house.send("GET", query, token=token).must(200)["items"]
        return int(found["from_total"])

    assert [total(token) for token in (None, "not ours", house.admin, guest)] == [of_nobody] * 3 + [of_member]
    house.dynamodb.update_item(
        TableName="posthouse-guests",
        Key={"user_id": {"S": user_id}},
        UpdateExpression="SET #level = :level",
        ExpressionAttributeNames={"#level": "level"},
        ExpressionAttributeValues={":level": {"S": "silver"}},
    )
    assert total(guest) == of_silver
