"""The demo data of a run: pictures, prices that vary, one open sale and one to come, guests whom WeChat knows."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from local.seed.demo import GOODS, GUESTS, HOTELS, NIGHTS_OPEN, OWN
from local.seed.load import SHANGHAI, long_weekend
from tests.e2e.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.long]
ROOMS = {room["name"]: room for demo in HOTELS for room in demo["rooms"]}


def test_hotels_and_rooms_are_as_the_demo_data_has_them(world: World) -> None:
    hotels = {hotel["name"]: hotel for hotel in world.nobody.get("/api/hotels?keyword=驿站")["items"]}
    assert hotels.keys() == {demo["hotel"]["name"] for demo in HOTELS}
    for demo in HOTELS:
        found = hotels[demo["hotel"]["name"]]
        assert (found["images"], found["tags"]) == (demo["hotel"]["images"], demo["hotel"]["tags"])
        assert found["avatar"] == demo["hotel"]["images"][0]
        rooms = world.nobody.get(f"/api/hotels/{found['hotel_id']}/rooms")["items"]
        assert [room["name"] for room in rooms] == [room["name"] for room in demo["rooms"]]
        for room in rooms:
            wanted = {name: value for name, value in ROOMS[room["name"]].items() if name not in OWN}
            assert wanted.items() <= room.items()


def test_nights_of_fridays_and_saturdays_cost_more(world: World) -> None:
    for hotel in world.nobody.get("/api/hotels?keyword=驿站")["items"]:
        for room in world.nobody.get(f"/api/hotels/{hotel['hotel_id']}/rooms")["items"]:
            end = world.today + timedelta(days=NIGHTS_OPEN)
            calendar = f"/api/rooms/{room['room_id']}/nights?from={world.today + timedelta(days=1)}&to={end}"
            nights = world.nobody.get(calendar)["items"]
            assert len(nights) >= NIGHTS_OPEN - 2  # one less if the day has changed since
            weekend = ROOMS[room["name"]].get("weekend_price", room["price"])
            for night in nights:
                late = date.fromisoformat(night["date"]).weekday() in {4, 5}
                assert night["price"] == (weekend if late else room["price"]), night


def test_each_room_is_offered_by_its_plans_and_one_date_asks_for_two_nights(world: World) -> None:
    check_in = world.today + timedelta(days=7)
    for hotel in world.nobody.get("/api/hotels?keyword=驿站")["items"]:
        stay = f"check_in={check_in}&check_out={check_in + timedelta(days=3)}"
        for room in world.nobody.get(f"/api/hotels/{hotel['hotel_id']}/rooms?{stay}")["items"]:
            names = [offer["name"] for offer in room["offers"]]
            assert sorted(names) == sorted(
                ["Standard", *(plan["name"] for plan in ROOMS[room["name"]].get("plans", []))]
            )
            if "saturday_min_stay" in ROOMS[room["name"]]:
                saturday = long_weekend(world.today)
                calendar = f"/api/rooms/{room['room_id']}/nights?from={world.today}&to={saturday + timedelta(days=9)}"
                asking = {it["date"]: it["min_stay"] for it in world.nobody.get(calendar)["items"] if it["min_stay"]}
                assert asking == {str(saturday): 2}


def test_one_sale_is_open_and_one_is_to_come(world: World) -> None:
    by_article = {sale["goods_name"]: sale for sale in world.nobody.get("/api/flash-sales?limit=100")["items"]}
    demo = [name for name in by_article if name in {article["name"] for article in GOODS}]
    assert demo == [GOODS[0]["name"], GOODS[1]["name"]], "the open one stands first"
    opened, coming = (by_article[name] for name in demo)
    assert (opened["status"], coming["status"]) == ("open", "scheduled")
    begin = datetime.fromisoformat(coming["starts_at"]).astimezone(SHANGHAI)
    assert (begin.hour, begin.minute) == (10, 0)
    today = datetime.now(SHANGHAI).date()
    assert begin.date() - today in {timedelta(days=0), timedelta(days=1)}  # 0 if the day has changed since


def test_demo_guests_are_known_to_wechat_and_not_yet_to_us(world: World) -> None:
    known = {guest["phone_number"]: guest for guest in world.simulator.get("/simulator/guests")["items"]}
    assert {phone: known[phone]["nickname"] for phone in known if phone in {it["phone_number"] for it in GUESTS}} == {
        guest["phone_number"]: guest["nickname"] for guest in GUESTS
    }
    anna = GUESTS[2]
    assert world.log_in(world.codes(anna["phone_number"], nickname=anna["nickname"])).first_login
