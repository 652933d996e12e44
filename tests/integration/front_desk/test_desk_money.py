"""Money at the desk: taken, taken back, given back, and what a day has brought."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from posthouse.domain.identity import Role
from tests.integration.conftest import Arrange
from tests.integration.costs import counted
from tests.integration.house import NOW, House
from tests.integration.ledgers import assert_balanced
from tests.integration.paid_stay import PRICE, PaidStay, reserved
from tests.support.clock import clock_at

ROOMS = 2 * PRICE
LATE: dict[str, Any] = {"free_cancel_hours": 72, "cancel_fee_bp": 2500}
"""A rule by which a stay that begins tomorrow costs a quarter of its price when it is cancelled: 15000 fen."""


def _items(found: dict[str, Any]) -> list[tuple[str, int, int, int]]:
    return [(it["method"], it["taken"], it["given_back"], it["count"]) for it in found["items"]]


# ---------------------------------------------------------------- taken


def test_a_reserved_stay_is_paid_at_the_desk(house: House) -> None:
    stay = reserved(house, begin=0)
    first = stay.at_desk(20_000, key="k", reference="Receipt 17").must(201)
    assert (first["method"], first["amount"], first["reference"], first["by"]) == (
        "cash",
        20_000,
        "Receipt 17",
        "admin",
    )
    assert (stay.status, stay.sums) == ("reserved", (ROOMS, 20_000, 40_000))
    assert stay.at_desk(20_000, key="k", reference="Receipt 17").must(201) == first
    stay.at_desk(20_000, key="k").refused(422, "idempotency_key_reused")
    refused = stay.at_desk(40_001).refused(409, "overpaid")
    assert (refused["asked"], refused["balance"]) == (40_001, 40_000)
    stay.at_desk(40_000, "card").must(201)
    assert (stay.status, stay.sums) == ("paid", (ROOMS, ROOMS, 0))
    lines = [line for line in stay.folio["lines"] if line["kind"] == "payment"]
    assert [(it["method"], it["amount"], it["reference"]) for it in lines] == [
        ("cash", -20_000, "Receipt 17"),
        ("card", -40_000, None),
    ]
    assert lines[0]["number"] == first["desk_payment_id"]
    stay.at_desk(1).refused(409, "overpaid")
    assert _items(stay.takings()) == [("card", 40_000, 0, 1), ("cash", 20_000, 0, 1)]
    assert [row["action"]["S"] for row in house.rows("audit") if "desk" in row["action"]["S"]] == [
        "take_desk_payment",
        "take_desk_payment",
    ]
    house.settle()
    assert_balanced(house)


def test_the_desk_takes_what_is_owed_before_in_and_after_the_house(house: House) -> None:
    stay = PaidStay(house, begin=0)
    stay.charge("extra", 3000).must(201)
    assert stay.at_desk(1000).must(201)["amount"] == 1000
    assert stay.open().must(201)["amount"] == 2000, "the guest may pay the rest online"
    stay.staff("check-in").must(200)
    stay.at_desk(2000, "transfer").must(201)
    assert (stay.status, stay.sums) == ("checked_in", (63_000, 63_000, 0))
    stay.charge("fee", 500).must(201)
    assert stay.leave("The company pays")["outcome"] == "finished"
    stay.at_desk(501, "other").refused(409, "overpaid")
    stay.at_desk(500, "other").must(201)
    stay.at_desk(1, "other").refused(409, "overpaid")
    assert (stay.status, stay.sums) == ("finished", (63_500, 63_500, 0))
    house.settle()
    assert_balanced(house)


def test_the_desk_takes_nothing_for_a_stay_that_is_not_kept(house: House) -> None:
    unpaid = PaidStay(house, paid=False)
    assert unpaid.at_desk(ROOMS).refused(409, "not_payable")["code"] == "not_payable"
    unpaid.cancel().must(200)
    unpaid.at_desk(1).refused(409, "not_payable")
    stay = PaidStay(house, token=house.guest("13900000002"))
    stay.charge().must(201)
    for wrong, field in (
        ({"method": "wechat"}, "method"),
        ({"amount": 0}, "amount"),
        ({"amount": -5}, "amount"),
        ({"reference": ""}, "reference"),
    ):
        body: dict[str, Any] = {"method": "cash", "amount": 100, **wrong}
        refused = stay.at_desk(**body).refused(422, "invalid_request")
        assert [it["field"] for it in refused["errors"]] == [field], wrong
    path = f"/api/staff/orders/{stay.order_no}/desk-payments"
    body = {"method": "cash", "amount": 100}
    house.send("POST", path, body, house.admin).refused(422, "idempotency_key_required")
    stranger = house.token(Role.STAFF, "H-other")
    house.send("POST", path, body, stranger, Idempotency_Key="s").refused(404, "not_found")
    house.send("POST", path.replace(stay.order_no, "S-1"), body, house.admin, Idempotency_Key="t").refused(
        404, "not_found"
    )
    house.settle()
    assert_balanced(house)


def test_money_online_for_what_the_desk_took_goes_back_once(house: House) -> None:
    stay = PaidStay(house)
    stay.charge("extra", 10_000).must(201)
    opened = stay.open().must(201)
    stay.at_desk(7000).must(201)
    stay.play(opened, deliveries=2)
    house.settle()
    assert (stay.sums, stay.at_wechat) == ((70_000, 70_000, 0), [7000])
    assert_balanced(house)


def test_two_desks_at_once_take_no_more_than_is_owed(house: House, before_commit: Arrange) -> None:
    stay = reserved(house)
    before_commit(lambda: stay.at_desk(50_000, "card").must(201))
    stay.at_desk(10_001).refused(409, "overpaid")
    before_commit(lambda: stay.at_desk(4000, "card").must(201))
    stay.at_desk(6000).must(201)
    assert (stay.status, stay.sums) == ("paid", (ROOMS, ROOMS, 0))
    assert_balanced(house)


# ---------------------------------------------------------------- taken back


def test_a_payment_that_was_none_is_taken_back_once_and_on_its_day(house: House) -> None:
    stay = reserved(house)
    made = stay.at_desk(ROOMS, "card").must(201)
    number = made["desk_payment_id"]
    with clock_at(NOW + timedelta(days=1)):
        day = stay.takings()["date"]
        back = stay.reverse(number, key="r").must(200)
        assert (back["desk_payment_id"], back["amount"], back["method"]) == (number, ROOMS, "card")
        assert stay.reverse(number, key="r").must(200) == back
        stay.reverse(number).refused(409, "already_reversed")
        stay.reverse("01K").refused(404, "not_found")
        stay.token = house.guest()
        assert (stay.status, stay.sums) == ("paid", (ROOMS, 0, ROOMS)), "money takes no state back"
        assert stay.added == [("payment", -ROOMS), ("payment", ROOMS)]
        assert _items(stay.takings()) == [("card", 0, ROOMS, 1)]
        before = stay.takings(str((NOW + timedelta(hours=8)).date()))
        assert (before["closed"], _items(before)) == (True, [("card", ROOMS, 0, 1)])
        assert (stay.takings(day)["closed"], stay.takings(day)["total"]) == (False, -ROOMS)
        again = stay.at_desk(100).must(201)
        stay.back_at_desk(50).must(201)
        refused = stay.reverse(again["desk_payment_id"]).refused(409, "refund_exceeds_payment")
        assert (refused["asked"], refused["refundable"]) == (100, 50)
        house.settle()
        assert_balanced(house)


def test_only_a_payment_is_taken_back(house: House) -> None:
    stay = PaidStay(house)
    fee = stay.charge().must(201)["line_id"]
    made = stay.at_desk(1000).must(201)["desk_payment_id"]
    refund = stay.back_at_desk(400).must(201)["desk_refund_id"]
    online = next(line["line_id"] for line in stay.folio["lines"] if line["method"] == "wechat")
    for number in (fee, refund, online, f"{made}-reversal"):
        stay.reverse(number).refused(404, "not_found")
    assert_balanced(house)


def test_the_same_payment_is_taken_back_once_by_two_at_once(house: House, before_commit: Arrange) -> None:
    stay = reserved(house)
    number = stay.at_desk(1000).must(201)["desk_payment_id"]
    stay.at_desk(5000).must(201)
    before_commit(lambda: stay.reverse(number).must(200))
    stay.reverse(number).refused(409, "already_reversed")
    assert stay.sums == (ROOMS, 5000, 55_000)
    assert_balanced(house)


# ---------------------------------------------------------------- given back


def test_what_the_desk_gives_back_lowers_the_charges_or_pays_a_credit(house: House) -> None:
    stay = PaidStay(house)
    stay.charge("extra", 10_000).must(201)
    stay.at_desk(10_000).must(201)
    made = stay.back_at_desk(3000, "card", key="b").must(201)
    assert stay.back_at_desk(3000, "card", key="b").must(201) == made
    assert (made["method"], made["amount"], made["reason"], made["by"]) == ("card", 3000, "Noise", "admin")
    stay.back_at_desk(3001, "card", key="b").refused(422, "idempotency_key_reused")
    assert stay.added[-2:] == [("adjustment", -3000), ("refund", 3000)]
    assert stay.sums == (67_000, 67_000, 0)
    refused = stay.back_at_desk(7001).refused(409, "refund_exceeds_payment")
    assert (refused["asked"], refused["refundable"]) == (7001, 7000)
    stay.charge("adjustment", -5000).must(201)
    assert stay.back_at_desk(5001, from_credit=True).refused(409, "refund_exceeds_payment")["refundable"] == 5000
    stay.back_at_desk(5000, from_credit=True).must(201)
    assert (stay.added[-1], stay.sums) == (("refund", 5000), (62_000, 62_000, 0))
    # What WeChat has goes back through WeChat only; what is left at the desk keeps the stay.
    assert stay.refund().must(202)["amount"] == ROOMS
    assert (stay.status, stay.sums) == ("paid", (2000, 2000, 0))
    assert _items(stay.takings()) == [("card", 0, 3000, 1), ("cash", 10_000, 5000, 2)]
    stay.back_at_desk(2000).must(201)
    assert (stay.status, stay.sums) == ("cancelled", (0, 0, 0))
    assert house.sold(stay.room, 3) == [0, 0, 0]
    house.settle()
    assert_balanced(house)


def test_a_stay_that_was_paid_online_goes_on_when_the_desk_gives_all_of_its_part_back(house: House) -> None:
    stay = PaidStay(house)
    stay.charge("extra", 10_000).must(201)
    stay.at_desk(10_000).must(201)
    stay.back_at_desk(10_000).must(201)
    assert (stay.status, stay.sums) == ("paid", (ROOMS, ROOMS, 0))
    assert_balanced(house)


def test_a_stay_in_the_house_goes_on_when_all_is_given_back(house: House) -> None:
    stay = reserved(house, begin=0)
    stay.at_desk(ROOMS).must(201)
    stay.staff("check-in").must(200)
    stay.back_at_desk(ROOMS).must(201)
    assert (stay.status, stay.sums) == ("checked_in", (0, 0, 0))
    assert stay.leave()["given_back"] is True
    house.settle()
    assert_balanced(house)


@pytest.mark.parametrize("end", ["cancel", "no-show"])
@pytest.mark.parametrize("online", [False, True])
def test_what_only_the_desk_can_give_back_is_a_credit_until_it_does(house: House, end: str, *, online: bool) -> None:
    stay = reserved(house, begin=0 if end == "no-show" else 1, **LATE)
    stay.at_desk(40_000).must(201)
    if online:
        assert stay.pay() == 20_000
    else:
        stay.at_desk(20_000, "card").must(201)
    assert stay.status == "paid"
    with clock_at(NOW + timedelta(days=end == "no-show")):
        stay.token = house.guest()
        ended = stay.cancel() if end == "cancel" else stay.staff("no-show")
        expected = "no_show" if end == "no-show" else "refunding" if online else "cancelled"
        assert ended.must(200)["status"] == expected
        back, fee = (20_000 if online else 0), 15_000
        assert stay.sums == (fee, ROOMS - back, fee - ROOMS + back)
        house.settle()
        assert_balanced(house)
        # The charges of a stay that has ended are not lowered: its credit is paid out.
        stay.back_at_desk(ROOMS - back - fee).must(201)
        assert stay.sums == (fee, fee, 0)
        assert [kind for kind, _ in stay.added].count("adjustment") == 0
        # Staff may waive a part of the fee.
        stay.back_at_desk(5000).must(201)
        assert stay.sums == (10_000, 10_000, 0)
        stay.back_at_desk(10_001).refused(409, "refund_exceeds_payment")
        for refund in stay.booking["refunds"]:
            stay.tell(refund["out_refund_no"])
        assert stay.status == ("refunded" if expected == "refunding" else expected)
        house.settle()
        assert_balanced(house)


def test_what_ends_a_stay_at_the_desk_gives_back_the_coupon_and_closes_the_open_payment(house: House) -> None:
    house.template()
    token = house.guest()
    house.settle()
    [coupon] = house.coupons(token)
    stay = PaidStay(house, token=token, coupon_id=coupon["coupon_id"])
    stay.charge("extra", 1000).must(201)
    stay.at_desk(1000, "card").must(201)
    stay.tell(stay.refund().must(202)["out_refund_no"])
    assert (stay.status, stay.sums) == ("paid", (1000, 1000, 0))
    stay.charge("fee", 500).must(201)
    opened = stay.open().must(201)
    stay.back_at_desk(1000, "card").must(201)
    assert (stay.status, stay.sums) == ("cancelled", (0, 0, 0))
    assert stay.payment(opened["payment_id"]) == "closed"
    assert [it["coupon_id"] for it in house.coupons(token, "unused")] == [coupon["coupon_id"]]
    house.settle()
    assert_balanced(house)


def test_a_refund_that_failed_is_no_credit_that_the_desk_pays(house: House) -> None:
    stay = PaidStay(house)
    stay.charge("extra", 10_000).must(201)
    stay.at_desk(10_000).must(201)
    number = stay.refund(20_000).must(202)["out_refund_no"]
    stay.tell(number, "closed")
    assert stay.sums == (50_000, 70_000, -20_000)
    assert stay.back_at_desk(1, from_credit=True).refused(409, "refund_exceeds_payment")["refundable"] == 0
    again = stay.retry(number).must(202)["out_refund_no"]
    stay.tell(again)
    assert stay.sums == (50_000, 50_000, 0)
    assert_balanced(house)


def test_two_desks_at_once_give_no_more_back_than_was_taken(house: House, before_commit: Arrange) -> None:
    stay = reserved(house)
    number = stay.at_desk(ROOMS).must(201)["desk_payment_id"]
    before_commit(lambda: stay.back_at_desk(50_000).must(201))
    assert stay.back_at_desk(10_001).refused(409, "refund_exceeds_payment")["refundable"] == 10_000
    before_commit(lambda: stay.back_at_desk(1).must(201))
    stay.reverse(number).refused(409, "refund_exceeds_payment")
    before_commit(lambda: stay.charge("fee", 500).must(201))
    stay.back_at_desk(9999).must(201)
    assert (stay.status, stay.sums) == ("cancelled", (0, 0, 0)), "nothing of any kind stays paid"
    assert_balanced(house)


def test_staff_see_in_a_booking_what_the_desk_can_give_back_and_the_guest_does_not(house: House) -> None:
    stay = PaidStay(house)
    stay.charge("extra", 10_000).must(201)
    stay.at_desk(10_000).must(201)
    stay.back_at_desk(3000).must(201)
    one = f"/api/staff/bookings/{stay.order_no}"
    assert house.send("GET", one, token=house.admin).must(200)["desk"] == 7000
    listed = house.send("GET", f"/api/staff/bookings?order_no={stay.order_no}", token=house.admin).must(200)["items"]
    assert [(it["desk"], it["phone_number"]) for it in listed] == [(7000, "138****8000")]
    mine = house.send("GET", "/api/bookings", token=stay.token).must(200)["items"]
    assert [("desk" in it, it["phone_number"]) for it in [*mine, stay.booking]] == [
        (False, "138****8000"),
        (False, "13800138000"),
    ]
    assert stay.back_at_desk(7001).refused(409, "refund_exceeds_payment")["refundable"] == 7000


# ---------------------------------------------------------------- a day


def test_the_takings_of_a_day_are_of_the_hotels_clock_and_of_who_took_them(house: House) -> None:
    stay = reserved(house)
    hotel_id = stay.room["hotel_id"]
    for name, amount, method in (("ann", 1000, "cash"), ("bob", 2000, "cash"), ("ann", 4000, "cash")):
        token = house.token(Role.STAFF, hotel_id, subject=name)
        body = {"method": method, "amount": amount}
        path = f"/api/staff/orders/{stay.order_no}/desk-payments"
        house.send("POST", path, body, token, Idempotency_Key=str(amount)).must(201)
    found = stay.takings()
    assert [(it["username"], it["taken"], it["count"]) for it in found["items"]] == [("ann", 5000, 2), ("bob", 2000, 1)]
    assert (found["total"], found["closed"], found["hotel_id"]) == (7000, False, hotel_id)
    assert found["date"] == "2026-11-21"
    # 05:00 in Chengdu is still the day before; 06:00 is not.
    early = NOW.replace(hour=21, minute=0)
    for moment, day in ((early, "2026-11-21"), (early + timedelta(hours=1), "2026-11-22")):
        with clock_at(moment):
            assert (stay.takings()["date"], stay.takings("2026-11-21")["closed"]) == (day, day != "2026-11-21")
    assert stay.takings("2026-11-20") == {
        "hotel_id": hotel_id,
        "date": "2026-11-20",
        "items": [],
        "next_cursor": None,
        "total": 0,
        "closed": True,
    }
    path = f"/api/staff/takings?hotel_id={hotel_id}"
    house.send("GET", path, token=house.token(Role.STAFF, "H-other")).refused(404, "not_found")
    house.send("GET", "/api/staff/takings", token=house.admin).refused(422, "invalid_request")
    house.send("GET", f"{path}&date=today", token=house.admin).refused(422, "invalid_request")
    assert_balanced(house)


def test_money_counts_on_the_hotels_business_date_as_its_clock_is_now(house: House) -> None:
    stay = reserved(house)
    half_past_five = NOW.replace(hour=21, minute=30)
    taken = {0: 100, 1: 200}
    for hours, amount in taken.items():
        with clock_at(half_past_five + timedelta(hours=hours)):
            stay.at_desk(amount).must(201)
    assert [stay.takings(day)["total"] for day in ("2026-11-21", "2026-11-22")] == [100, 200]
    assert_balanced(house)
    [hotel] = house.send("GET", "/api/staff/hotels", token=house.admin).must(200)["items"]
    path = f"/api/staff/hotels/{hotel['hotel_id']}"
    names = ("name", "city", "address", "phone", "latitude", "longitude", "version")
    facts = {name: hotel[name] for name in names}
    house.send("PUT", path, {**facts, "day_turns_at": "05:00"}, house.admin).must(200)
    with clock_at(half_past_five):
        assert stay.booking["day_turns_at"] == "06:00"
        stay.at_desk(1000).must(201)
    assert [stay.takings(day)["total"] for day in ("2026-11-21", "2026-11-22")] == [100, 1200]


def test_a_day_of_many_payments_is_read_as_cheaply_as_one_of_few(house: House) -> None:
    stay = reserved(house)
    stay.at_desk(1).must(201)
    stay.at_desk(1, "card").must(201)
    few = counted(stay.takings)
    for _ in range(30):
        stay.at_desk(1).must(201)
    many = counted(stay.takings)
    assert (many.calls, many.read_units, many.items_read) == (few.calls, few.read_units, few.items_read)
    assert [it["count"] for it in stay.takings()["items"]] == [1, 31]
    payment = counted(lambda: stay.at_desk(1).must(201))
    assert payment.calls_of("create_desk_payment") == {"GetItem": 3, "TransactWriteItems": 1}
