"""Day use over HTTP: rooms that are sold for some hours of one date, from the form of the room to the check-out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.integration.conftest import Arrange
from tests.integration.house import TODAY, House, Reply
from tests.integration.ledgers import assert_balanced
from tests.integration.recounted import assert_reported
from tests.support.clock import clock_at

DAY = timedelta(days=1)
HOURS = {"hours": 4, "from": "09:00", "to": "18:00"}


@dataclass
class Nap:
    """A hotel in Shanghai with a room type that is sold for four hours, and one that is sold by the night."""

    house: House
    room: dict[str, Any]
    twin: dict[str, Any]

    def at(self, hour: str, day: int = 0) -> Any:
        """The clock at an hour of a day in Shanghai."""
        hours, minutes = map(int, hour.split(":"))
        moment = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC) + day * DAY
        return clock_at(moment + timedelta(hours=hours - 8, minutes=minutes))

    def wish(self, day: int = 0, at: str | None = "10:00", **more: Any) -> dict[str, Any]:
        arrival = {} if at is None else {"arrival_time": at}
        return {**self.house.wish(self.room, day, 0), **arrival, **more}

    def book(self, day: int = 0, at: str | None = "10:00", phone: str = "13900000001", **more: Any) -> Reply:
        return self.house.book(self.house.guest(phone), self.wish(day, at, **more), f"{phone}-{day}-{at}")

    def paid(self, day: int = 0, at: str = "10:00", phone: str = "13900000001", **more: Any) -> str:
        order_no: str = self.book(day, at, phone, **more).must(201)["order_no"]
        self.house.pay(self.house.guest(phone), order_no)
        self.house.settle()
        return order_no

    @property
    def desk(self) -> str:
        return self.house.token(Role.STAFF, self.room["hotel_id"], subject="desk")

    def walk_in(self, at: str = "10:00", key: str = "walk-in-1", **more: Any) -> Reply:
        wish = {**self.wish(0, at), "source": "walk_in", **more}
        return self.house.send("POST", "/api/staff/bookings", wish, self.desk, Idempotency_Key=key)

    def staff(self, order_no: str, what: str, body: Any = None, key: str | None = None) -> Reply:
        headers = {} if key is None else {"Idempotency_Key": key}
        return self.house.send("POST", f"/api/staff/bookings/{order_no}/{what}", body, self.desk, **headers)

    def left_open(self) -> list[int]:
        return self.house.sold(self.room, 3)

    def rooms(self, check_in: date, check_out: date) -> list[dict[str, Any]]:
        path = f"/api/hotels/{self.room['hotel_id']}/rooms?check_in={check_in}&check_out={check_out}"
        found: list[dict[str, Any]] = self.house.send("GET", path).must(200)["items"]
        return found

    def check_out(self, order_no: str) -> None:
        self.house.invoke("finish_booking", {"order_no": order_no, "actor": "desk", "left": None})


@pytest.fixture
def nap(house: House) -> Iterator[Nap]:
    room = house.room(units=1, price=8000, name="Nap", day_use=HOURS, free_cancel_hours=2, cancel_fee_bp=5000)
    nap = Nap(house, room, house.room(hotel_id=room["hotel_id"]))
    with nap.at("08:00"):
        yield nap
    assert_balanced(house)


def test_the_hours_of_a_room_come_back(nap: Nap) -> None:
    path = f"/api/staff/rooms/{nap.room['room_id']}"
    assert (nap.room["day_use"], nap.twin["day_use"]) == (HOURS, None)
    old = {name: value for name, value in nap.room.items() if name != "day_use"}
    kept = nap.house.send("PUT", path, {**old, "name": "Rest"}, nap.desk).must(200)
    assert (kept["name"], kept["day_use"]) == ("Rest", HOURS)
    other = nap.house.send("PUT", path, {**kept, "day_use": {**HOURS, "hours": 3}}, nap.desk).must(200)
    assert nap.house.send("GET", f"/api/rooms/{nap.room['room_id']}").must(200)["day_use"]["hours"] == 3
    cleared = nap.house.send("PUT", path, {**other, "day_use": None}, nap.desk).must(200)
    assert cleared["day_use"] is None
    shown = nap.house.send("GET", f"/api/staff/hotels/{nap.room['hotel_id']}/rooms", token=nap.desk).must(200)["items"]
    assert [room["day_use"] for room in shown] == [None, None]


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        ({**HOURS, "hours": 0}, "day_use.hours"),
        ({**HOURS, "hours": 24}, "day_use.hours"),
        ({**HOURS, "hours": 2.5}, "day_use.hours"),
        ({**HOURS, "hours": 10}, "day_use.to"),
        ({**HOURS, "from": "9:00"}, "day_use.from"),
        ({**HOURS, "to": "24:00"}, "day_use.to"),
        ({**HOURS, "from": "05:00"}, "day_use.from"),
        ({"hours": 4, "from": "09:00"}, "day_use"),
        ({**HOURS, "more": 1}, "day_use"),
    ],
)
def test_hours_that_do_not_fit_are_refused_with_their_field(nap: Nap, hours: Any, field: str) -> None:
    facts = {"hotel_id": nap.room["hotel_id"], "name": "x", "price": 1, "units": 1, "area": 1, "bed": "x"}
    made = nap.house.send("POST", "/api/staff/rooms", {**facts, "day_use": hours}, nap.desk)
    path = f"/api/staff/rooms/{nap.room['room_id']}"
    changed = nap.house.send("PUT", path, {**nap.room, "day_use": hours}, nap.desk)
    for reply in (made, changed):
        [error] = reply.refused(422, "invalid_request")["errors"]
        assert error["field"] == field


def test_the_hotels_day_does_not_turn_within_the_window(nap: Nap) -> None:
    path = f"/api/staff/hotels/{nap.room['hotel_id']}"
    hotel = nap.house.send("GET", f"/api/hotels/{nap.room['hotel_id']}").must(200)
    refused = nap.house.send("PUT", path, {**hotel, "day_turns_at": "09:01"}, nap.house.admin)
    assert refused.refused(422, "invalid_request")["errors"][0]["field"] == "day_turns_at"
    nap.house.send("PUT", path, {**hotel, "day_turns_at": "09:00"}, nap.house.admin).must(200)


def test_one_date_shows_rooms_by_the_hour_and_two_dates_the_others(nap: Nap) -> None:
    nap.house.settle()
    by_the_hour, by_the_night = nap.rooms(TODAY, TODAY), nap.rooms(TODAY, TODAY + DAY)
    assert [(room["name"], room["available"], room["total"]) for room in by_the_hour] == [("Nap", 1, 8000)]
    assert by_the_hour[0]["free_cancel_until"] == "2026-11-20T23:00:00.000Z", "two hours before the window"
    assert [room["name"] for room in by_the_night] == ["Twin"]
    nap.house.forget_caches()
    found = [
        nap.house.send("GET", f"/api/hotels?check_in={TODAY}&check_out={end}").must(200)["items"]
        for end in (TODAY, TODAY + DAY)
    ]
    assert [[hotel["from_total"] for hotel in each] for each in found] == [[8000], [30000]]
    [plain] = nap.house.send("GET", "/api/hotels").must(200)["items"]
    assert plain["from_price"] == 30000, "of a night, as long as nights are sold"
    backwards = nap.house.send("GET", f"/api/hotels?check_in={TODAY}&check_out={TODAY - DAY}")
    assert backwards.refused(422, "invalid_request")["errors"][0]["field"] == "check_out"


def test_a_guest_books_hours(nap: Nap) -> None:
    booked = nap.book(1, "13:30").must(201)
    day = str(TODAY + DAY)
    assert (booked["check_in"], booked["check_out"], booked["day_use"]) == (day, day, True)
    assert (booked["check_in_time"], booked["check_out_time"]) == ("13:30", "17:30")
    assert booked["leaves_at"] == f"{day}T09:30:00.000Z"
    assert booked["free_cancel_until"] == f"{day}T03:30:00.000Z"
    assert [(item["date"], item["price"]) for item in booked["items"]] == [(day, 8000)]
    assert (booked["total"], booked["payable"]) == (8000, 8000)
    assert nap.left_open() == [0, 1, 0]
    assert nap.house.booking(nap.house.guest(), booked["order_no"])["leaves_at"] == booked["leaves_at"]
    night = nap.house.book(nap.house.guest(), nap.house.wish(nap.twin), "night").must(201)
    assert (night["day_use"], night["leaves_at"], night["check_in_time"]) == (False, None, "14:00")


@pytest.mark.parametrize(
    ("nights", "at", "field"),
    [(1, "10:00", "check_out"), (0, None, "arrival_time"), (0, "08:59", "arrival_time"), (0, "14:01", "arrival_time")],
)
def test_hours_that_are_not_sold_are_refused(nap: Nap, nights: int, at: str | None, field: str) -> None:
    more = {"check_out": str(TODAY + nights * DAY)}
    guest = nap.book(0, at, **more)
    desk = nap.house.send(
        "POST",
        "/api/staff/bookings",
        {**nap.wish(0, at), **more, "source": "phone"},
        nap.desk,
        Idempotency_Key="desk-1",
    )
    for reply in (guest, desk):
        assert reply.refused(422, "invalid_request")["errors"][0]["field"] == field
    assert nap.left_open() == [0, 0, 0]


def test_a_room_by_the_night_takes_no_equal_dates(nap: Nap) -> None:
    wish = {**nap.house.wish(nap.twin, 0, 0), "arrival_time": "10:00"}
    refused = nap.house.book(nap.house.guest(), wish).refused(422, "invalid_request")
    assert refused["errors"][0]["field"] == "check_out"


def test_a_guest_books_no_hours_that_are_over_but_the_desk_may_note_them(nap: Nap) -> None:
    with nap.at("13:59"):
        first = nap.book(0, "10:00").must(201)["order_no"]
        nap.house.send("POST", f"/api/bookings/{first}/cancellation", token=nap.house.guest()).must(200)
    with nap.at("14:00"):
        refused = nap.book(0, "10:00", "13900000002").refused(422, "invalid_request")
        assert refused["errors"][0]["field"] == "arrival_time"
        nap.walk_in("10:00").must(201)


def test_the_unit_is_the_dates_and_a_check_out_does_not_free_it(nap: Nap) -> None:
    order_no = nap.paid()
    assert nap.left_open() == [1, 0, 0]
    nap.book(0, "14:00", "13900000002").refused(409, "sold_out")
    with nap.at("10:00"):
        nap.staff(order_no, "check-in").must(200)
    with nap.at("13:00"):
        nap.check_out(order_no)
    assert nap.house.booking(nap.house.guest(), order_no)["status"] == "finished"
    assert nap.left_open() == [1, 0, 0]
    nap.book(0, "14:00", "13900000002").refused(409, "sold_out")
    nap.book(1, "14:00", "13900000002").must(201)


def test_a_cancellation_frees_it_and_is_free_until_so_long_before_the_arrival(nap: Nap) -> None:
    guest = nap.house.guest()
    free = nap.paid(0, "13:00")
    with nap.at("10:59"):
        nap.house.send("POST", f"/api/bookings/{free}/cancellation", token=guest).must(200)
    assert nap.left_open() == [0, 0, 0]
    late = nap.paid(0, "12:00")
    with nap.at("10:01"):
        cancelled = nap.house.send("POST", f"/api/bookings/{late}/cancellation", token=guest).must(200)
    assert (cancelled["status"], nap.left_open()) == ("refunding", [0, 0, 0])
    nap.house.settle()
    assert nap.house.booking(guest, late)["paid"] == 4000
    assert nap.house.booking(guest, free)["paid"] == 0


def test_a_walk_in_comes_pays_and_goes(nap: Nap) -> None:
    booked = nap.walk_in("10:30").must(201)
    order_no = booked["order_no"]
    assert (booked["status"], booked["day_use"], booked["leaves_at"]) == ("reserved", True, "2026-11-21T06:30:00.000Z")
    nap.walk_in("14:00", "walk-in-2").refused(409, "sold_out")
    with nap.at("10:30"):
        nap.staff(order_no, "check-in").must(200)
        money = {"method": "cash", "amount": 8000}
        path = f"/api/staff/orders/{order_no}/desk-payments"
        nap.house.send("POST", path, money, nap.desk, Idempotency_Key="cash-1").must(201)
    with nap.at("14:20"):
        nap.check_out(order_no)
    shown = nap.house.send("GET", f"/api/staff/bookings/{order_no}", token=nap.desk).must(200)
    assert (shown["status"], shown["balance"]) == ("finished", 0)


def test_a_guest_arrives_on_the_date_only(nap: Nap) -> None:
    order_no = nap.paid(1)
    assert nap.staff(order_no, "check-in").refused(409, "too_early")["possible_from"] == str(TODAY + DAY)
    with nap.at("23:30", 1):
        nap.staff(order_no, "check-in").must(200)
        reversal = {"reason": "wrong guest"}
        assert nap.staff(order_no, "check-in-reversal", reversal, "reversal-1").must(200)["status"] == "paid"
        nap.staff(order_no, "no-show").refused(409, "too_early")
    with nap.at("06:00", 2):
        nap.staff(order_no, "check-in").refused(409, "too_late")
        assert nap.staff(order_no, "no-show").must(200)["status"] == "no_show"
    nap.house.settle()
    assert nap.house.booking(nap.house.guest(), order_no)["paid"] == 4000


def change(nap: Nap, order_no: str, wanted: dict[str, Any], key: str) -> Reply:
    return nap.staff(order_no, "changes", {"reason": "the guest asked", **wanted}, key)


def test_a_day_use_moves_to_another_date_only(nap: Nap) -> None:
    order_no, other = nap.paid(), str(TODAY + 2 * DAY)
    refused = change(nap, order_no, {"check_out": str(TODAY + DAY)}, "c1").refused(422, "invalid_request")
    assert refused["errors"][0]["field"] == "check_out"
    moved = change(nap, order_no, {"check_in": other, "check_out": other}, "c2").must(200)
    assert (moved["check_in"], moved["check_out"], moved["leaves_at"]) == (other, other, f"{other}T06:00:00.000Z")
    assert nap.left_open() == [0, 0, 1]
    back = change(nap, order_no, {"check_in": str(TODAY), "check_out": str(TODAY)}, "c3").must(200)
    assert (back["check_in"], nap.left_open()) == (str(TODAY), [1, 0, 0])


def test_a_stay_changes_to_a_room_of_the_same_kind_only(nap: Nap) -> None:
    hotel_id, order_no = nap.room["hotel_id"], nap.paid()
    longer = nap.house.room(hotel_id=hotel_id, name="Long", day_use={**HOURS, "hours": 5})
    evening = nap.house.room(hotel_id=hotel_id, name="Evening", day_use={**HOURS, "from": "12:00"})
    like = nap.house.room(hotel_id=hotel_id, name="Like", price=9000, day_use={**HOURS, "from": "07:00"})
    for key, room in enumerate((nap.twin, longer, evening)):
        refused = change(nap, order_no, {"room_id": room["room_id"]}, f"c{key}").refused(422, "invalid_request")
        assert refused["errors"][0]["field"] == "room_id"
    moved = change(nap, order_no, {"room_id": like["room_id"]}, "c9").must(200)
    assert (moved["room_name"], moved["payable"], nap.left_open()) == ("Like", 9000, [0, 0, 0])
    night = nap.house.book(nap.house.guest(), nap.house.wish(nap.twin), "night").must(201)["order_no"]
    nap.house.pay(nap.house.guest(), night)
    nap.house.settle()
    change(nap, night, {"room_id": like["room_id"]}, "n1").refused(422, "invalid_request")
    equal = change(nap, night, {"check_out": str(TODAY)}, "n2").refused(422, "invalid_request")
    assert equal["errors"][0]["field"] == "check_out"


def test_a_number_is_a_day_uses_for_its_date(nap: Nap) -> None:
    desk, room_id = nap.desk, nap.room["room_id"]
    nap.house.send("PUT", f"/api/staff/rooms/{room_id}", {**nap.room, "units": 3}, desk).must(200)
    span = {"from": str(TODAY), "to": str(TODAY + 3 * DAY), "units": 3}
    nap.house.send("PUT", f"/api/staff/rooms/{room_id}/nights", span, desk).must(200)
    nap.house.send("PUT", f"/api/staff/rooms/{room_id}/numbers", {"numbers": ["1", "2"]}, desk).must(200)
    first, second, next_day = nap.paid(), nap.paid(0, "12:00", "13900000002"), nap.paid(1)
    given = [
        nap.staff(order_no, "numbers", {"numbers": ["1"]}, f"key-{order_no}") for order_no in (first, second, next_day)
    ]
    given[0].must(200)
    assert given[1].refused(409, "number_taken")["numbers"] == ["1"]
    given[2].must(200)
    board = nap.house.send("GET", f"/api/staff/hotels/{nap.room['hotel_id']}/house", token=nap.desk)
    assert [(it["occupancy"], it["order_no"]) for it in board.must(200)["items"]] == [
        ("arriving", first),
        ("vacant", None),
    ]
    with nap.at("10:00"):
        nap.staff(first, "check-in").must(200)
        board = nap.house.send("GET", f"/api/staff/hotels/{nap.room['hotel_id']}/house", token=nap.desk)
        door = board.must(200)["items"][0]
    assert (door["occupancy"], door["cleaning"], door["order_no"]) == ("due_out", "check_out", first)
    assert (door["check_in"], door["check_out"]) == (str(TODAY), str(TODAY))
    with nap.at("14:00"):
        nap.check_out(first)
        board = nap.house.send("GET", f"/api/staff/hotels/{nap.room['hotel_id']}/house", token=nap.desk)
        assert [it["housekeeping"] for it in board.must(200)["items"]] == ["dirty", "clean"]
        nap.staff(second, "check-in", {"numbers": ["2"]}).must(200)
    with nap.at("08:00", 1):
        board = nap.house.send("GET", f"/api/staff/hotels/{nap.room['hotel_id']}/house", token=nap.desk)
        shown = [(it["occupancy"], it["order_no"]) for it in board.must(200)["items"]]
        assert shown == [("arriving", next_day), ("due_out", second)], "the second guest is over time"
        nap.check_out(second)


def test_the_night_audit_asks_for_who_has_not_come_and_who_has_not_left(nap: Nap) -> None:
    nap.house.send(
        "PUT",
        f"/api/staff/rooms/{nap.room['room_id']}/nights",
        {"from": str(TODAY), "to": str(TODAY + DAY), "units": 2},
        nap.desk,
    ).must(200)
    stays, absent = nap.paid(), nap.paid(0, "12:00", "13900000002")
    with nap.at("10:00"):
        nap.staff(stays, "check-in").must(200)
    with nap.at("06:01", 1):
        for _ in range(5):
            nap.house.invoke("make_night_audits", {})
            nap.house.settle()
        path = f"/api/staff/hotels/{nap.room['hotel_id']}/night-audit?date={TODAY}"
        audit = nap.house.send("GET", path, token=nap.desk).must(200)
        asked = {(it["kind"], it.get("order_no")) for it in audit["items"]}
        assert {("arrival", absent), ("departure", stays)} <= asked
        nap.check_out(stays)
        nap.staff(absent, "no-show").must(200)


def daily(nap: Nap, day: int = 0) -> dict[str, Any]:
    first = TODAY + day * DAY
    query = f"hotel_id={nap.room['hotel_id']}&from={first}&to={first + DAY}"
    [found] = nap.house.send("GET", f"/api/staff/reports/daily?{query}", token=nap.desk).must(200)["items"]
    return dict(found)


def counts(nap: Nap, day: int = 0) -> list[int]:
    found = daily(nap, day)
    names = ("units", "sold", "room_revenue", "day_use_revenue", "arrivals", "departures", "in_house", "occupancy_bp")
    return [found[name] for name in names]


def test_a_day_use_has_its_own_revenue_in_the_reports(nap: Nap) -> None:
    order_no = nap.paid()
    with nap.at("10:00"):
        nap.staff(order_no, "check-in").must(200)
        nap.house.settle()
        assert counts(nap) == [2, 0, 0, 8000, 1, 1, 0, 0]
        path = f"/api/staff/reports/pick-up?hotel_id={nap.room['hotel_id']}"
        [today, *_] = nap.house.send("GET", path, token=nap.desk).must(200)["items"]
        assert (today["sold"], today["left"], today["since_day"]) == (0, 2, {"sold": 0, "revenue": 0})
        nap.check_out(order_no)
        nap.house.settle()
    assert counts(nap) == [2, 0, 0, 8000, 1, 1, 0, 0]
    assert_reported(nap.house)


def test_a_room_that_is_sold_in_another_way_is_counted_so_from_then_on(nap: Nap) -> None:
    nap.house.settle()
    path = f"/api/staff/rooms/{nap.twin['room_id']}"
    with nap.at("08:00", 2):
        hourly = nap.house.send("PUT", path, {**nap.twin, "day_use": HOURS}, nap.desk).must(200)
        nap.house.settle()
        assert [counts(nap, day)[0] for day in range(5)] == [2, 2, 0, 0, 0]
        assert nap.house.invoke("rebuild_reports", {"hotel_id": nap.room["hotel_id"]})["nights"] == 0
        assert_reported(nap.house)
        back = nap.house.send("PUT", path, {**hourly, "day_use": None}, nap.desk).must(200)
        nap.house.settle()
        assert [counts(nap, day)[0] for day in range(5)] == [2, 2, 2, 2, 2], "on one date, so it never was"
        assert_reported(nap.house)
        again = nap.house.send("PUT", path, {**back, "day_use": HOURS}, nap.desk).must(200)
    with nap.at("08:00", 4):
        nap.house.send("PUT", path, {**again, "day_use": None}, nap.desk).must(200)
        nap.house.settle()
        assert [counts(nap, day)[0] for day in range(6)] == [2, 2, 0, 0, 2, 2]
        assert nap.house.invoke("rebuild_reports", {"hotel_id": nap.room["hotel_id"]})["nights"] == 0
        assert_reported(nap.house)


def test_two_guests_one_unit(nap: Nap, before_commit: Arrange) -> None:
    token, rival = nap.house.guest(), nap.house.guest("13900000002")
    before_commit(lambda: nap.house.book(rival, nap.wish(0, "14:00")).must(201))
    nap.house.book(token, nap.wish(0, "09:00")).refused(409, "sold_out")
    assert (nap.left_open(), len(nap.house.rows("bookings"))) == ([1, 0, 0], 1)


def test_a_guest_is_told_of_the_hours(nap: Nap) -> None:
    order_no = nap.paid()
    with nap.at("10:00"):
        nap.staff(order_no, "check-in").must(200)
        nap.house.settle()
    rows = [row for row in nap.house.rows("outbox") if row["aggregate_id"]["S"] == order_no]
    told = {row["type"]["S"]: json.loads(row["payload"]["S"]) for row in rows}
    for kind in ("booking.paid", "booking.checked_in"):
        assert (told[kind]["arrives_at"], told[kind]["leaves_at"]) == ("10:00", "14:00"), kind


def test_the_desk_finds_a_day_use_among_arrivals_and_departures(nap: Nap) -> None:
    order_no = nap.paid()
    for name in ("date", "departure"):
        path = f"/api/staff/bookings?hotel_id={nap.room['hotel_id']}&{name}={TODAY}"
        [found] = nap.house.send("GET", path, token=nap.desk).must(200)["items"]
        assert (found["order_no"], found["day_use"]) == (order_no, True)
