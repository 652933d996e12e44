"""Staff change a stay: what it costs is shown before, and one transaction frees nights, takes others and charges."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.integration.conftest import Arrange
from tests.integration.costs import counted
from tests.integration.house import NOW, TODAY, House, Reply
from tests.integration.ledgers import assert_balanced
from tests.integration.numbered_house import Doors
from tests.integration.paid_stay import PRICE, PaidStay, reserved
from tests.support.clock import clock_at

WHY = {"reason": "Called us"}


def day(number: int) -> str:
    return str(TODAY + timedelta(days=number))


def changed(stay: PaidStay, **wanted: Any) -> Reply:
    return stay.staff("changes", {**WHY, **wanted})


def asked(stay: PaidStay, **wanted: Any) -> Reply:
    query = "&".join(f"{name}={value}" for name, value in wanted.items())
    path = f"/api/staff/bookings/{stay.order_no}/changes?{query}"
    return stay.house.send("GET", path, token=stay.house.admin)


def raised(stay: PaidStay, price: int, begin: int = 0, room: Any = None) -> None:
    """All nights from ``begin`` on cost another price now."""
    room_id = (room or stay.room)["room_id"]
    span = {"from": day(begin), "to": day(10), "price": price}
    stay.house.send("PUT", f"/api/staff/rooms/{room_id}/nights", span, stay.house.admin).must(200)


def items(booking: dict[str, Any]) -> list[tuple[str, int, int]]:
    return [(it["date"], it["units"], it["price"]) for it in booking["items"]]


# ---------------------------------------------------------------- dates


def test_a_stay_is_longer_at_todays_price_and_the_page_knows_before(house: House) -> None:
    stay = PaidStay(house)
    raised(stay, 35000)
    shown = asked(stay, check_out=day(4)).must(200)
    assert (shown["nights"], shown["total"], shown["payable"], shown["difference"]) == (3, 95000, 95000, 35000)
    assert (shown["balance"], shown["status"], shown["dropped"]) == (35000, "paid", [])
    assert [(it["date"], it["units"]) for it in shown["added"]] == [(day(3), 1)]
    assert (stay.sums, house.sold(stay.room, 4)) == ((60000, 60000, 0), [0, 1, 1, 0]), "nothing has changed yet"

    made = changed(stay, check_out=day(4), version=shown["version"], expected_payable=95000).must(200)
    assert (made["status"], made["check_out"], made["balance"], made["units"]) == ("paid", day(4), 35000, 1)
    assert items(made) == [(day(1), 1, PRICE), (day(2), 1, PRICE), (day(3), 1, 35000)]
    assert made["changes"][0]["was"]["check_out"] == day(3)
    assert made["changes"][0]["by"] == "admin"
    assert made["version"] == shown["version"] + 1
    assert house.sold(stay.room, 4) == [0, 1, 1, 1]
    assert stay.lines == [("room", PRICE), ("room", PRICE), ("payment", -60000), ("room", 35000)]
    assert stay.pay() == 35000, "the guest pays the difference"
    assert stay.sums == (95000, 95000, 0)
    assert_balanced(house)


def test_a_shorter_stay_gives_a_credit_that_the_desk_can_pay_out(house: House) -> None:
    stay = PaidStay(house)
    made = changed(stay, check_in=day(2)).must(200)
    assert (made["check_in"], made["payable"], made["balance"], made["status"]) == (day(2), PRICE, -PRICE, "paid")
    assert house.sold(stay.room, 4) == [0, 0, 1, 0]
    assert stay.lines[-1] == ("room", -PRICE)
    stay.refund(PRICE, from_credit=True).must(202)
    house.settle()
    assert (stay.sums, stay.at_wechat) == ((PRICE, PRICE, 0), [PRICE])
    assert_balanced(house)


def test_a_stay_moves_to_other_dates_and_is_found_there(house: House) -> None:
    stay = PaidStay(house)
    made = changed(stay, check_in=day(5), check_out=day(8)).must(200)
    assert (made["payable"], len(made["items"])) == (3 * PRICE, 3)
    assert house.sold(stay.room, 9) == [0, 0, 0, 0, 0, 1, 1, 1, 0]
    query = f"/api/staff/bookings?hotel_id={stay.room['hotel_id']}"
    for name, on, found in (("date", 5, 1), ("date", 1, 0), ("departure", 8, 1), ("departure", 3, 0)):
        listed = house.send("GET", f"{query}&{name}={day(on)}", token=house.admin).must(200)["items"]
        assert len(listed) == found, (name, on)
    # Longer than before from the new dates on: until when it is found by its guest's name follows its departure.
    house.settle()
    [noted] = house.rows("indexed-orders")
    assert noted["expires_at"]["N"] == str(int((NOW.replace(hour=0) + timedelta(days=8 + 90)).timestamp()))
    assert_balanced(house)


# ---------------------------------------------------------------- units, guests, room types


def test_units_that_are_added_have_todays_price_and_go_first(house: House) -> None:
    stay = PaidStay(house, units=5)
    raised(stay, 35000)
    made = changed(stay, units=3).must(200)
    assert items(made) == [(day(1), 1, PRICE), (day(1), 2, 35000), (day(2), 1, PRICE), (day(2), 2, 35000)]
    assert (made["units"], made["payable"], house.sold(stay.room)) == (3, 60000 + 4 * 35000, [0, 3, 3])
    raised(stay, 40000)
    again = changed(stay, units=2, check_out=day(4)).must(200)
    assert items(again)[2:] == [(day(2), 1, PRICE), (day(2), 1, 35000), (day(3), 2, 40000)]
    assert house.sold(stay.room, 4) == [0, 2, 2, 2]
    stay.at_desk(again["balance"]).must(201)
    assert stay.staff("cancellation", {**WHY, "fee": 0}).must(200)["status"] == "refunding"
    assert house.sold(stay.room, 4) == [0, 0, 0, 0], "each row of the calendar is freed once, with all its units"
    house.settle()
    assert_balanced(house)


def test_guests_and_extras_follow(house: House) -> None:
    room = house.room(units=3, price=PRICE, max_adults=3, included_adults=1, extra_adult_price=5000)
    path = f"/api/staff/hotels/{room['hotel_id']}/extras"
    made = house.send("POST", path, {"name": "Breakfast", "price": 1000, "per": "guest_night"}, house.admin).must(201)
    extras = [{"extra_id": made["extra_id"], "quantity": 1}]
    stay = PaidStay(house, room=room, adults=2, extras=extras)
    assert stay.sums[0] == 2 * (PRICE + 5000 + 2 * 1000)
    more = changed(stay, check_out=day(4), adults=3).must(200)
    assert (more["guests_total"], more["extras_total"], more["adults"]) == (3 * 2 * 5000, 3 * 3 * 1000, 3)
    assert {("extra", 5000), ("room", 20000)} <= set(stay.lines)
    refused = changed(stay, adults=4).refused(409, "too_many_guests")
    assert refused["max_adults"] == 3
    fewer = changed(stay, check_out=day(2), adults=1, units=1).must(200)
    assert (fewer["guests_total"], fewer["extras_total"], fewer["payable"]) == (0, 1000, PRICE + 1000)
    assert_balanced(house)


def test_another_room_type_of_the_hotel_gives_money_back(house: House) -> None:
    stay = PaidStay(house)
    cheap = house.room(hotel_id=stay.room["hotel_id"], price=20000, name="Single", bed="Single")
    elsewhere = house.room(price=20000)
    changed(stay, room_id=elsewhere["room_id"]).refused(404, "not_found")
    made = changed(stay, room_id=cheap["room_id"]).must(200)
    assert (made["room_name"], made["bed"], made["payable"], made["balance"]) == ("Single", "Single", 40000, -20000)
    assert (house.sold(stay.room), house.sold(cheap)) == ([0, 0, 0], [0, 1, 1])
    described = [(line["description"], line["amount"]) for line in stay.folio["lines"] if line["kind"] == "room"]
    assert described[2:] == [("Twin", -PRICE), ("Twin", -PRICE), ("Single", 20000), ("Single", 20000)]
    assert stay.booking["room_name"] == "Single", "as its guest sees it"
    assert_balanced(house)


def test_a_coupon_takes_off_no_more_than_before(house: House) -> None:
    house.template(amount=40000, minimum_spend=10000)
    token = house.guest()
    house.settle()
    [coupon] = house.coupons(token)
    stay = PaidStay(house, token=token, coupon_id=coupon["coupon_id"])
    assert stay.sums[0] == 20000
    assert changed(stay, check_out=day(2)).must(200)["discount"] == PRICE, "never below zero"
    assert changed(stay, check_out=day(5)).must(200)["discount"] == PRICE, "and never more than before"
    assert_balanced(house)


# ---------------------------------------------------------------- in the house


def test_in_the_house_only_nights_from_the_business_date_on_change(house: House) -> None:
    stay = PaidStay(house, begin=0)
    suite = house.room(hotel_id=stay.room["hotel_id"], price=50000, name="Suite", units=4)
    stay.staff("check-in").must(200)
    with clock_at(NOW + timedelta(days=1)):
        changed(stay, check_in=day(1)).refused(422, "invalid_request")
        made = changed(stay, room_id=suite["room_id"], units=2, check_out=day(3)).must(200)
        assert items(made) == [(day(0), 1, PRICE), (day(1), 2, 50000), (day(2), 2, 50000)]
        assert [it["room_name"] for it in made["items"]] == ["Twin", "Suite", "Suite"]
        assert (made["units"], made["status"], made["balance"]) == (2, "checked_in", 4 * 50000 - PRICE)
        assert (house.sold(stay.room, 4), house.sold(suite, 4)) == ([1, 0, 0, 0], [0, 2, 2, 0])
        raised(stay, 55000, begin=1, room=suite)
        stay.at_desk(changed(stay, units=3).must(200)["balance"]).must(201)
        assert house.sold(suite, 4) == [0, 3, 3, 0]
    with clock_at(NOW + timedelta(days=2)):
        assert stay.leave()["outcome"] == "finished"
    assert (house.sold(stay.room, 4), house.sold(suite, 4)) == ([1, 0, 0, 0], [0, 3, 0, 0])
    assert_balanced(house)


def test_a_guest_who_leaves_on_this_business_date_pays_no_night_of_it(house: House) -> None:
    stay = PaidStay(house, begin=0)
    stay.staff("check-in").must(200)
    with clock_at(NOW + timedelta(days=1)):
        assert changed(stay, check_out=day(1)).must(200)["balance"] == -PRICE
        changed(stay, units=2).refused(422, "invalid_request")
        changed(stay, check_out=day(0)).refused(422, "invalid_request")
    assert house.sold(stay.room) == [1, 0, 0]
    with clock_at(NOW + timedelta(days=3)):
        changed(stay, check_out=day(5)).refused(422, "invalid_request")
    assert_balanced(house)


# ---------------------------------------------------------------- reserved ones


def test_a_reserved_stay_is_paid_when_it_costs_no_more_than_was_paid(house: House) -> None:
    stay = reserved(house)
    stay.at_desk(PRICE).must(201)
    assert stay.status == "reserved"
    assert asked(stay, check_out=day(2)).must(200)["status"] == "paid"
    made = changed(stay, check_out=day(2)).must(200)
    assert (made["status"], made["balance"]) == ("paid", 0)
    assert [it["status"] for it in made["timeline"]] == ["reserved", "paid"]
    assert_balanced(house)


def test_a_hold_ends_when_nobody_can_arrive_any_more(house: House) -> None:
    stay = reserved(house, hold_until=NOW + timedelta(days=2), begin=1)
    house.settle()
    made = changed(stay, check_in=day(0), check_out=day(1)).must(200)
    over = NOW.replace(hour=22)  # 06:00 in China
    assert made["expires_at"] == over.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with clock_at(over + timedelta(minutes=2)):
        house.invoke("sweep_due", {})
        house.drain("cancel_unpaid_booking")
        stay.token = house.guest()
        assert stay.status == "cancelled"
    assert_balanced(house)


@pytest.mark.parametrize("after", ["change", "check_in"])
def test_a_hold_ends_also_where_its_only_payment_was_none(house: House, after: str) -> None:
    until = NOW + timedelta(hours=3)
    stay = reserved(house, hold_until=until, begin=0)
    house.settle()
    house.drain("cancel_unpaid_booking")  # so long a wait is left to the sweeper
    taken = stay.at_desk(PRICE // 2).must(201)["desk_payment_id"]
    if after == "change":
        changed(stay, check_out=day(3)).must(200)
    else:
        stay.staff("check-in").must(200)
        stay.staff("check-in-reversal", WHY).must(200)
    path = f"/api/staff/orders/{stay.order_no}/desk-payments/{taken}/reversal"
    house.send("POST", path, WHY, house.admin).must(200)
    house.settle()
    [row] = [it for it in house.rows("bookings") if it["order_no"]["S"] == stay.order_no]
    assert "due_at" in row, "the sweeper knows"
    with clock_at(until + timedelta(minutes=10)):
        house.invoke("sweep_due", {})
        house.drain("cancel_unpaid_booking")
        stay.token = house.guest()
        assert stay.status == "cancelled"
    assert_balanced(house)


def test_the_name_of_a_stay_that_nobody_claims_is_kept_for_as_long_after_the_new_dates(house: House) -> None:
    room = house.room()
    body = {**house.wish(room), "source": "phone"}
    made = house.send("POST", "/api/staff/bookings", body, house.admin, Idempotency_Key="k").must(201)
    [before] = house.rows("bookings")
    path = f"/api/staff/bookings/{made['order_no']}/changes"
    house.send("POST", path, {**WHY, "check_out": day(3)}, house.admin, Idempotency_Key="c").must(200)
    [after] = house.rows("bookings")
    assert int(after["forget_at"]["N"]) - int(before["forget_at"]["N"]) == 2 * 86400
    assert after["forget_shard"] == before["forget_shard"]


# ---------------------------------------------------------------- numbers


def _change(doors: Doors, order_no: str, **wanted: Any) -> Reply:
    return doors.send("POST", f"/bookings/{order_no}/changes", {**WHY, **wanted})


def test_numbers_follow_the_dates_and_another_room_type_drops_them(house: House) -> None:
    doors = Doors(house)
    suite = Doors(house, ("401", "402"), hotel_id=doors.hotel_id)
    order_no, other = doors.reserve(), doors.reserve(begin=2)
    doors.give(order_no, "301").must(200)
    doors.give(other, "301").must(200)
    path = f"/bookings/{order_no}/changes?check_out={day(3)}"
    assert doors.send("GET", path).refused(409, "number_taken")["numbers"] == ["301"]
    assert _change(doors, order_no, check_out=day(3)).refused(409, "number_taken")["numbers"] == ["301"]
    assert _change(doors, order_no, check_out=day(3), numbers=["302"]).must(200)["numbers"] == ["302"]
    doors.give(doors.reserve(), "301").must(200)
    doors.give(doors.reserve(begin=2), "302").refused(409, "number_taken")
    # Shorter again: whoever comes on its last date gets the number.
    assert _change(doors, order_no, check_out=day(2)).must(200)["numbers"] == ["302"]
    doors.give(doors.reserve(begin=2), "302").must(200)
    assert _change(doors, order_no, units=2, numbers=["302", "302"]).refused(422, "invalid_request")
    assert _change(doors, order_no, units=2, numbers=["302", "401"]).refused(409, "number_unknown")["numbers"] == [
        "401"
    ]
    moved = _change(doors, order_no, room_id=suite.room_id).must(200)
    assert (moved["numbers"], doors.numbers_of(order_no)) == ([], [])
    doors.give(doors.reserve(), "302").must(200)
    assert _change(doors, order_no, units=2, numbers=["401", "402"]).must(200)["numbers"] == ["401", "402"]
    _change(doors, order_no, units=1).refused(422, "invalid_request")
    assert _change(doors, order_no, units=1, numbers=["402"]).must(200)["numbers"] == ["402"]
    assert_balanced(house)


def test_a_guest_in_the_house_moves_to_another_room_type_with_its_key(house: House) -> None:
    doors = Doors(house)
    suite = Doors(house, ("401",), hotel_id=doors.hotel_id)
    order_no = doors.reserve(nights=3)
    doors.check_in(order_no, "301").must(200)
    with clock_at(NOW + timedelta(days=1)):
        assert _change(doors, order_no, check_out=day(2)).must(200)["numbers"] == ["301"]
        [row] = [row for row in house.rows("numbers") if row["number"]["S"] == "301"]
        assert (row["occupied_since"]["S"], row["stays"]["M"][order_no]["S"]) == (day(0), f"{day(1)}/{day(2)}")
        moved = _change(doors, order_no, room_id=suite.room_id, numbers=["401"]).must(200)
        assert (moved["status"], moved["numbers"]) == ("checked_in", ["401"])
        board = doors.board()
        assert (board["301"]["occupancy"], board["301"]["housekeeping"]) == ("vacant", "dirty")
        assert board["401"]["order_no"] == order_no
    assert_balanced(house)


def test_two_desks_want_one_number_by_a_change(house: House, before_commit: Arrange) -> None:
    doors = Doors(house)
    first, second = doors.reserve(), doors.reserve(begin=2)
    doors.give(first, "301").must(200)
    before_commit(lambda: doors.give(second, "301").must(200))
    assert _change(doors, first, check_out=day(3)).refused(409, "number_taken")["numbers"] == ["301"]
    assert house.sold(doors.room, 4) == [1, 1, 1, 1]


# ---------------------------------------------------------------- what is in the way


def test_a_change_into_full_nights_names_them(house: House) -> None:
    stay = PaidStay(house)
    house.book(house.guest("13900000002"), house.wish(stay.room, begin=3, nights=2, units=2), "full").must(201)
    for refused in (asked(stay, check_out=day(6)), changed(stay, check_out=day(6))):
        assert refused.refused(409, "sold_out")["dates"] == [day(3), day(4)]
    assert asked(stay, units=3).refused(409, "sold_out")["dates"] == [day(1), day(2)]
    assert (stay.sums, stay.booking["check_out"]) == ((60000, 60000, 0), day(3))


@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        ({}, 422, "invalid_request"),
        ({"check_out": 3}, 422, "invalid_request"),
        ({"check_out": 1}, 422, "invalid_request"),
        ({"check_in": -1}, 422, "invalid_request"),
        ({"check_in": 800, "check_out": 801}, 422, "invalid_request"),
        ({"check_out": 87}, 422, "change_too_large"),
        ({"units": 43}, 422, "change_too_large"),
        ({"check_in": 10, "check_out": 12}, 409, "sold_out"),
    ],
)
def test_what_cannot_be(house: House, wanted: dict[str, int], status: int, code: str) -> None:
    stay = PaidStay(house, begin=1)
    body = {name: day(number) if name.startswith("check") else number for name, number in wanted.items()}
    asked(stay, **body).refused(status, code)
    changed(stay, **body).refused(status, code)
    assert house.sold(stay.room, 4) == [0, 1, 1, 0]


def test_stays_that_are_over_or_not_paid_yet_do_not_change(house: House) -> None:
    waits, ended = PaidStay(house, paid=False), PaidStay(house, token=house.guest("13900000002"))
    ended.cancel().must(200)
    for stay in (waits, ended):
        changed(stay, check_out=day(4)).refused(409, "invalid_transition")
    stranger = house.token(Role.STAFF, house.hotel(name="Elsewhere")["hotel_id"], subject="x")
    path = f"/api/staff/bookings/{ended.order_no}/changes"
    house.send("GET", path, token=stranger).refused(404, "not_found")


@pytest.mark.parametrize("what", ["hotel", "room"])
def test_nothing_is_added_where_nothing_is_on_sale(house: House, what: str) -> None:
    hotel = house.hotel()
    stay = PaidStay(house, hotel_id=hotel["hotel_id"])
    now, closed = (hotel, {"opening_state": "closed"}) if what == "hotel" else (stay.room, {"on_sale": False})
    house.send("PUT", f"/api/staff/{what}s/{now[f'{what}_id']}", {**now, **closed}, house.admin).must(200)
    assert changed(stay, check_out=day(4)).refused(409, "not_on_sale")["kind"] == what
    changed(stay, check_out=day(2)).must(200)
    assert_balanced(house)


# ---------------------------------------------------------------- at once


def test_two_desks_one_wins_and_the_other_is_told(house: House, before_commit: Arrange) -> None:
    stay = PaidStay(house)
    version = asked(stay, check_out=day(4)).must(200)["version"]
    before_commit(lambda: changed(stay, units=2, version=version).must(200))
    changed(stay, check_out=day(4), version=version).refused(409, "version_conflict")
    assert (stay.booking["units"], stay.booking["check_out"]) == (2, day(3))
    # Who has not said what they saw adds theirs to what is there.
    before_commit(lambda: changed(stay, check_out=day(4)).must(200))
    made = changed(stay, units=1).must(200)
    assert (made["units"], made["check_out"], house.sold(stay.room, 4)) == (1, day(4), [0, 1, 1, 1])
    assert_balanced(house)


def test_a_price_that_rises_meanwhile_is_refused_with_the_new_one(house: House, before_commit: Arrange) -> None:
    stay = PaidStay(house)
    before_commit(lambda: raised(stay, 35000))
    refused = changed(stay, check_out=day(4), expected_payable=90000).refused(409, "price_changed")
    assert (refused["expected"], refused["actual"]) == (90000, 95000)
    before_commit(lambda: raised(stay, 36000))
    assert changed(stay, check_out=day(4)).must(200)["payable"] == 96000


def test_the_last_unit_goes_once(house: House, before_commit: Arrange) -> None:
    stay = PaidStay(house, units=1)
    rival = house.guest("13900000002")
    before_commit(lambda: house.book(rival, house.wish(stay.room, begin=3), "rival").must(201))
    assert changed(stay, check_out=day(4)).refused(409, "sold_out")["dates"] == [day(3)]
    assert house.sold(stay.room, 4) == [0, 1, 1, 1]
    assert_balanced(house)


@pytest.mark.parametrize("rival", ["cancel", "no-show", "check-in", "check-out", "payment", "desk", "refund", "line"])
def test_a_change_and_another_step_at_once(house: House, before_commit: Arrange, rival: str) -> None:
    stay = PaidStay(house, begin=0)
    if rival == "check-out":
        stay.staff("check-in").must(200)
    if rival in {"payment", "desk"}:
        stay.charge(amount=1000).must(201)

    def settle() -> None:
        stay.play(stay.open().must(201))
        house.settle()

    acts: dict[str, Any] = {
        "cancel": lambda: stay.cancel().must(200),
        "no-show": lambda: stay.staff("no-show").must(200),
        "check-in": lambda: stay.staff("check-in").must(200),
        "check-out": stay.leave,
        "payment": settle,
        "desk": lambda: stay.at_desk(1000).must(201),
        "refund": lambda: stay.refund(1000).must(202),
        "line": lambda: stay.charge(amount=500).must(201),
    }
    with clock_at(NOW + timedelta(days=rival == "no-show")):
        before_commit(acts[rival])
        reply = changed(stay, check_out=day(4))
    ended = {"cancel", "no-show", "check-out"}
    if rival in ended:
        reply.refused(409, "invalid_transition")
        assert house.sold(stay.room, 4) == [int(rival == "no-show"), 0, 0, 0]
    else:
        assert reply.must(200)["check_out"] == day(4)
        assert house.sold(stay.room, 4) == [1, 1, 1, 1]
    house.settle()
    assert_balanced(house)


@pytest.mark.parametrize("rival", ["cancel", "check-in", "desk"])
def test_another_step_decides_again_after_a_change(house: House, before_commit: Arrange, rival: str) -> None:
    stay = reserved(house, begin=0)
    acts: dict[str, Any] = {
        "cancel": lambda: stay.staff("cancellation", WHY).must(200),
        "check-in": lambda: stay.staff("check-in").must(200),
        "desk": lambda: stay.at_desk(60000),
    }
    before_commit(lambda: changed(stay, check_out=day(1)).must(200))
    made = acts[rival]()
    if rival == "desk":
        made.refused(409, "overpaid")
    assert house.sold(stay.room) == ([0, 0, 0] if rival == "cancel" else [1, 0, 0])
    assert_balanced(house)


# ---------------------------------------------------------------- what it leaves


def test_an_event_an_audit_row_and_a_notice_tell_of_it(house: House) -> None:
    stay = PaidStay(house)
    changed(stay, check_out=day(4), units=2).must(200)
    [event] = [row for row in house.rows("outbox") if row["type"]["S"] == "booking.changed"]
    payload = event["payload"]["S"]
    for told in (f'"check_out":"{day(4)}"', f'"check_out":"{day(3)}"', '"was":', '"units":2', '"payable":180000'):
        assert told in payload.replace(": ", ":").replace(", ", ","), payload
    found = house.send("GET", "/api/staff/audit?limit=9", token=house.admin).must(200)["items"]
    [entry] = [it for it in found if it["action"] == "change_stay"]
    assert [(it["was"]["check_out"], "by" in it) for it in _exported(stay)] == [(day(3), False)]
    assert (entry["before"]["check_out"], entry["after"]["check_out"]) == (day(3), day(4))
    assert (entry["before"]["balance"], entry["after"]["balance"], entry["after"]["reason"]) == (0, 120000, "Called us")


def _exported(stay: PaidStay) -> list[dict[str, Any]]:
    """The changes of the stay as its guest's export tells of them."""
    cursor, found = "", []
    while True:
        page = stay.house.send("GET", f"/api/me/data?limit=100{cursor}", token=stay.token).must(200)
        found += [it["data"] for it in page["items"] if it["kind"] == "booking"]
        if page["next_cursor"] is None:
            [booking] = found
            return list(booking["changes"])
        cursor = f"&cursor={page['next_cursor']}"


def test_it_takes_few_calls(house: House) -> None:
    stay = PaidStay(house)
    calls = counted(lambda: asked(stay, check_out=day(4)).must(200)).calls_of("preview_stay_change")
    assert calls == {"GetItem": 1, "BatchGetItem": 1}
    calls = counted(lambda: changed(stay, check_out=day(4)).must(200)).calls_of("change_stay")
    assert calls == {"GetItem": 2, "BatchGetItem": 1, "TransactWriteItems": 1}


@pytest.mark.parametrize("mode", ["unlimited", "on_payment"])
def test_room_types_of_other_kinds_change_too(house: House, mode: str) -> None:
    stay = PaidStay(house, inventory_mode=mode, units=1)
    other = PaidStay(house, token=house.guest("13900000002"), room=stay.room, begin=5)
    if mode == "unlimited":
        changed(stay, units=3).must(200)
        assert house.sold(stay.room) == [0, 3, 3]
    else:
        changed(stay, units=2).refused(409, "sold_out")
    changed(stay, check_in=day(7), check_out=day(8), units=1).must(200)
    other.cancel().must(200)
    house.settle()
    assert house.sold(stay.room, 8) == [0, 0, 0, 0, 0, 0, 0, 1]
    assert_balanced(house)
