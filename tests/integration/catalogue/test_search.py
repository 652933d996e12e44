"""Searches: what they read, how far one request goes, and where the cursor continues."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from pynamodb.exceptions import GetError
from time_machine import Traveller

from posthouse.domain.catalogue import Hotel, InventoryMode, RoomOffer
from posthouse.domain.catalogue_view import Search, summary_of
from posthouse.domain.days import HotelClock
from posthouse.domain.money import Money
from posthouse.domain.stay import Stay
from posthouse.services.catalogue import search as search_service
from posthouse.services.catalogue.hotel_index import HARD_LIFE_SECONDS
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


def stocked(number: int, free: int, rooms: int = 2) -> list[Any]:
    """Store so many hotels' summaries; every ``free``-th hotel has a room on both nights."""
    found = []
    for index in range(number):
        offers = tuple(
            RoomOffer(f"R{index:03d}-{room}", 100 + index, InventoryMode.ON_ORDER, on_sale=True)
            for room in range(rooms)
        )
        facts = (f"H{index:03d}", f"{index:03d}", "城", "a", "1", 30.0, 104.0, "", (), HotelClock("Asia/Shanghai"), 1)
        found.append(summary_of(Hotel(*facts, offers=offers)))
        if index % free == 0:
            transaction = Transaction()
            for night in STAY.nights:
                opened = OpenedNight(offers[-1].room_id, night, out_of_order=0)
                change(transaction, opened, NightChange(1, Money(100), None), NO_DEFAULTS)
            assert transaction.commit() is None
    return found


NO_DEFAULTS = NightChange(1, Money(100), closed=False)


def test_a_walk_fills_its_page_and_goes_on_where_it_stopped(house: House) -> None:
    hotels = stocked(20, free=3)
    search = Search(now=NOW, stay=STAY, sort="name")
    page = find_hotels(hotels, search, 4, None)
    assert [each.summary.hotel_id for each in page.items] == ["H000", "H003", "H006", "H009"]
    rest = find_hotels(hotels, search, 4, page.after)
    assert [each.summary.hotel_id for each in rest.items] == ["H012", "H015", "H018"]
    assert rest.after is None


def test_one_request_reads_a_bounded_number_of_nights(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_service, "NIGHTS_LOOKED_AT", 100)
    hotels = stocked(60, free=59)
    search = Search(now=NOW, stay=STAY, sort="name")
    pages, after = [], None
    for _ in range(10):
        page = find_hotels(hotels, search, 20, after)
        pages.append([each.summary.hotel_id for each in page.items])
        after = page.after
        if after is None:
            break
    assert pages == [["H000"], [], ["H059"]], "25 hotels of 2 rooms and 2 nights are 100 nights"


def test_a_hotel_with_more_nights_than_the_bound_is_still_looked_into(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_service, "NIGHTS_LOOKED_AT", 10)
    hotels = stocked(3, free=2, rooms=60)
    page = find_hotels(hotels, Search(now=NOW, stay=STAY, sort="name"), 20, None)
    assert ([each.summary.hotel_id for each in page.items], page.after) == (["H000"], ["000", "H000"])
    rest = find_hotels(hotels, Search(now=NOW, stay=STAY, sort="name"), 20, page.after)
    assert (rest.items, rest.after) == ([], ["001", "H001"])
