"""The night audit: what a business date leaves open becomes a list, once, wherever a run stops."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from posthouse.domain.identity import Role
from posthouse.store import hotels
from tests.integration.costs import counted
from tests.integration.house import NOW, TODAY, House
from tests.integration.ledgers import assert_balanced
from tests.integration.numbered_house import Doors
from tests.integration.paid_stay import PaidStay
from tests.support.clock import clock_at

TURNED = timedelta(days=1)
"""From the tests' now to a time at which the hotel's day has turned."""


def _run(house: House, later: timedelta = TURNED) -> int:
    """A scheduled run, so much later than the tests' now."""
    with clock_at(NOW + later):
        return int(house.invoke("make_night_audits", {})["audited"])


def _audit(house: House, hotel_id: str, day: int = 0, later: timedelta = TURNED) -> dict[str, Any]:
    """The audit of a date, so many days from today."""
    with clock_at(NOW + later):
        path = f"/api/staff/hotels/{hotel_id}/night-audit?date={TODAY + timedelta(days=day)}"
        found: dict[str, Any] = house.send("GET", path, token=house.admin).must(200)
    return found


def _open(audit: dict[str, Any]) -> list[tuple[str, str]]:
    return [(it["kind"], it.get("number") or it["order_no"]) for it in audit["items"] if it["open"]]


def test_a_date_leaves_a_list_of_what_is_open(house: House) -> None:
    doors = Doors(house, ("301", "302"))
    missing, came, tomorrow = doors.reserve(), doors.reserve(), doors.reserve(begin=1)
    doors.check_in(came, "301").must(200)
    assert _audit(house, doors.hotel_id, later=timedelta(0))["status"] == "pending"
    assert _run(house, timedelta(0)) == 0, "the date is not over"
    assert _run(house) == 1
    audit = _audit(house, doors.hotel_id)
    assert (audit["status"], audit["date"]) == ("done", TODAY.isoformat())
    made_at = datetime.fromisoformat(audit["made_at"])
    assert timedelta(0) <= made_at - (NOW + TURNED) < timedelta(seconds=1)
    assert ("arrival", missing) in _open(audit)
    assert not {came, tomorrow} & {it.get("order_no") for it in audit["items"]}
    assert _run(house) == 0, "it is audited once"
    assert_balanced(house)


def test_a_guest_who_is_still_in_is_asked_about_until_they_leave(house: House) -> None:
    doors = Doors(house, ())
    order_no = doors.reserve(nights=1)
    doors.check_in(order_no).must(200)
    late = timedelta(days=2)
    assert _run(house, late) == 2, "both dates that are over"
    assert _open(_audit(house, doors.hotel_id, 0, late)) == []
    [asked] = _audit(house, doors.hotel_id, 1, late)["items"]
    assert (asked["kind"], asked["order_no"], asked["booking"]["status"]) == ("departure", order_no, "checked_in")
    doors.leave(order_no)
    [left] = _audit(house, doors.hotel_id, 1, late)["items"]
    assert (left["open"], left["booking"]["status"]) == (False, "finished")


def test_the_folio_of_a_guest_who_left_owing_is_on_the_list_of_that_date(house: House) -> None:
    stay = PaidStay(house, begin=0)
    even = PaidStay(house, begin=0, room=stay.room, token=house.guest("13900000002"))
    for each in (stay, even):
        each.staff("check-in").must(200)
    stay.charge(amount=700).must(201)
    assert even.leave("Nothing is owed")["outcome"] == "finished"
    assert stay.leave("Pays by transfer")["outcome"] == "finished"
    [asked] = _audit(house, stay.room["hotel_id"], later=timedelta(0))["items"]
    assert (asked["kind"], asked["order_no"], asked["booking"]["balance"], asked["open"]) == (
        "folio",
        stay.order_no,
        700,
        True,
    )
    stay.at_desk(700).must(201)
    [paid] = _audit(house, stay.room["hotel_id"], later=timedelta(0))["items"]
    assert (paid["booking"]["balance"], paid["open"]) == (0, False)


def test_dirty_numbers_are_on_the_list(house: House) -> None:
    doors = Doors(house, ("301", "302"))
    order_no = doors.reserve(nights=2)
    doors.check_in(order_no, "301").must(200)
    doors.leave(order_no)
    _run(house)
    assert ("number", "301") in _open(_audit(house, doors.hotel_id))
    with clock_at(NOW + TURNED):
        doors.send("PUT", f"/hotels/{doors.hotel_id}/numbers/301", {"housekeeping": "clean"}).must(200)
    assert ("number", "301") not in _open(_audit(house, doors.hotel_id))


def test_a_hotel_may_let_the_audit_note_no_shows(house: House) -> None:
    stay = PaidStay(house, begin=0)
    hotel = house.send("GET", f"/api/hotels/{stay.room['hotel_id']}").must(200)
    path = f"/api/staff/hotels/{hotel['hotel_id']}"
    house.send("PUT", path, {**hotel, "auto_no_show": True}, house.admin).must(200)
    came = PaidStay(house, begin=0, room=stay.room, token=house.guest("13900000002"))
    came.staff("check-in").must(200)
    assert _run(house) == 1
    [noted] = _audit(house, hotel["hotel_id"])["items"]
    assert (noted["order_no"], noted["booking"]["status"], noted["open"]) == (stay.order_no, "no_show", False)
    assert came.booking["status"] == "checked_in"
    folio = house.send("GET", f"/api/staff/bookings/{stay.order_no}/folio", token=house.admin).must(200)
    assert {it["by"] for it in folio["lines"] if it["kind"] in {"change", "fee"}} == {"system"}
    assert_balanced(house)


def test_a_no_show_by_itself_gives_back_number_coupon_and_what_was_owed(house: House) -> None:
    house.template()
    token = house.guest()
    house.settle()
    [coupon] = house.coupons(token)
    doors = Doors(house, ("301",))
    stay = PaidStay(house, begin=0, token=token, coupon_id=coupon["coupon_id"], room=doors.room)
    hotel = house.send("GET", f"/api/hotels/{doors.hotel_id}").must(200)
    path = f"/api/staff/hotels/{doors.hotel_id}"
    house.send("PUT", path, {**hotel, "auto_no_show": True}, house.admin).must(200)
    doors.give(stay.order_no, "301").must(200)
    stay.tell(stay.refund(5000).must(202)["out_refund_no"], "closed")
    assert _run(house) == 1
    with clock_at(NOW + TURNED):
        house.settle()
        stay.token = house.guest()
        assert stay.sums == (0, 0, 0)
        assert [it["coupon_id"] for it in house.coupons(stay.token, "unused")] == [coupon["coupon_id"]]
        assert doors.board()["301"]["order_no"] is None
        assert_balanced(house)


def test_a_run_without_time_goes_on_where_it_stopped(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    doors = Doors(house, (), units=99)
    order_nos = {doors.reserve(nights=1) for _ in range(30)}
    looks = count()
    target = "tests.integration.house.CONTEXT.get_remaining_time_in_millis"
    runs = 0
    while _audit(house, doors.hotel_id)["status"] != "done":
        # Time for one step a run: looking whether there is time comes before each hotel, date and step.
        turns = iter([9000] * 4)
        monkeypatch.setattr(target, lambda turns=turns: next(turns, 0))
        _run(house)
        runs += 1
        assert next(looks) < 20
    assert runs > 2
    found: list[str] = []
    path = f"/api/staff/hotels/{doors.hotel_id}/night-audit?date={TODAY}&limit=7"
    cursor = ""
    while cursor is not None:
        with clock_at(NOW + TURNED):
            page = house.send("GET", path + (f"&cursor={cursor}" if cursor else ""), token=house.admin).must(200)
        found += [it["order_no"] for it in page["items"]]
        cursor = page["next_cursor"]
    assert sorted(found) == sorted(order_nos), "each once"


def test_a_list_that_was_begun_before_the_day_turned_goes_on_in_its_date(house: House) -> None:
    doors = Doors(house, (), units=9)
    order_nos = [doors.reserve() for _ in range(3)]
    _run(house)
    path = f"/api/staff/hotels/{doors.hotel_id}/night-audit?limit=2"
    with clock_at(NOW + TURNED):
        first = house.send("GET", path, token=house.admin).must(200)
    with clock_at(NOW + 2 * TURNED):
        rest = house.send("GET", f"{path}&cursor={first['next_cursor']}", token=house.admin).must(200)
    assert (first["date"], rest["date"], rest["next_cursor"]) == (TODAY.isoformat(), TODAY.isoformat(), None)
    assert sorted(it["order_no"] for it in first["items"] + rest["items"]) == sorted(order_nos), "each once"


def test_one_hotel_whose_audit_fails_does_not_stop_the_others(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, fine = house.hotel()["hotel_id"], house.hotel()["hotel_id"]
    real = hotels.get_hotel

    def get_hotel(hotel_id: str) -> Any:
        if hotel_id == broken:
            raise RuntimeError("broken")
        return real(hotel_id)

    with monkeypatch.context() as patch:
        patch.setattr(hotels, "get_hotel", get_hotel)
        with pytest.raises(RuntimeError):
            _run(house)
    assert _audit(house, fine)["status"] == "done"
    assert _audit(house, broken)["status"] == "pending"
    assert _run(house) == 0, "left alone for a while"
    assert _run(house, TURNED + timedelta(minutes=20)) == 1


def test_a_day_that_turns_later_is_audited_later(house: House) -> None:
    hotel = house.hotel()
    path = f"/api/staff/hotels/{hotel['hotel_id']}"
    house.send("PUT", path, {**hotel, "day_turns_at": "11:00"}, house.admin).must(200)
    usual = datetime.fromisoformat(f"{TODAY + timedelta(days=1)}T06:30:00+08:00") - NOW
    assert _run(house, usual) == 0
    assert _run(house, usual + timedelta(hours=5)) == 1


def test_staff_see_the_audits_of_their_own_hotels(house: House) -> None:
    hotel, other = house.hotel(), house.hotel()
    own = house.token(Role.STAFF, hotel["hotel_id"])
    house.send("GET", f"/api/staff/hotels/{hotel['hotel_id']}/night-audit", token=own).must(200)
    house.send("GET", f"/api/staff/hotels/{other['hotel_id']}/night-audit", token=own).refused(404, "not_found")


@pytest.mark.long
def test_four_hundred_hotels_are_audited_in_one_run(house: House) -> None:
    hotels_there = 400
    for _ in range(hotels_there):
        house.hotel()
    ended: list[int] = []
    seen = counted(lambda: ended.append(_run(house)))
    assert (ended, _run(house)) == ([hotels_there], 0)
    assert seen.number_of_calls <= 16 * hotels_there, "the steps of a hotel are bounded"
