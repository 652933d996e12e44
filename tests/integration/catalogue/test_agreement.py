"""Search, room list and booking agree on random stays in random worlds: to the fen, and in what they refuse.

What a hotel costs in a search is the cheapest offer of its rooms that this guest may book. An offer is what the booking
costs. What is not offered is refused, for the reason that the list of rooms has given.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from posthouse.domain.identity import Role
from posthouse.domain.level import Level, reaches
from tests.integration.house import TODAY, House
from tests.integration.planned_stay import make_plan
from tests.integration.standing import Simulator, house_on_moto

DAYS = 14
"""How many nights each room type has open, but for some."""

DATES_OF_A_WORLD = 100
LEVELS = (None, *Level)

Room = dict[str, Any]


class RandomWorld:
    """Three hotels with room types, calendars, restrictions and plans, all random."""

    def __init__(self, house: House, chance: Random) -> None:
        self.house, self.chance = house, chance
        self.plans: dict[str, list[dict[str, Any]]] = {}
        self.hotels = [self._hotel(f"Hotel {place}") for place in range(3)]
        self.guests = {level: self._guest(f"U-{level}", level) for level in LEVELS}
        self.news()
        self.told: dict[str, int] = {}

    def news(self) -> None:
        """Let searches know of all changes."""
        self.house.settle()
        self.house.forget_caches()

    def _hotel(self, name: str) -> dict[str, Any]:
        hotel = self.house.hotel(name=name)
        for number in range(self.chance.choice((1, 2, 2, 3))):
            self._room(hotel["hotel_id"], f"Room {number}")
        return hotel

    def _room(self, hotel_id: str, name: str) -> None:
        chance = self.chance
        bounds = {
            "max_adults": chance.choice((None, 1, 2, 3)),
            "max_children": chance.choice((None, 0, 2)),
            "included_adults": 1,
            "extra_adult_price": chance.choice((None, 0, 1999)),
            "extra_child_price": chance.choice((None, 333)),
        }
        hours = {"day_use": {"hours": 3, "from": "13:00", "to": "20:00"}} if chance.random() < 0.15 else {}
        room = self.house.room(
            units=chance.choice((1, 2, 5)),
            price=chance.randrange(1, 60_000),
            nights=DAYS,
            hotel_id=hotel_id,
            name=name,
            inventory_mode=chance.choice(("on_order", "on_order", "on_payment", "unlimited")),
            **bounds,
            **hours,
        )
        for _ in range(chance.randrange(5)):
            self._change_nights(room)
        room_plans = [self._plan(room, number) for number in range(chance.choice((0, 1, 2, 3)))]
        self.plans[room["room_id"]] = [plan for plan in room_plans if plan is not None]

    def _change_nights(self, room: Room) -> None:
        chance = self.chance
        begin, nights = chance.randrange(DAYS), chance.randrange(1, DAYS)
        change = chance.choice(
            (
                {"price": chance.randrange(1, 60_000)},
                {"price": chance.randrange(1, 60_000)},
                {"closed": True},
                {"min_stay": chance.randrange(1, 4)},
                {"min_stay": None, "max_stay": chance.randrange(1, 5)},
                {"closed_to_arrival": True},
                {"closed_to_departure": True},
            )
        )
        weekdays = {} if chance.random() < 0.5 else {"weekdays": sorted(chance.sample(range(1, 8), 3))}
        span = {"from": str(TODAY + timedelta(days=begin)), "to": str(TODAY + timedelta(days=begin + nights))}
        # A bound that contradicts another one, or weekdays that are not there, are refused; then nothing changes.
        path = f"/api/staff/rooms/{room['room_id']}/nights"
        self.house.send("PUT", path, {**span, **weekdays, **change}, self.house.admin)

    def _plan(self, room: Room, number: int) -> dict[str, Any] | None:
        chance = self.chance
        payment = chance.choice(("full", "deposit", "at_hotel"))
        maybe: dict[str, Any] = {
            "min_stay": chance.randrange(1, 4),
            "days_ahead": {"min": chance.randrange(3), "max": chance.randrange(5, DAYS)},
            "weekdays": sorted(chance.sample(range(1, 8), 5)),
            "min_level": chance.choice(list(Level)),
            "valid_from": str(TODAY + timedelta(days=chance.randrange(DAYS))),
            "free_cancel_hours": chance.choice((None, 12)),
        }
        facts = {name: fact for name, fact in maybe.items() if chance.random() < 0.25}
        reduction = -chance.randrange(room["price"] // 10 + 1)
        return make_plan(
            self.house,
            room,
            name=f"Plan {number}",
            adjustment_bp=chance.randrange(-4000, 2000),
            adjustment=reduction if chance.random() < 0.5 else 0,
            payment=payment,
            enabled=chance.random() < 0.9,
            **({"deposit_bp": chance.randrange(1, 10_000)} if payment == "deposit" else {}),
            **facts,
        )

    def _guest(self, user_id: str, level: Level | None) -> str:
        """A guest of a level; without one, a member by default."""
        row: dict[str, Any] = {
            "user_id": {"S": user_id},
            "openid": {"S": user_id},
            "phone_number": {"S": "+8613800138000"},
            "version": {"N": "1"},
            "known": {"BOOL": True},
            "created_at": {"S": "2026-11-01T00:00:00.000000+00:00"},
        }
        row |= {} if level is None else {"level": {"S": level}}
        self.house.dynamodb.put_item(TableName="posthouse-guests", Item=row)
        return user_id

    def try_stay(self, number: int) -> int:
        """Ask for one stay everywhere; returns how many stays were compared: one of each hotel."""
        chance = self.chance
        level = chance.choice(LEVELS)
        known = level is not None or chance.random() < 0.5
        token = self.house.token(Role.GUEST, subject=self.guests[level]) if known else None
        has = (level or Level.MEMBER) if known else None
        begin, nights = chance.randrange(DAYS), chance.choice((0, 1, 1, 2, 2, 3, 5))
        check_in = TODAY + timedelta(days=begin)
        party = {"units": chance.choice((1, 1, 1, 2)), "adults": chance.choice((1, 2, 3))}
        party |= {"children": 1} if chance.random() < 0.25 else {}
        stay = {"check_in": str(check_in), "check_out": str(check_in + timedelta(days=nights)), **party}
        query = "&".join(f"{name}={value}" for name, value in stay.items())
        answer = self.house.send("GET", f"/api/hotels?sort=price&{query}", token=token).must(200)
        totals = {found["hotel_id"]: found["from_total"] for found in answer["items"]}
        assert [*totals.values()] == sorted(totals.values())
        for hotel in self.hotels:
            path = f"/api/hotels/{hotel['hotel_id']}/rooms?limit=100&{query}"
            rooms = self.house.send("GET", path, token=token).must(200)["items"]
            offers = [offer for room in rooms for offer in room["offers"]]
            assert all(offer["bookable"] == reaches(has, _level(offer)) for offer in offers)
            bookable = [offer["total"] for offer in offers if offer["bookable"]]
            assert totals.get(hotel["hotel_id"]) == min(bookable, default=None), (query, has, rooms)
            if rooms:
                self._book(chance.choice(rooms), stay, level, f"{number}-{hotel['hotel_id']}")
        return len(self.hotels)

    def _book(self, room: Room, stay: dict[str, Any], level: Level | None, key: str) -> None:
        """Book by one of the room type's plans, as the list of rooms has shown it, or not."""
        chance, plans = self.chance, self.plans[room["room_id"]]
        plan = chance.choice([None, *plans])
        rate_plan_id = None if plan is None else plan["rate_plan_id"]
        shown = next((offer for offer in room["offers"] if offer["rate_plan_id"] == rate_plan_id), None)
        wish = {**stay, "room_id": room["room_id"], "guest_name": "李雷", "phone_number": "13800138000"}
        wish |= {} if plan is None else {"rate_plan_id": rate_plan_id}
        wish |= {} if room["day_use"] is None else {"arrival_time": "15:00"}
        # A guest of their own for each booking: how much one may hold, and how often order, is another matter.
        token = self.house.token(Role.GUEST, subject=self._guest(f"U-{key}", level))
        refused = self._expected_refusal(room, plan, shown, level, stay)
        if refused is not None:
            said = self.house.send("POST", "/api/bookings", wish, token, Idempotency_Key=key)
            assert (said.status, said.body["code"]) == (409, refused["code"]), (wish, room, said.body)
            assert refused.items() <= said.body.items(), (room, said.body)
            self._count(refused["code"])
            return
        assert shown is not None
        if chance.random() < 0.3:
            self._price_has_changed(room, wish, shown, token, key)
            return
        wish["expected_total"] = shown["total"]
        made = self.house.send("POST", "/api/bookings", wish, token, Idempotency_Key=key).must(201)
        same = ("total", "due_now", "due_later", "payment", "breakfasts", "free_cancel_hours", "cancel_fee_bp")
        assert {name: made[name] for name in same} == {name: shown[name] for name in same}, (wish, made, shown)
        nights = {item["date"]: item["price"] for item in made["items"]}
        assert nights == {night["date"]: night["price"] for night in shown["nights"]}
        self._count("booked" if plan is None else f"booked {shown['payment']}")

    def _price_has_changed(self, room: Room, wish: dict[str, Any], shown: Room, token: str, key: str) -> None:
        """Staff change the price after the guest has seen it, or the guest has another one in mind."""
        now = shown
        if self.chance.random() < 0.07:
            night = {"from": wish["check_in"], "to": str(_day_after(wish["check_in"]))}
            price = {"price": self.chance.randrange(1, 60_000)}
            self.house.send(
                "PUT", f"/api/staff/rooms/{room['room_id']}/nights", {**night, **price}, self.house.admin
            ).must(200)
            self.news()
            asked = ("check_in", "check_out", "units", "adults", "children")
            query = "&".join(f"{name}={wish[name]}" for name in asked if name in wish)
            rooms = self.house.send("GET", f"/api/hotels/{room['hotel_id']}/rooms?limit=100&{query}").must(200)["items"]
            [again] = [each for each in rooms if each["room_id"] == room["room_id"]]
            [now] = [each for each in again["offers"] if each["rate_plan_id"] == shown["rate_plan_id"]]
        wish = {**wish, "expected_total": now["total"] + 1}
        said = self.house.send("POST", "/api/bookings", wish, token, Idempotency_Key=key).refused(409, "price_changed")
        assert (said["expected"], said["actual"]) == (wish["expected_total"], now["total"])
        told = {name: fact for name, fact in said["offer"].items() if "until" not in name}
        assert told == {name: fact for name, fact in now.items() if name != "bookable" and "until" not in name}
        self._count("price_changed")

    def _expected_refusal(
        self, room: Room, plan: Room | None, shown: Room | None, level: Level | None, stay: dict[str, Any]
    ) -> dict[str, Any] | None:
        """What the list of rooms says of a booking: None if it is possible."""
        if room["available"] < stay["units"]:
            return {"code": "sold_out"}
        if plan is not None and not plan["enabled"]:
            return {"code": "not_on_sale"}
        if not room["fits"]:
            return {"code": "too_many_guests"}
        ids = {None, None if plan is None else plan["rate_plan_id"]}
        for told in room["restrictions"]:
            if told["rate_plan_id"] in ids:
                names = ("restriction", "date", "nights", "first", "last", "weekdays")
                return {"code": "restricted", **{name: told[name] for name in names if name in told}}
        assert shown is not None, (room, plan)
        if not reaches(level or Level.MEMBER, _level(shown)):
            return {"code": "level_too_low", "min_level": shown["min_level"]}
        return None

    def _count(self, outcome: str) -> None:
        self.told[outcome] = self.told.get(outcome, 0) + 1


def _level(offer: dict[str, Any]) -> Level | None:
    return Level(offer["min_level"]) if "min_level" in offer else None


def _day_after(day: str) -> Any:
    return type(TODAY).fromisoformat(day) + timedelta(days=1)


def _compare(simulator: Simulator, stays: int, progress: Callable[[str], None] = lambda _: None) -> dict[str, int]:
    """Compare so many stays, each world in a Posthouse of its own; returns how often each outcome was met."""
    met: dict[str, int] = {}
    compared = number = 0
    while compared < stays:
        with pytest.MonkeyPatch.context() as patch, house_on_moto(simulator, patch) as house:
            world = RandomWorld(house, Random(number))
            for asked in range(min(DATES_OF_A_WORLD, (stays - compared + 2) // 3)):
                compared += world.try_stay(asked)
        for outcome, times in world.told.items():
            met[outcome] = met.get(outcome, 0) + times
        number += 1
        progress(f"{compared} of {stays} stays agree, in {number} worlds")
    return met


def test_search_offer_and_booking_agree(simulator: Simulator) -> None:
    met = _compare(simulator, 120)
    assert {"booked", "sold_out", "restricted", "price_changed", "too_many_guests"} <= set(met), met


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_search_offer_and_booking_agree_on_ten_thousand_stays(
    simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    def progress(line: str) -> None:
        with capsys.disabled():
            sys.stderr.write(f"\n{line}")

    met = _compare(simulator, 10_000, progress)
    every = {"booked", "booked full", "booked deposit", "booked at_hotel", "sold_out", "restricted", "price_changed"}
    assert every | {"too_many_guests", "level_too_low", "not_on_sale"} <= set(met), met
