"""The numbers of a room type; bookings get them, keep them, and give them back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.integration.conftest import Arrange
from tests.integration.house import NOW, House
from tests.integration.ledgers import assert_balanced
from tests.integration.numbered_house import Doors
from tests.integration.paid_stay import PaidStay
from tests.support.clock import clock_at


def _tomorrow(days: int = 1) -> Any:
    return clock_at(NOW + timedelta(days=days))


def test_a_room_type_has_numbers_that_are_its_hotels_own(house: House) -> None:
    doors = Doors(house, ())
    shown = doors.put("301", "A-12", "3").must(200)
    assert (shown["room_id"], shown["numbers"]) == (doors.room_id, ["301", "A-12", "3"])
    [listed] = doors.send("GET", f"/hotels/{doors.hotel_id}/rooms").must(200)["items"]
    assert listed["numbers"] == ["301", "A-12", "3"]
    assert "numbers" not in house.send("GET", f"/api/rooms/{doors.room_id}").must(200), "guests see none"
    suite = Doors(house, (), hotel_id=doors.hotel_id)
    assert suite.put("401", "301").refused(409, "number_in_use")["numbers"] == ["301"]
    assert suite.put("401").must(200)["numbers"] == ["401"]
    assert doors.put("301", "302").must(200)["numbers"] == ["301", "302"]
    assert sorted(doors.board()) == ["301", "302", "401"]
    elsewhere = Doors(house, ("301",))
    assert list(elsewhere.board()) == ["301"], "another hotel has one of the same number"
    suite.put("301").refused(409, "number_in_use")


@pytest.mark.parametrize("numbers", [["301", "301"], [""], ["123456789"], ["3 01"], ["三零一"], [301], None])
def test_odd_numbers_are_refused(house: House, numbers: Any) -> None:
    doors = Doors(house, ())
    doors.send("PUT", f"/rooms/{doors.room_id}/numbers", {"numbers": numbers}).refused(422, "invalid_request")
    assert doors.board() == {}


def test_a_hotel_of_five_hundred_numbers_is_full(house: House) -> None:
    doors = Doors(house, ())
    all_numbers = [str(100 + number) for number in range(500)]
    doors.send("PUT", f"/rooms/{doors.room_id}/numbers", {"numbers": [*all_numbers, "9"]}).refused(
        422, "invalid_request"
    )
    assert doors.put(*all_numbers).must(200)["numbers"] == all_numbers, "more than one transaction holds"
    suite = Doors(house, (), hotel_id=doors.hotel_id)
    suite.put("9").refused(422, "invalid_request")
    assert doors.put(*all_numbers[:2]).must(200)["numbers"] == ["100", "101"]
    assert sorted(doors.board()) == ["100", "101"]
    suite.put("9").must(200)


def test_a_change_of_many_numbers_that_was_cut_off_is_completed(house: House, before_commit: Arrange) -> None:
    doors = Doors(house, ())
    wanted = [str(number) for number in range(200)]

    def crash() -> None:
        raise RuntimeError("the environment is gone")

    before_commit(crash, skip=1)
    doors.put(*wanted).refused(500, "internal_error")
    assert len(doors.board()) == 98, "the first part is there"
    doors.send("DELETE", f"/rooms/{doors.room_id}").refused(409, "has_numbers")
    assert doors.put(*wanted).must(200)["numbers"] == wanted
    assert len(doors.board()) == 200


def test_a_number_that_a_stay_has_cannot_go(house: House) -> None:
    doors = Doors(house)
    order_no = doors.reserve(begin=3)
    doors.give(order_no, "303").must(200)
    refused = doors.put("301", "302").refused(409, "number_in_use")
    assert (refused["numbers"], refused["order_nos"]) == (["303"], [order_no])
    assert len(doors.board()) == 5, "nothing has changed"
    doors.give(order_no).must(200)
    doors.close("304").must(201)
    assert doors.put("301", "302").refused(409, "number_in_use")["numbers"] == ["304"]
    assert doors.put("301", "302", "304").must(200)["numbers"] == ["301", "302", "304"]


def test_a_room_type_with_numbers_is_not_deleted(house: House) -> None:
    doors = Doors(house)
    assert doors.send("DELETE", f"/rooms/{doors.room_id}").refused(409, "has_numbers")["numbers"][0] == "301"
    doors.put().must(200)
    doors.send("DELETE", f"/rooms/{doors.room_id}").must(204)


def test_a_change_of_a_room_type_leaves_its_numbers(house: House) -> None:
    doors = Doors(house)
    [read] = doors.send("GET", f"/hotels/{doors.hotel_id}/rooms").must(200)["items"]
    changed = doors.send("PUT", f"/rooms/{doors.room_id}", {**read, "name": "Suite", "numbers": ["1"]}).must(200)
    assert (changed["name"], changed["numbers"]) == ("Suite", read["numbers"])
    [read] = doors.send("GET", f"/hotels/{doors.hotel_id}/rooms").must(200)["items"]
    assert (read["name"], len(read["numbers"])) == ("Suite", 5)


# ---------------------------------------------------------------- given before the guest comes


def test_a_booking_gets_numbers_for_its_nights(house: House) -> None:
    doors = Doors(house)
    first, second = doors.reserve(begin=0), doors.reserve(begin=1)
    assert doors.give(first, "301").must(200)["numbers"] == ["301"]
    assert doors.give(second, "301").refused(409, "number_taken")["numbers"] == ["301"]
    after = doors.reserve(begin=2)
    assert doors.give(after, "301").must(200)["numbers"] == ["301"], "from the day on which the first one leaves"
    assert doors.give(second, "301", "302").refused(422, "invalid_request")["errors"][0]["field"] == "numbers"
    assert doors.give(second, "309").refused(409, "number_unknown")["numbers"] == ["309"]
    assert doors.numbers_of(second) == []
    suite = Doors(house, ("401",), hotel_id=doors.hotel_id)
    doors.give(second, "401").refused(409, "number_unknown")
    suite.give(suite.reserve(), "401").must(200)
    assert doors.give(second, "302").must(200)["numbers"] == ["302"]
    assert doors.give(second, "303").must(200)["numbers"] == ["303"], "and changes it"
    doors.give(doors.reserve(begin=1), "302").must(200)
    assert_balanced(house)


def test_a_booking_of_many_rooms_gets_some_now_and_some_later(house: House) -> None:
    doors = Doors(house)
    order_no = doors.reserve(units=3)
    assert doors.give(order_no, "301", "302").must(200)["numbers"] == ["301", "302"]
    assert doors.give(order_no, "302", "303", "304").must(200)["numbers"] == ["302", "303", "304"]
    doors.give(doors.reserve(), "301").must(200)
    doors.give(order_no, "302", "302").refused(422, "invalid_request")
    assert doors.give(order_no).must(200)["numbers"] == []
    body = {"numbers": [str(number) for number in range(41)]}
    doors.send("POST", f"/bookings/{order_no}/numbers", body).refused(422, "invalid_request")
    assert_balanced(house)


def test_guests_learn_their_number_with_the_key(house: House) -> None:
    doors = Doors(house)
    stay = PaidStay(house, begin=0, room=doors.room)
    doors.give(stay.order_no, "301").must(200)
    assert stay.booking["numbers"] == []
    [listed] = doors.send("GET", f"/bookings?order_no={stay.order_no}").must(200)["items"]
    assert listed["numbers"] == ["301"]
    doors.check_in(stay.order_no).must(200)
    assert stay.booking["numbers"] == ["301"]


def test_who_may_not_have_numbers(house: House) -> None:
    doors = Doors(house)
    unpaid = PaidStay(house, begin=0, room=doors.room, paid=False)
    doors.give(unpaid.order_no, "301").refused(409, "invalid_transition")
    unpaid.cancel().must(200)
    doors.give(unpaid.order_no, "301").refused(409, "invalid_transition")
    late = doors.reserve(begin=0, nights=1)
    with _tomorrow():
        doors.give(late, "301").refused(409, "too_late")
    stranger = house.token(Role.STAFF, house.hotel()["hotel_id"])
    path = f"/api/staff/bookings/{late}/numbers"
    house.send("POST", path, {"numbers": ["301"]}, stranger).refused(404, "not_found")
    house.send("POST", path, {}, house.admin).refused(422, "invalid_request")
    assert doors.numbers_of(late) == []


# ---------------------------------------------------------------- in the house


def test_a_check_in_gives_the_keys(house: House) -> None:
    doors = Doors(house)
    order_no = doors.reserve(units=2)
    doors.check_in(order_no, "301", "309").refused(409, "number_unknown")
    assert doors.check_in(order_no, "301", "302").must(200)["numbers"] == ["301", "302"]
    assert doors.board()["301"]["occupancy"] == "occupied"
    other = doors.reserve()
    assert doors.check_in(other, "302").refused(409, "number_taken")["numbers"] == ["302"]
    assert doors.check_in(other).must(200)["numbers"] == [], "and without a number, as before"
    assert_balanced(house)


def test_a_check_in_uses_the_numbers_that_were_given_before(house: House) -> None:
    doors = Doors(house)
    order_no, other = doors.reserve(), doors.reserve()
    doors.give(order_no, "301").must(200)
    doors.give(other, "302").must(200)
    assert doors.check_in(order_no).must(200)["numbers"] == ["301"]
    assert doors.check_in(other, "303").must(200)["numbers"] == ["303"], "another one than was planned"
    assert {number: it["occupancy"] for number, it in doors.board().items()} == {
        "301": "occupied",
        "302": "vacant",
        "303": "occupied",
        "304": "vacant",
        "305": "vacant",
    }
    assert_balanced(house)


def test_nobody_gets_the_key_of_a_guest_who_has_not_left(house: House) -> None:
    doors = Doors(house)
    first, second = doors.reserve(begin=0, nights=1), doors.reserve(begin=1, nights=1)
    doors.check_in(first, "301").must(200)
    doors.give(second, "301").must(200)
    with _tomorrow():
        doors.check_in(second).refused(409, "number_taken")
        doors.leave(first)
        assert doors.check_in(second).must(200)["numbers"] == ["301"]
        assert doors.board()["301"]["order_no"] == second
    assert_balanced(house)


def test_a_guest_moves(house: House) -> None:
    doors = Doors(house)
    order_no = doors.reserve(nights=3)
    doors.check_in(order_no, "301").must(200)
    with _tomorrow():
        doors.clean("301").must(200)
        assert doors.give(order_no, "302").must(200)["numbers"] == ["302"]
        board = doors.board()
        assert (board["301"]["occupancy"], board["301"]["housekeeping"]) == ("vacant", "dirty")
        assert (board["302"]["occupancy"], board["302"]["housekeeping"]) == ("occupied", "clean")
        doors.check_in(doors.reserve(begin=1), "301").must(200)
        doors.give(order_no, "301").refused(409, "number_taken")
    assert_balanced(house)


def test_a_guest_who_stays_over_the_time_may_still_move(house: House) -> None:
    doors = Doors(house)
    order_no = doors.reserve(nights=1)
    doors.check_in(order_no, "301").must(200)
    with _tomorrow(2):
        assert doors.board()["301"]["occupancy"] == "due_out"
        doors.give(order_no, "302").must(200)
        assert doors.board()["302"]["occupancy"] == "occupied", "for this night"
        doors.leave(order_no)
        assert doors.board()["302"]["occupancy"] == "vacant"


# ---------------------------------------------------------------- given back

ENDS = ["check_out", "reversal", "cancelled_by_staff", "cancelled_by_guest", "no_show", "refunded", "hold", "desk"]


@pytest.mark.parametrize("how", ENDS)
def test_what_ends_a_stay_gives_its_numbers_back(house: House, how: str) -> None:
    doors = Doors(house)
    until = NOW + timedelta(hours=1)
    held: dict[str, Any] = {"hold_until": until.isoformat()} if how == "hold" else {}
    paid = None if how in {"hold", "desk"} else PaidStay(house, begin=0, room=doors.room)
    order_no = doors.reserve(**held) if paid is None else paid.order_no
    doors.give(order_no, "301").must(200)
    before = doors.board()["301"]
    assert (before["occupancy"], before["order_no"]) == ("arriving", order_no)
    house.settle()
    with clock_at(NOW + timedelta(days=1 if how == "no_show" else 0, hours=2 if how == "hold" else 0)):
        _end(doors, order_no, how, paid)
        after = doors.board()["301"]
        expected = "dirty" if how == "check_out" else "clean"
        assert (after["occupancy"], after["order_no"], after["housekeeping"]) == ("vacant", None, expected)
        assert doors.numbers_of(order_no) == (["301"] if how == "check_out" else []), "it stays known who slept where"
        doors.give(doors.reserve(begin=1), "301").must(200)
        house.settle()
        assert_balanced(house)


def _end(doors: Doors, order_no: str, how: str, paid: PaidStay | None) -> None:
    path = f"/bookings/{order_no}"
    if how in {"check_out", "reversal"}:
        doors.check_in(order_no).must(200)
    if how == "check_out":
        doors.leave(order_no)
    elif how == "reversal":
        doors.send("POST", f"{path}/check-in-reversal", {"reason": "Wrong guest"}).must(200)
    elif how == "cancelled_by_staff":
        doors.send("POST", f"{path}/cancellation", {"reason": "Called us"}).must(200)
    elif how == "no_show":
        doors.send("POST", f"{path}/no-show").must(200)
    elif how == "hold":
        doors.house.drain("cancel_unpaid_booking")
    elif paid is None:
        _refunded_at_the_desk(doors, order_no)
    else:
        (paid.cancel() if how == "cancelled_by_guest" else paid.refund()).must(200 if "cancelled" in how else 202)


def _refunded_at_the_desk(doors: Doors, order_no: str) -> None:
    total = doors.send("GET", f"/bookings/{order_no}").must(200)["balance"]
    money = {"method": "cash", "amount": total}
    doors.send("POST", f"/orders/{order_no}/desk-payments", money).must(201)
    back = doors.send("POST", f"/orders/{order_no}/desk-refunds", {**money, "reason": "Noise"}).must(201)
    assert back, "the whole price goes back: that ends the stay"
    assert doors.send("GET", f"/bookings/{order_no}").must(200)["status"] in {"cancelled", "refunded"}


def test_the_key_of_a_request_gives_the_same_numbers_again(house: House) -> None:
    doors = Doors(house)
    order_no = doors.reserve()
    first = doors.give(order_no, "301", key="once").must(200)
    assert doors.give(order_no, "301", key="once").must(200) == first
    doors.give(order_no, "302", key="once").refused(422, "idempotency_key_reused")
