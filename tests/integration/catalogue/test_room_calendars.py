"""The read model of calendars: what a change of nights writes there, and what the change log says of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from posthouse.domain.restriction import NightRules
from posthouse.domain.room_calendar import NO_NIGHTS, RoomCalendar
from posthouse.services.catalogue.hotel_index import HotelIndex
from posthouse.services.catalogue.room_cache import RoomCache
from posthouse.store import nights
from posthouse.store.room_calendars import all_calendars, calendars_of
from tests.integration.catalogue.test_room_details import Clock, broadcasts, log_rows
from tests.integration.house import NOW, TODAY, House
from tests.support.clock import clock_at

DAY = timedelta(days=1)


def change(house: House, room: dict[str, Any], begin: int, end: int, **facts: Any) -> None:
    asked = {"from": str(TODAY + begin * DAY), "to": str(TODAY + end * DAY), **facts}
    house.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", asked, house.admin).must(200)


def kept(house: House, room: dict[str, Any]) -> RoomCalendar:
    return calendars_of([room["room_id"]])[room["room_id"]]


def prices(house: House, room: dict[str, Any], begin: int, end: int) -> list[int | None]:
    """What the read model has of some nights, counted from today; None is not open."""
    calendar = kept(house, room)
    at = [(TODAY + day * DAY).toordinal() - calendar.first for day in range(begin, end)]
    found = [calendar.prices[it] if 0 <= it < len(calendar.prices) else 0 for it in at]
    return [price - 1 if price else None for price in found]


def test_nights_are_packed_as_staff_have_set_them(house: House) -> None:
    room = house.room(nights=3, price=100)
    assert kept(house, room) == NO_NIGHTS
    change(house, room, 1, 2, price=90001, min_stay=2, closed_to_departure=True)
    change(house, room, 5, 6, price=300)
    change(house, room, 2, 3, closed=True)
    house.settle()
    assert prices(house, room, 0, 7) == [100, 90001, None, None, None, 300, None]
    assert kept(house, room).rules_of(TODAY + DAY) == NightRules(min_stay=2, closed_to_departure=True)
    assert kept(house, room).rules_of(TODAY) == NightRules()
    assert dict(all_calendars())[room["room_id"]] == kept(house, room)


def test_nights_that_are_over_are_left_out(house: House) -> None:
    room = house.room(nights=3)
    house.settle()
    with clock_at(NOW + 6 * DAY):
        change(house, room, 7, 8, price=5)
        house.settle()
    assert kept(house, room).first == (TODAY + 7 * DAY).toordinal()


def test_a_deleted_room_type_has_no_calendar_and_a_late_broadcast_does_not_bring_it_back(house: House) -> None:
    room = house.room(nights=2)
    house.settle()
    change(house, room, 0, 1, price=7)
    [late] = [body for body in broadcasts(house) if "nights.changed" in body]
    house.send("DELETE", f"/api/staff/rooms/{room['room_id']}", token=house.admin).must(204)
    house.settle()
    assert (kept(house, room), room["room_id"] in dict(all_calendars())) == (NO_NIGHTS, False)
    assert house.feed("refresh_room_view", [late]) == []
    assert (kept(house, room), room["room_id"] in dict(all_calendars())) == (NO_NIGHTS, False)


def test_one_change_is_one_log_row_however_often_it_is_told(house: House) -> None:
    room = house.room(nights=2)
    house.settle()
    before = log_rows(house)
    change(house, room, 0, 1, price=7)
    told = broadcasts(house)
    for _ in range(3):
        assert house.feed("refresh_room_view", told) == []
    assert len(log_rows(house)) == len(before) + 1


def test_a_slow_refresher_never_replaces_the_calendar_of_a_faster_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = house.room(nights=2, price=100)
    house.settle()
    change(house, room, 0, 1, price=7)
    [slow] = broadcasts(house)
    read_ahead = nights.read_ahead
    overtaken: list[bool] = []

    def overtaking(*asked: Any) -> Any:
        found = read_ahead(*asked)
        if not overtaken:
            overtaken.append(True)
            change(house, room, 0, 1, price=8)
            assert house.feed("refresh_room_view", broadcasts(house)) == []
        return found

    monkeypatch.setattr(nights, "read_ahead", overtaking)
    assert house.feed("refresh_room_view", [slow]) == []
    assert (prices(house, room, 0, 2), overtaken) == ([8, 100], [True])


def test_a_change_of_nights_drops_no_room_details(house: House) -> None:
    room, clock = house.room(nights=2), Clock()
    house.settle()
    cache = RoomCache(clock)
    cache.read(room["room_id"])
    change(house, room, 0, 1, price=7)
    house.settle()
    clock.sleep(1)
    assert cache.read(room["room_id"]).level == "l1"


def test_calendars_that_were_lost_are_rebuilt(house: House) -> None:
    rooms = [house.room(nights=2, price=100), house.room(nights=3, price=200)]
    house.settle()
    before = house.rows("room-calendars")
    for row in before:
        key = {"shard": row["shard"], "room_id": row["room_id"]}
        house.dynamodb.delete_item(TableName="posthouse-room-calendars", Key=key)
    assert house.invoke("rebuild_views", {})["hotels"] == 2
    assert house.rows("room-calendars") == before
    assert [prices(house, room, 0, 3) for room in rooms] == [[100, 100, None], [200, 200, 200]]


def test_a_search_before_the_first_calendar_hears_of_it_later(house: House) -> None:
    clock = Clock()
    index = HotelIndex(clock)
    assert not index.catalogue(dated=True).calendars
    room = house.room(nights=2)
    house.settle()
    clock.seconds += 10
    assert index.catalogue(dated=True).calendars[room["room_id"]] == kept(house, room)
