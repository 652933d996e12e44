"""Stays that staff book: held without a payment, found, claimed by their guest or forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.integration.costs import counted
from tests.integration.house import NOW, House, Reply
from tests.integration.ledgers import assert_balanced
from tests.integration.paid_stay import PRICE
from tests.support.clock import clock_at

PHONE = "13833334444"


class Desk:
    """A hotel with a room type, and a member of its staff."""

    def __init__(self, house: House, **more: Any) -> None:
        self.house = house
        self.room: dict[str, Any] = house.room(price=PRICE, **{"units": 3, **more})
        self.keys = 0

    def ask(self, key: str | None = None, token: str | None = None, **more: Any) -> Reply:
        begin, nights = more.pop("begin", 0), more.pop("nights", 2)
        self.keys += 1
        wish = self.house.wish(self.room, begin, nights, source="phone", phone_number=PHONE, guest_name="Ada", **more)
        who = token or self.house.token(Role.STAFF, self.room["hotel_id"], subject="desk")
        used = key or f"desk-{self.keys}"
        return self.house.send("POST", "/api/staff/bookings", wish, who, Idempotency_Key=used)

    def row(self, order_no: str) -> dict[str, Any]:
        [found] = [row for row in self.house.rows("bookings") if row["order_no"]["S"] == order_no]
        return found


def texts_of(booking: dict[str, Any]) -> list[str]:
    return [note["text"] for note in booking["notes"]]


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


def _with(more: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in more.items() if value is not None}


def test_staff_book_a_stay_that_is_held_without_a_payment(house: House, desk: Desk) -> None:
    made = desk.ask(notes="High floor\nLate", adults=2, arrival_time="21:30", units=2).must(201)
    assert (made["status"], made["source"], texts_of(made)) == ("reserved", "phone", ["High floor\nLate"])
    assert (made["units"], made["adults"], made["expires_at"], made["phone_number"]) == (2, 2, None, "138****4444")
    assert (made["charges"], made["paid"], made["balance"]) == (4 * PRICE, 0, 4 * PRICE)
    assert house.sold(desk.room, 3) == [2, 2, 0]
    path = f"/api/staff/bookings/{made['order_no']}"
    found = house.send("GET", path, token=house.admin).must(200)
    assert (texts_of(found), found["phone_number"]) == (["High floor\nLate"], PHONE)
    lines = house.send("GET", f"{path}/folio", token=house.admin).must(200)["lines"]
    assert {line["by"] for line in lines} == {"desk"}
    found = house.send("GET", "/api/staff/audit?limit=9", token=house.admin).must(200)["items"]
    [entry] = [it for it in found if it["action"] == "book"]
    assert (entry["action"], entry["actor"], entry["target"]) == ("book", "desk", made["order_no"])
    assert house.send("POST", f"{path}/check-in", token=house.admin).must(200)["status"] == "checked_in"
    assert_balanced(house)


def test_a_booking_of_a_guest_is_online(house: House, desk: Desk) -> None:
    made = house.book(house.guest(), house.wish(desk.room)).must(201)
    assert made["source"] == "online"
    assert "notes" not in made
    assert "source" not in desk.row(made["order_no"])


def test_a_key_makes_one_booking_and_shows_nothing_of_other_hotels(house: House, desk: Desk) -> None:
    first = desk.ask("the-key").must(201)
    assert desk.ask("the-key").must(201) == first
    desk.ask("the-key", units=2).refused(422, "idempotency_key_reused")
    elsewhere = house.token(Role.STAFF, house.hotel(name="Elsewhere")["hotel_id"], subject="desk")
    desk.ask("the-key", elsewhere).refused(404, "not_found")
    desk.ask("other", elsewhere).refused(404, "not_found")
    desk.ask("other", house.guest()).refused(403, "forbidden")
    assert house.sold(desk.room, 2) == [1, 1]


def test_it_takes_three_calls(desk: Desk) -> None:
    desk.ask().must(201)
    calls = counted(lambda: desk.ask().must(201)).calls_of("create_staff_booking")
    assert calls == {"BatchGetItem": 2, "TransactWriteItems": 1}


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"units": 4}, 409, "sold_out"),
        ({"units": 100}, 422, "invalid_request"),
        ({"units": 43}, 422, "stay_too_long"),
        ({"begin": -1}, 422, "invalid_request"),
        ({"source": "online"}, 422, "invalid_request"),
        ({"hold_until": "2026-11-21T03:59:00Z"}, 422, "invalid_request"),
        ({"hold_until": "2026-12-21T03:59:00Z"}, 422, "invalid_request"),
        ({"hold_until": "2026-11-21T18:00:00"}, 422, "invalid_request"),
        ({"coupon_id": "C1"}, 422, "invalid_request"),
        ({"expected_total": 2 * PRICE - 1}, 409, "price_changed"),
    ],
)
def test_what_cannot_be_booked(house: House, desk: Desk, wish: dict[str, Any], status: int, code: str) -> None:
    begin = wish.get("begin", 0)
    more = {name: value for name, value in wish.items() if name not in {"begin", "source"}}
    asked = {**house.wish(desk.room, begin, 2, source="phone"), **more, **_with({"source": wish.get("source")})}
    reply = house.send("POST", "/api/staff/bookings", asked, house.admin, Idempotency_Key="k")
    reply.refused(status, code)
    assert house.sold(desk.room, 2) == [0, 0]


def test_staff_book_more_units_than_a_guest_may(house: House) -> None:
    desk = Desk(house, units=90)
    assert desk.ask(units=85, nights=1).must(201)["units"] == 85
    desk.ask(units=86, nights=1).refused(422, "stay_too_long")


def test_a_room_that_sells_with_the_payment_holds_its_nights_for_the_desk(house: House) -> None:
    desk = Desk(house, units=1, inventory_mode="on_payment")
    made = desk.ask().must(201)
    assert house.sold(desk.room, 2) == [1, 1]
    desk.ask().refused(409, "sold_out")
    path = f"/api/staff/bookings/{made['order_no']}/cancellation"
    house.send("POST", path, {"reason": "Called"}, house.admin, Idempotency_Key="c").must(200)
    assert house.sold(desk.room, 2) == [0, 0]


def test_after_midnight_the_night_that_has_begun_is_booked(house: House, desk: Desk) -> None:
    with clock_at(datetime.fromisoformat("2026-11-22T01:30:00+08:00")):
        made = desk.ask(nights=1, hold_until="2026-11-21T20:00:00Z").must(201)
        assert made["check_in"] == "2026-11-21"
    with clock_at(datetime.fromisoformat("2026-11-22T06:30:00+08:00")):
        desk.ask(nights=1).refused(422, "invalid_request")


def test_a_hold_ends_at_its_time_unless_the_guest_came(house: House, desk: Desk) -> None:
    until = NOW + timedelta(hours=1)
    held = desk.ask(hold_until=until.isoformat()).must(201)["order_no"]
    came = desk.ask(hold_until=until.isoformat()).must(201)["order_no"]
    house.settle()
    house.send("POST", f"/api/staff/bookings/{came}/check-in", token=house.admin).must(200)
    with clock_at(until + timedelta(minutes=2)):
        house.invoke("sweep_due", {})
        assert house.drain("cancel_unpaid_booking") == []
        house.settle()
    assert [desk.row(order_no)["status"]["S"] for order_no in (held, came)] == ["cancelled", "checked_in"]
    assert house.messages("NotificationsQueue") == [], "nobody is told of a stay without a guest"
    assert house.sold(desk.room, 2) == [1, 1]
    assert_balanced(house)


# ---------------------------------------------------------------- whose it is


@pytest.mark.parametrize(("source", "claimed"), [("walk_in", True), ("phone", True), ("email", True), ("agent", False)])
def test_a_guest_whose_phone_is_verified_has_the_stays_for_it(
    house: House, desk: Desk, source: str, *, claimed: bool
) -> None:
    wish = house.wish(desk.room, 0, 2, source=source, phone_number=f"+86 {PHONE}", notes="Wants a cot")
    made = house.send("POST", "/api/staff/bookings", wish, house.admin, Idempotency_Key="k").must(201)
    house.settle()
    stranger = house.guest("13800000099")
    guest = house.guest(PHONE)
    path = f"/api/bookings/{made['order_no']}"
    house.send("GET", path, token=stranger).refused(404, "not_found")
    mine = house.send("GET", "/api/bookings", token=guest).must(200)["items"]
    assert [it["order_no"] for it in mine] == [made["order_no"]] * claimed
    if claimed:
        assert "notes" not in house.send("GET", path, token=guest).must(200)
        opened = house.send("POST", f"/api/orders/{made['order_no']}/payments", token=guest).must(201)
        assert opened["amount"] == 2 * PRICE
        assert not {"unclaimed", "forget_at", "forget_shard"} & set(desk.row(made["order_no"]))


def test_a_guest_who_was_verified_before_has_later_stays_at_the_next_login(house: House, desk: Desk) -> None:
    house.guest(PHONE)
    order_no = desk.ask().must(201)["order_no"]
    ended = desk.ask(begin=3).must(201)["order_no"]
    cancelled = {"reason": "Called"}
    path = f"/api/staff/bookings/{ended}/cancellation"
    house.send("POST", path, cancelled, house.admin, Idempotency_Key="c").must(200)
    guest = house.guest(PHONE)
    mine = house.send("GET", "/api/bookings", token=guest).must(200)["items"]
    assert [it["order_no"] for it in mine] == [order_no], "what has ended is nobody's"


def test_a_stay_that_nobody_claims_is_forgotten_180_days_after_it(house: House, desk: Desk) -> None:
    order_no = desk.ask(notes="Wants a cot", arrival_time="21:30").must(201)["order_no"]
    after = NOW.replace(hour=4) + timedelta(days=2 + 180)  # it ends at noon in China, on the 23rd
    for when, left in ((after - timedelta(hours=2), True), (after + timedelta(hours=3), False)):
        with clock_at(when):
            house.invoke("sweep_due", {})
        row = desk.row(order_no)
        assert (row["guest_name"]["S"] == "Ada") == left
        assert ({"phone_number", "notes", "arrival_time", "unclaimed"} <= set(row)) == left
    assert not {"phone_number", "notes", "arrival_time", "unclaimed", "forget_at"} & set(row)
