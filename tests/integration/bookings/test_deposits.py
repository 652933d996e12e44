"""A stay with a deposit, and one that is paid at the hotel: what is due, what is kept, and what goes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.integration.house import NOW, House
from tests.integration.ledgers import assert_balanced
from tests.integration.paid_stay import PaidStay
from tests.integration.planned_stay import AT_HOTEL, DEPOSIT, DUE_NOW, TOTAL, held_by, planned
from tests.support.clock import clock_at

ARRIVAL = NOW + timedelta(days=1)
LATE = ARRIVAL - timedelta(hours=1)
"""After the free hours of the room type (24) are over, on the day before the arrival's end."""
MISSED = ARRIVAL + timedelta(days=1)
LEAVING = ARRIVAL + timedelta(days=2)


@pytest.fixture
def deposit(house: House) -> PaidStay:
    return planned(house, DEPOSIT)


@pytest.fixture
def at_hotel(house: House) -> PaidStay:
    return planned(house, AT_HOTEL)


@contextmanager
def _at(stay: PaidStay, moment: datetime) -> Iterator[None]:
    """Another time, at which the guest has logged in again."""
    with clock_at(moment):
        stay.token = stay.house.guest()
        yield


def _status(stay: PaidStay) -> tuple[str, int, int]:
    booked = stay.booking
    return booked["status"], booked["paid"], booked["balance"]


# ---------------------------------------------------------------- with a deposit


def test_a_deposit_is_paid_and_the_rest_stays_on_the_folio(house: House, deposit: PaidStay) -> None:
    assert _status(deposit) == ("pending_payment", 0, TOTAL)
    assert deposit.open().must(201)["amount"] == DUE_NOW
    assert held_by(house) == [2]
    assert deposit.pay() == DUE_NOW
    assert _status(deposit) == ("paid", DUE_NOW, TOTAL - DUE_NOW)
    assert held_by(house) == [0]
    assert_balanced(house)


@pytest.mark.parametrize("arrived", [False, True])
def test_the_guest_pays_the_rest(house: House, deposit: PaidStay, *, arrived: bool) -> None:
    deposit.pay()
    with _at(deposit, ARRIVAL):
        if arrived:
            deposit.staff("check-in").must(200)
        assert deposit.pay() == TOTAL - DUE_NOW
        assert _status(deposit) == ("checked_in" if arrived else "paid", TOTAL, 0)
        deposit.open().refused(409, "not_payable")
        if not arrived:
            deposit.staff("check-in").must(200)
    with _at(deposit, LEAVING):
        deposit.leave()
        house.settle()
        assert _status(deposit) == ("finished", TOTAL, 0)
    assert_balanced(house)


def test_the_desk_takes_the_rest_before_the_guest_leaves(house: House, deposit: PaidStay) -> None:
    deposit.pay()
    with _at(deposit, ARRIVAL):
        deposit.staff("check-in").must(200)
    with _at(deposit, LEAVING):
        refused = deposit.staff("check-out").refused(409, "balance_due")
        assert refused["balance"] == TOTAL - DUE_NOW
        deposit.at_desk(TOTAL - DUE_NOW + 1).refused(409, "overpaid")
        deposit.at_desk(10_000).must(201)
        deposit.at_desk(TOTAL - DUE_NOW - 10_000, method="card").must(201)
        deposit.leave()
        house.settle()
        assert _status(deposit) == ("finished", TOTAL, 0)
        assert deposit.takings()["total"] == TOTAL - DUE_NOW
    assert_balanced(house)


def test_a_deposit_that_nobody_pays_ends_with_its_time(house: House, deposit: PaidStay) -> None:
    with _at(deposit, NOW + timedelta(minutes=32)):
        house.settle()
        house.drain("cancel_unpaid_booking")
        house.settle()
        assert deposit.status == "cancelled"
    assert held_by(house) == [0]
    assert_balanced(house)


def test_a_deposit_goes_back_while_cancelling_is_free(house: House) -> None:
    stay = planned(house, {**DEPOSIT, "free_cancel_hours": 1}, paid=True)
    stay.cancel().must(200)
    house.settle()
    assert (stay.at_wechat, stay.sums) == ([DUE_NOW], (0, 0, 0))
    assert_balanced(house)


KEPT = [
    # The fee and the deposit in basis points, and what the hotel keeps of 60000 if all, or the deposit, was paid.
    (1000, 3000, 18_000, 18_000),
    (8000, 3000, 48_000, 18_000),
    (0, 3000, 18_000, 18_000),
    (10_000, 5000, 60_000, 30_000),
]


@pytest.mark.parametrize("how", ["guest", "staff", "no_show"])
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(("fee", "part", "of_all", "of_part"), KEPT)
def test_what_is_kept_of_a_stay_that_will_not_be(
    house: House, how: str, fee: int, part: int, of_all: int, of_part: int, *, whole: bool
) -> None:
    stay = planned(house, {**DEPOSIT, "cancel_fee_bp": fee, "deposit_bp": part}, paid=True)
    paid = TOTAL * part // 10_000
    if whole:
        assert stay.pay() == TOTAL - paid
        paid = TOTAL
    kept = of_all if whole else of_part
    with _at(stay, MISSED if how == "no_show" else LATE):
        if how == "guest":
            stay.cancel().must(200)
        else:
            stay.staff(
                "no-show" if how == "no_show" else "cancellation", None if how == "no_show" else {"reason": "Ill"}
            )
        house.settle()
        assert stay.sums == (kept, kept, 0)
        assert sum(stay.at_wechat) == paid - kept
    assert_balanced(house)


@pytest.mark.parametrize("how", ["guest", "no_show"])
def test_a_plan_that_is_never_free_keeps_its_fee_at_once(house: House, how: str) -> None:
    plan = {"cancel_fee_bp": 10_000, "free_cancel_hours": None}
    stay = planned(house, plan, paid=True, begin=7)
    if how == "guest":
        stay.cancel().must(200)
    else:
        with clock_at(NOW + timedelta(days=8)):
            stay.staff("no-show").must(200)
    house.settle()
    stay.token = house.guest()
    assert (stay.sums, stay.at_wechat) == ((TOTAL, TOTAL, 0), [])
    assert_balanced(house)


def test_refunds_take_the_newest_payment_first_and_end_the_stay_only_with_the_last_of_it(
    house: House, deposit: PaidStay
) -> None:
    deposit.pay()
    deposit.pay()
    made = deposit.refund(50_000).must(202)["refunds"]
    assert [each["amount"] for each in made] == [42_000, 8_000]
    house.settle()
    assert _status(deposit) == ("paid", 10_000, 0)
    deposit.refund().must(202)
    for each in deposit.booking["refunds"]:
        deposit.tell(each["out_refund_no"])
    assert _status(deposit) == ("refunded", 0, 0)
    assert_balanced(house)


def test_a_deposit_that_staff_refund_ends_the_stay(house: House, deposit: PaidStay) -> None:
    deposit.pay()
    deposit.refund(DUE_NOW - 1).must(202)
    assert _status(deposit) == ("paid", 1, TOTAL - DUE_NOW)
    deposit.refund().must(202)
    for each in deposit.booking["refunds"]:
        deposit.tell(each["out_refund_no"])
    assert _status(deposit) == ("refunded", 0, 0)
    assert_balanced(house)


def test_money_of_both_payments_earns_points_and_is_told_to_wechat(house: House, deposit: PaidStay) -> None:
    deposit.pay()
    assert house.send("GET", "/api/me", token=deposit.token).must(200)["points"] == 180
    deposit.pay()
    assert house.send("GET", "/api/me", token=deposit.token).must(200)["points"] == 600
    paid_by = set(deposit.payment_ids)
    assert house.rows("shipping-information") == []
    with _at(deposit, ARRIVAL):
        deposit.staff("check-in").must(200)
        house.settle()
    assert {row["payment_id"]["S"] for row in house.rows("shipping-information")} == paid_by


def test_what_is_paid_after_the_arrival_is_told_to_wechat_at_once(house: House, deposit: PaidStay) -> None:
    deposit.pay()
    with _at(deposit, ARRIVAL):
        deposit.staff("check-in").must(200)
        house.settle()
        assert len(house.rows("shipping-information")) == 1
        deposit.pay()
    assert {row["payment_id"]["S"] for row in house.rows("shipping-information")} == set(deposit.payment_ids)


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (DEPOSIT, [("wait_for_payment", "¥180.00"), ("paid", "¥180.00")]),
        (AT_HOTEL, [("reserved", "¥600.00"), ("paid", "¥600.00")]),
    ],
)
def test_notices_tell_what_is_due_and_what_was_paid(
    house: House, plan: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    openid = house.codes()["openid"]
    stay = planned(house, plan)
    house.settle()
    stay.pay()
    sent = house.simulate("GET", f"/simulator/messages?openid={openid}")["items"]
    found = [each for each in sent if each["order_no"] == stay.order_no]
    amounts = (next(it["value"] for name, it in each["data"].items() if name.startswith("amount")) for each in found)
    assert list(zip((each["kind"] for each in found), amounts, strict=True)) == told


# ---------------------------------------------------------------- paid at the hotel


def test_a_stay_that_is_paid_at_the_hotel_is_reserved_and_held(house: House, at_hotel: PaidStay) -> None:
    assert _status(at_hotel) == ("reserved", 0, TOTAL)
    booked = at_hotel.booking
    assert (booked["due_now"], booked["due_later"], booked["expires_at"]) == (0, TOTAL, None)
    assert house.sold(at_hotel.room) == [0, 1, 1]
    assert held_by(house) == [2]
    with _at(at_hotel, NOW + timedelta(hours=20)):
        house.settle()
        house.drain("cancel_unpaid_booking")
        house.settle()
        assert at_hotel.status == "reserved"
    assert_balanced(house)


@pytest.mark.parametrize("mode", ["on_payment", "unlimited"])
def test_it_takes_its_nights_whatever_the_room_type_does(house: House, mode: str) -> None:
    stay = planned(house, AT_HOTEL, facts={"inventory_mode": mode})
    assert (stay.status, house.sold(stay.room)) == ("reserved", [0, 1, 1])
    stay.cancel().must(200)
    assert (house.sold(stay.room), held_by(house)) == ([0, 0, 0], [0])
    assert_balanced(house)


def test_the_guest_may_pay_it_before(house: House, at_hotel: PaidStay) -> None:
    assert at_hotel.pay() == TOTAL
    assert (_status(at_hotel), held_by(house)) == (("paid", TOTAL, 0), [0])
    assert_balanced(house)


def test_the_desk_takes_a_part_and_then_the_rest(house: House, at_hotel: PaidStay) -> None:
    first = at_hotel.at_desk(20_000).must(201)
    assert (_status(at_hotel), held_by(house)) == (("reserved", 20_000, 40_000), [2])
    at_hotel.reverse(first["desk_payment_id"]).must(200)
    assert (_status(at_hotel), held_by(house)) == (("reserved", 0, TOTAL), [2])
    at_hotel.at_desk(TOTAL).must(201)
    assert (_status(at_hotel), held_by(house)) == (("paid", TOTAL, 0), [0])
    assert_balanced(house)


def test_arriving_and_taking_it_back_count_what_is_held(house: House, at_hotel: PaidStay) -> None:
    with _at(at_hotel, ARRIVAL):
        at_hotel.staff("check-in").must(200)
        assert held_by(house) == [0]
        at_hotel.staff("check-in-reversal", {"reason": "Wrong guest"}).must(200)
        assert (at_hotel.status, held_by(house)) == ("reserved", [2])
        at_hotel.staff("check-in").must(200)
        at_hotel.at_desk(TOTAL).must(201)
        assert _status(at_hotel) == ("checked_in", TOTAL, 0)
    with _at(at_hotel, LEAVING):
        at_hotel.leave()
        house.settle()
        assert (at_hotel.status, held_by(house)) == ("finished", [0])
    assert_balanced(house)


@pytest.mark.parametrize("how", ["guest", "staff", "no_show"])
@pytest.mark.parametrize("paid", [0, 20_000])
def test_nothing_is_kept_that_was_not_paid(house: House, at_hotel: PaidStay, how: str, paid: int) -> None:
    if paid:
        at_hotel.at_desk(paid).must(201)
    with _at(at_hotel, MISSED if how == "no_show" else LATE):
        if how == "guest":
            at_hotel.cancel().must(200)
        elif how == "staff":
            at_hotel.staff("cancellation", {"reason": "Ill"}).must(200)
        else:
            at_hotel.staff("no-show").must(200)
        house.settle()
        assert (at_hotel.sums, held_by(house)) == ((paid, paid, 0), [0])
    assert house.sold(at_hotel.room, 4)[1:] == ([1, 0, 0] if how == "no_show" else [0, 0, 0])
    assert_balanced(house)


def test_changes_of_the_stay_change_what_is_held(house: House, at_hotel: PaidStay) -> None:
    def change(**wanted: Any) -> dict[str, Any]:
        made: dict[str, Any] = at_hotel.staff("changes", {**wanted, "reason": "Longer"}).must(200)
        return made

    longer = change(check_out=house.wish(at_hotel.room, begin=5)["check_in"], units=2)
    assert (longer["payable"], longer["due_now"], longer["due_later"]) == (240_000, 0, 240_000)
    assert held_by(house) == [8]
    change(check_out=house.wish(at_hotel.room, begin=2)["check_in"], units=1)
    assert held_by(house) == [1]
    at_hotel.at_desk(20_000).must(201)
    change(units=2)
    at_hotel.at_desk(20_000).must(201)
    assert (at_hotel.status, held_by(house)) == ("reserved", [2])
    paid = change(units=1)
    assert (paid["status"], held_by(house)) == ("paid", [0])
    assert_balanced(house)


def test_reserved_stays_of_a_guest_hold_90_room_nights_at_most(house: House) -> None:
    stay = planned(house, AT_HOTEL, facts={"units": 50})
    plan_id, token = stay.booking["rate_plan_id"], stay.token
    wish = house.wish(stay.room, nights=8, units=9, rate_plan_id=plan_id)
    house.book(token, wish, "second").must(201)
    refused = house.book(token, {**wish, "units": 3}, "third").refused(409, "too_many_held")
    assert (refused["at_most"], refused["wanted"]) == (90, 24)
    house.book(token, {**wish, "units": 2}, "fourth").must(201)
    assert held_by(house) == [90]
    # The desk is not bounded by it.
    later = house.wish(stay.room, begin=5)["check_in"]
    stay.staff("changes", {"check_out": later, "reason": "Longer"}).must(200)
    assert held_by(house) == [92]
    stay.cancel().must(200)
    assert held_by(house) == [88]
    assert_balanced(house)


def test_the_night_audit_makes_a_no_show_of_who_did_not_come(house: House) -> None:
    hotel = house.hotel(auto_no_show=True)
    stay = planned(house, AT_HOTEL, facts={"hotel_id": hotel["hotel_id"]})
    with _at(stay, MISSED + timedelta(hours=2)):
        house.settle()
        house.invoke("make_night_audits", {})
        house.settle()
        assert (stay.status, held_by(house)) == ("no_show", [0])
    assert_balanced(house)
