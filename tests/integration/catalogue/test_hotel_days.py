"""The hotel's day over HTTP: what may be searched, booked, checked in, missed, cancelled and changed, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from posthouse.domain.identity import Role
from tests.integration.house import NOW, TODAY, House, Reply
from tests.integration.ledgers import assert_balanced
from tests.support.clock import clock_at

NEW_YORK = "America/New_York"
PLACES = [
    ("Asia/Shanghai", date(2026, 11, 21)),
    ("Asia/Kathmandu", date(2026, 11, 21)),
    ("Pacific/Kiritimati", date(2026, 11, 21)),
    (NEW_YORK, date(2026, 3, 8)),
    (NEW_YORK, date(2026, 11, 1)),
]
DAY = timedelta(days=1)


@dataclass
class Place:
    """A hotel with one room type, and its clock. ``first`` is a date on which the clocks may change."""

    house: House
    zone: str
    first: date
    room: dict[str, Any]

    def at(self, day: int, hour: str) -> Any:
        """The clock at an hour of a day, local, counted from ``first``."""
        wall = datetime.combine(self.first + day * DAY, datetime.min.time(), ZoneInfo(self.zone))
        hours, minutes = map(int, hour.split(":"))
        return clock_at(wall.replace(hour=hours, minute=minutes).astimezone(UTC))

    def book(self, begin: int, nights: int = 1, phone: str = "13900000001") -> Reply:
        token = self.house.guest(phone)
        check_in = self.first + begin * DAY
        dates = {"check_in": str(check_in), "check_out": str(check_in + nights * DAY)}
        key = f"{phone}-{begin}-{datetime.now(UTC):%H%M%S%f}"
        return self.house.book(token, {**self.house.wish(self.room), **dates}, key)

    def paid(self, begin: int, nights: int = 1) -> str:
        order_no: str = self.book(begin, nights).must(201)["order_no"]
        self.house.pay(self.house.guest(), order_no)
        self.house.settle()
        return order_no

    def staff(self, order_no: str, what: str) -> Reply:
        desk = self.house.token(Role.STAFF, self.room["hotel_id"], subject="desk")
        return self.house.send("POST", f"/api/staff/bookings/{order_no}/{what}", token=desk)

    def cancel(self, order_no: str) -> Reply:
        return self.house.send("POST", f"/api/bookings/{order_no}/cancellation", token=self.house.guest())

    def found(self, begin: int) -> bool:
        check_in = self.first + begin * DAY
        dates = f"check_in={check_in}&check_out={check_in + DAY}"
        self.house.forget_caches()
        searched = bool(self.house.send("GET", f"/api/hotels?{dates}").must(200)["items"])
        rooms = self.house.send("GET", f"/api/hotels/{self.room['hotel_id']}/rooms?{dates}")
        assert searched == (rooms.status == 200 and rooms.body["items"][0]["available"] > 0)
        return searched

    def sold(self, nights: int = 3) -> list[int]:
        span = f"from={self.first}&to={self.first + nights * DAY}"
        path = f"/api/staff/rooms/{self.room['room_id']}/nights?{span}"
        return [night["sold"] for night in self.house.send("GET", path, token=self.house.admin).must(200)["items"]]


@pytest.fixture(params=PLACES, ids=lambda place: f"{place[0]} {place[1]}")
def place(house: House, request: pytest.FixtureRequest) -> Iterator[Place]:
    zone, first = request.param
    opened = datetime.combine(first, datetime.min.time(), ZoneInfo(zone)) - 3 * DAY
    with clock_at(opened.astimezone(UTC)):
        hotel = house.hotel(time_zone=zone)
        facts = {"hotel_id": hotel["hotel_id"], "name": "Twin", "price": 30000, "units": 2, "area": 30, "bed": "Twin"}
        room = house.send("POST", "/api/staff/rooms", {**facts, "cancel_fee_bp": 5000}, house.admin).must(201)
        span = {"from": str(first - DAY), "to": str(first + 6 * DAY)}
        house.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", span, house.admin).must(200)
        house.settle()
        yield Place(house, zone, first, room)


@pytest.mark.parametrize(
    ("day", "hour", "sellable"), [(0, "23:59", True), (1, "00:10", True), (1, "05:59", True), (1, "06:01", False)]
)
def test_the_night_that_has_begun_is_found_and_sold_until_the_day_turns(
    place: Place, day: int, hour: str, *, sellable: bool
) -> None:
    with place.at(day, hour):
        assert place.found(0) == sellable
        assert place.found(1)
        assert not place.found(-1)
        assert place.book(0).status == (201 if sellable else 422)
        place.book(1).must(201)
        place.book(-1).refused(422, "invalid_request")


def test_a_guest_of_last_night_arrives_until_the_day_turns_and_is_missed_after(place: Place) -> None:
    with place.at(0, "12:00"):
        late, missed, next_night = place.paid(0), place.paid(0), place.paid(1)
    with place.at(0, "05:59"):
        place.staff(late, "check-in").refused(409, "too_early")
    for day, hour in ((0, "23:59"), (1, "00:10"), (1, "05:59")):
        with place.at(day, hour):
            place.staff(missed, "no-show").refused(409, "too_early")
            place.staff(next_night, "check-in").refused(409, "too_early")
    with place.at(1, "00:10"):
        place.staff(late, "check-in").must(200)
    with place.at(1, "06:01"):
        place.staff(missed, "check-in").refused(409, "too_late")
        place.staff(missed, "no-show").must(200)
        place.staff(next_night, "check-in").must(200)
        place.house.settle()
        assert_balanced(place.house)


def test_cancelling_goes_on_until_the_arrivals_day_turns(place: Place) -> None:
    with place.at(0, "12:00"):
        one, other = place.paid(0), place.paid(0, 2)
        told = place.house.booking(place.house.guest(), one)
    end = datetime.combine(place.first + DAY, datetime.min.time(), ZoneInfo(place.zone)).replace(hour=6)
    assert datetime.fromisoformat(told["cancellable_until"]) == end
    with place.at(1, "05:59"):
        place.cancel(one).must(200)
    with place.at(1, "06:01"):
        place.cancel(other).refused(409, "not_cancellable")


def test_a_check_out_after_midnight_frees_no_night_that_was_slept(place: Place) -> None:
    with place.at(0, "12:00"):
        order_no = place.paid(0, 3)
        place.staff(order_no, "check-in").must(200)
    with place.at(1, "00:10"):
        place.house.invoke("finish_booking", {"order_no": order_no, "actor": "desk", "correlation_id": ""})
        place.house.settle()
        assert place.sold() == [1, 0, 0]
        # The night of the calendar's date is sold again, and so is another unit of the night that has begun.
        place.book(1, phone="13900000002").must(201)
        assert_balanced(place.house)


def test_a_no_show_frees_the_nights_from_the_business_date_on(place: Place) -> None:
    with place.at(0, "12:00"):
        order_no = place.paid(0, 3)
    with place.at(2, "00:10"):
        place.staff(order_no, "no-show").must(200)
        assert place.sold() == [1, 0, 0]
        place.house.settle()
        assert_balanced(place.house)


def test_staff_change_the_night_that_has_begun_and_none_before(place: Place) -> None:
    path = f"/api/staff/rooms/{place.room['room_id']}/nights"
    night = {"from": str(place.first), "to": str(place.first + DAY), "price": 40000}
    with place.at(1, "05:59"):
        place.house.send("PUT", path, night, place.house.admin).must(200)
    with place.at(1, "06:01"):
        place.house.send("PUT", path, night, place.house.admin).refused(422, "invalid_request")


def test_a_room_type_with_a_guest_in_the_house_is_not_deleted_after_midnight(place: Place) -> None:
    path = f"/api/staff/rooms/{place.room['room_id']}"
    with place.at(0, "12:00"):
        place.staff(place.paid(0), "check-in").must(200)
    with place.at(1, "05:59"):
        place.house.send("DELETE", path, token=place.house.admin).refused(409, "stays_ahead")
    with place.at(1, "06:01"):
        place.house.send("DELETE", path, token=place.house.admin).must(204)


# ---------------------------------------------------------------- the hours


def test_free_cancelling_counts_back_from_the_hotels_own_check_in_time(house: House) -> None:
    hotel = house.hotel(check_in_time="16:30", check_out_time="11:00", day_turns_at="04:00")
    room = house.room(hotel_id=hotel["hotel_id"], free_cancel_hours=24, cancel_fee_bp=3000)
    token = house.guest()
    booking = house.book(token, house.wish(room, begin=3)).must(201)
    # 16:30 in Chengdu on 24 November, less 24 hours; and 04:00 on 25 November.
    assert booking["free_cancel_until"] == "2026-11-23T08:30:00.000Z"
    assert booking["cancellable_until"] == "2026-11-24T20:00:00.000Z"
    hours = {name: booking[name] for name in ("time_zone", "day_turns_at", "check_in_time", "check_out_time")}
    assert hours == {
        "time_zone": "Asia/Shanghai",
        "day_turns_at": "04:00",
        "check_in_time": "16:30",
        "check_out_time": "11:00",
    }
    dates = f"check_in={TODAY + 3 * DAY}&check_out={TODAY + 4 * DAY}"
    [offered] = house.send("GET", f"/api/hotels/{hotel['hotel_id']}/rooms?{dates}").must(200)["items"]
    span = f"from={TODAY + 3 * DAY}&to={TODAY + 4 * DAY}"
    [night] = house.send("GET", f"/api/rooms/{room['room_id']}/nights?{span}").must(200)["items"]
    for told in (offered, night):
        assert told["free_cancel_until"] == booking["free_cancel_until"]
        assert told["cancellable_until"] == booking["cancellable_until"]
    details = house.send("GET", f"/api/rooms/{room['room_id']}").must(200)
    assert {name: details["hotel"][name] for name in hours} == hours


def test_free_hours_are_hours_across_a_change_of_the_clocks_and_around_a_gap(house: House) -> None:
    with clock_at(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        hotel = house.hotel(time_zone=NEW_YORK, check_in_time="02:30", day_turns_at="00:00")
        facts = {"hotel_id": hotel["hotel_id"], "name": "Twin", "price": 30000, "units": 2, "area": 30, "bed": "Twin"}
        rule = {"free_cancel_hours": 24, "cancel_fee_bp": 3000}
        room = house.send("POST", "/api/staff/rooms", {**facts, **rule}, house.admin).must(201)
        span = {"from": "2026-03-07", "to": "2026-03-12"}
        house.send("PUT", f"/api/staff/rooms/{room['room_id']}/nights", span, house.admin).must(200)
        path = f"/api/rooms/{room['room_id']}/nights?from=2026-03-07&to=2026-03-10"
        told = [night["free_cancel_until"] for night in house.send("GET", path).must(200)["items"]]
    # 02:30 is left out on 8 March: it is 03:30 there, 07:30 UTC. On the 9th it is 06:30 UTC.
    assert told == ["2026-03-06T07:30:00.000Z", "2026-03-07T07:30:00.000Z", "2026-03-08T06:30:00.000Z"]


def test_a_booking_keeps_the_hours_that_it_was_made_under(house: House) -> None:
    hotel = house.hotel()
    room = house.room(hotel_id=hotel["hotel_id"], cancel_fee_bp=3000)
    token = house.guest()
    made = house.book(token, house.wish(room, begin=1)).must(201)
    path = f"/api/staff/hotels/{hotel['hotel_id']}"
    changed = {**hotel, "day_turns_at": "00:00", "check_in_time": "18:00", "check_out_time": "10:00"}
    house.send("PUT", path, changed, house.admin).must(200)
    kept = house.booking(token, made["order_no"])
    for name in ("day_turns_at", "check_in_time", "check_out_time", "free_cancel_until", "cancellable_until"):
        assert kept[name] == made[name]
    newer = house.book(token, house.wish(room, begin=1), "key-2").must(201)
    assert (newer["day_turns_at"], newer["check_in_time"]) == ("00:00", "18:00")


@pytest.mark.parametrize("hour", ["24:00", "6:00", "06:00:00", "0600", "", None, 6])
def test_an_hour_is_two_digits_and_two_digits(house: House, hour: Any) -> None:
    facts = {"name": "x", "city": "x", "address": "x", "phone": "028-1234567", "latitude": 1, "longitude": 1}
    for field in ("day_turns_at", "check_in_time", "check_out_time"):
        refused = house.send("POST", "/api/staff/hotels", {**facts, field: hour}, house.admin)
        assert refused.refused(422, "invalid_request")["errors"][0]["field"] == field


@pytest.mark.parametrize("field", ["check_in_time", "check_out_time"])
def test_the_day_turns_before_guests_arrive_and_leave(house: House, field: str) -> None:
    hotel = house.hotel()
    path = f"/api/staff/hotels/{hotel['hotel_id']}"
    late = {**hotel, "day_turns_at": "11:01", field: "11:00"}
    for method, where, body in (("PUT", path, late), ("POST", "/api/staff/hotels", made_of(late))):
        refused = house.send(method, where, body, house.admin).refused(422, "invalid_request")
        assert [(it["field"], field in it["message"]) for it in refused["errors"]] == [("day_turns_at", True)]
    house.send("PUT", path, {**late, "day_turns_at": "11:00"}, house.admin).must(200)


def made_of(hotel: dict[str, Any]) -> dict[str, Any]:
    """What makes such a hotel anew."""
    return {name: value for name, value in hotel.items() if name not in {"hotel_id", "version", "from_price"}}


@pytest.mark.parametrize("zone", ["localtime", "Factory", "posixrules", "asia/shanghai", "right/UTC", "Mars/Olympus"])
def test_a_time_zone_is_one_of_the_iana_database(house: House, zone: str) -> None:
    hotel = house.hotel()
    path = f"/api/staff/hotels/{hotel['hotel_id']}"
    refused = house.send("PUT", path, {**hotel, "time_zone": zone}, house.admin).refused(422, "invalid_request")
    assert refused["errors"][0]["field"] == "time_zone"


# ---------------------------------------------------------------- another time zone


def test_a_time_zone_does_not_change_while_guests_have_stays_ahead(house: House) -> None:
    hotel = house.hotel()
    room = house.room(hotel_id=hotel["hotel_id"])
    path = f"/api/staff/hotels/{hotel['hotel_id']}"
    token = house.guest()
    order_no = house.book(token, house.wish(room, begin=2)).must(201)["order_no"]
    house.settle()

    def moved() -> Reply:
        read = house.send("GET", f"/api/hotels/{hotel['hotel_id']}").must(200)
        return house.send("PUT", path, {**read, "time_zone": "Asia/Urumqi"}, house.admin)

    refused = moved().refused(409, "stays_ahead")
    assert refused["dates"] == [str(TODAY + 2 * DAY)]
    house.send("PUT", path, {**hotel, "name": "Other"}, house.admin).must(200)
    house.pay(token, order_no)
    house.settle()
    moved().refused(409, "stays_ahead")
    with clock_at(NOW + 2 * DAY):
        desk = house.admin
        house.send("POST", f"/api/staff/bookings/{order_no}/check-in", token=desk).must(200)
        moved().refused(409, "stays_ahead")
        house.invoke("finish_booking", {"order_no": order_no, "actor": "admin", "correlation_id": ""})
        moved().must(200)


def test_a_stay_that_is_over_does_not_keep_the_time_zone_although_nobody_has_said_so(house: House) -> None:
    hotel = house.hotel()
    room = house.room(hotel_id=hotel["hotel_id"])
    path = f"/api/staff/hotels/{hotel['hotel_id']}"
    token = house.guest()
    for key, dates in (("long", {"nights": 4}), ("short", {"begin": 2, "nights": 1})):
        made = house.book(token, house.wish(room, **dates), key).must(201)
        house.pay(token, made["order_no"])
    house.settle()

    def moved(day: int) -> Reply:
        with clock_at(NOW + day * DAY):
            return house.send("PUT", path, {**hotel, "time_zone": "Asia/Urumqi"}, house.admin)

    assert moved(3).refused(409, "stays_ahead")["dates"] == [str(TODAY + 2 * DAY)]
    # The stay that began later has ended first.
    assert moved(4).refused(409, "stays_ahead")["dates"] == [str(TODAY)]
    moved(5).must(200)


# ---------------------------------------------------------------- lists by date


def test_the_audit_goes_by_chinas_days(house: House) -> None:
    # 23:30 on the 21st and 00:30 on the 22nd in China: one day in UTC.
    with clock_at(NOW.replace(hour=15, minute=30)):
        first = house.hotel(name="One")
        assert _targets(house, "") == {first["hotel_id"]}
    with clock_at(NOW.replace(hour=16, minute=30)):
        second = house.hotel(name="Two")
        assert _targets(house, "") == {second["hotel_id"]}
        assert _targets(house, "?day=2026-11-21") == {first["hotel_id"]}


def _targets(house: House, query: str) -> set[str]:
    items = house.send("GET", f"/api/staff/audit{query}", token=house.admin).must(200)["items"]
    return {entry["target"] for entry in items}
