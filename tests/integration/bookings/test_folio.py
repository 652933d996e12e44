"""The folio of a stay: every line of it, what it sums to, what may be paid for it and what goes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from posthouse.domain.identity import Role
from posthouse.store.transaction import Transaction
from tests.integration.house import NOW, House
from tests.integration.ledgers import assert_balanced
from tests.integration.paid_stay import PRICE, PaidStay, reserved
from tests.support.clock import clock_at

LATE: dict[str, Any] = {"free_cancel_hours": 72, "cancel_fee_bp": 2500}
"""A rule by which a stay that begins tomorrow costs a quarter of its price when it is cancelled: 15000 fen."""

ROOMS = 2 * PRICE


def extra_of(house: House, room: dict[str, Any], **more: Any) -> dict[str, Any]:
    facts = {"name": "早餐 Breakfast", "price": 1500, "per": "guest_night", **more}
    made: dict[str, Any] = house.send("POST", f"/api/staff/hotels/{room['hotel_id']}/extras", facts, house.admin).must(
        201
    )
    return made


# ---------------------------------------------------------------- what was booked


@pytest.mark.parametrize(("rate", "tax"), [(600, 3396), (0, 0), (None, None)])
def test_a_folio_tells_the_tax_that_its_charges_contain(house: House, rate: int | None, tax: int | None) -> None:
    """6 % of the amount without it; a hotel that tells no rate has none on its folios."""
    hotel = house.hotel(**({} if rate is None else {"tax_rate_bp": rate}))
    stay = PaidStay(house, room=house.room(price=PRICE, hotel_id=hotel["hotel_id"]))
    for path, token in (("/api/staff", house.admin), ("/api", stay.token)):
        folio = house.send("GET", f"{path}/bookings/{stay.order_no}/folio", token=token).must(200)
        assert (folio["charges"], folio["tax_rate_bp"], folio["tax"]) == (60_000, rate, tax)


def test_a_folio_has_all_that_was_booked_and_what_was_paid(house: House) -> None:
    house.template()
    token = house.guest()
    house.settle()
    [coupon] = house.coupons(token)
    room = house.room(price=PRICE, included_adults=1, extra_adult_price=4000)
    extra = extra_of(house, room)
    chosen = [{"extra_id": extra["extra_id"], "quantity": 1}]
    coupon_id = coupon["coupon_id"]
    stay = PaidStay(house, token=token, room=room, paid=False, adults=2, extras=chosen, coupon_id=coupon_id)
    booked = [("room", PRICE), ("room", PRICE), ("room", 8000), ("extra", 6000), ("discount", -2000)]
    assert (stay.lines, stay.sums) == (booked, (72_000, 0, 72_000))
    assert stay.pay() == 72_000
    assert (stay.lines, stay.sums) == ([*booked, ("payment", -72_000)], (72_000, 72_000, 0))
    folio = stay.folio
    assert [line["date"] for line in folio["lines"][:3]] == ["2026-11-22", "2026-11-23", None]
    assert [line["description"] for line in folio["lines"]][2:5] == ["extra guests", extra["name"], "coupon"]
    last = folio["lines"][-1]
    assert (last["method"], last["number"], last["by"]) == (
        "wechat",
        stay.payment_ids[0],
        house.rows("bookings")[0]["user_id"]["S"],
    )
    assert len({line["line_id"] for line in folio["lines"]}) == len(folio["lines"])
    path = f"/api/staff/bookings/{stay.order_no}"
    assert house.send("GET", path, token=house.admin).must(200)["folio_balance"] == 0
    for who, where in (
        (house.guest("13900000002"), f"/api/bookings/{stay.order_no}"),
        (house.token(Role.STAFF, "H-1"), path),
    ):
        house.send("GET", f"{where}/folio", token=who).refused(404, "not_found")
    assert_balanced(house)


# ---------------------------------------------------------------- cancel and no-show


@pytest.mark.parametrize(
    ("begin", "fee", "status"), [(5, 0, "refunding"), (1, 15_000, "refunding"), (1, ROOMS, "cancelled")]
)
def test_a_cancel_undoes_the_charges_and_charges_its_fee(house: House, begin: int, fee: int, status: str) -> None:
    stay = PaidStay(house, begin=begin, free_cancel_hours=72, cancel_fee_bp=10_000 if fee == ROOMS else 2500)
    stay.charge("extra", 5000).must(201)
    assert stay.cancel().must(200)["status"] == status
    back = [("refund", ROOMS - fee)] if fee < ROOMS else []
    kept = [("fee", fee)] if fee else []
    undone = ("change", -ROOMS - 5000)
    assert stay.added == [("payment", -ROOMS), ("extra", 5000), undone, *back, *kept]
    assert stay.sums == (fee, fee, 0)
    stay.charge().refused(409, "folio_closed")
    stay.open().refused(409, "not_payable")
    house.settle()
    assert_balanced(house)


def test_a_no_show_keeps_its_fee_and_the_rest_goes_back(house: House) -> None:
    stay = PaidStay(house, begin=0, free_cancel_hours=0, cancel_fee_bp=3333)
    kept = 19_998
    with clock_at(NOW + timedelta(days=1)):
        assert stay.staff("no-show").must(200)["status"] == "no_show"
        stay.token = house.guest()
        assert stay.added == [("payment", -ROOMS), ("change", -ROOMS), ("refund", ROOMS - kept), ("fee", kept)]
        assert (stay.sums, stay.refunds) == ((kept, kept, 0), [(ROOMS - kept, "requested")])
        house.settle()
        [number] = [refund["out_refund_no"] for refund in stay.booking["refunds"]]
        stay.tell(number)
        assert (stay.status, stay.refunds) == ("no_show", [(ROOMS - kept, "succeeded")])
        # What it cost beside is charged then, and staff may give a part of the fee back.
        stay.charge("fee", 500).must(201)
        stay.refund(998).must(202)
        assert stay.sums == (kept - 498, kept - 998, 500)
        house.settle()
        assert_balanced(house)


# ---------------------------------------------------------------- refunds by staff


def test_a_refund_by_staff_lowers_the_charges_and_the_whole_ends_the_stay(house: House) -> None:
    stay = PaidStay(house)
    stay.refund(20_000).must(202)
    assert stay.added == [("payment", -ROOMS), ("adjustment", -20_000), ("refund", 20_000)]
    assert (stay.status, stay.sums) == ("paid", (40_000, 40_000, 0))
    asked = stay.refund().must(202)
    assert asked["amount"] == 40_000
    assert (stay.status, stay.sums) == ("refunding", (0, 0, 0))
    assert stay.added[3:] == [("adjustment", -40_000), ("refund", 40_000)]
    house.settle()
    for refund in stay.booking["refunds"]:
        stay.tell(refund["out_refund_no"])
    assert stay.status == "refunded"
    assert_balanced(house)


def test_a_refund_that_fails_writes_its_opposite_until_it_is_paid(house: House) -> None:
    stay = PaidStay(house)
    number = stay.refund(20_000).must(202)["out_refund_no"]
    stay.tell(number, "closed")
    assert stay.sums == (40_000, 60_000, -20_000)
    assert stay.added[2:] == [("refund", 20_000), ("refund", -20_000)]
    assert_balanced(house)
    again = stay.retry(number).must(202)["out_refund_no"]
    assert (stay.sums, stay.added[4:]) == ((40_000, 40_000, 0), [("refund", 20_000)])
    stay.tell(again)
    # One that arrives although it had failed takes its money again.
    late = stay.refund(5000).must(202)["out_refund_no"]
    stay.tell(late, "closed")
    assert stay.sums == (35_000, 40_000, -5000)
    stay.tell(late)
    assert (stay.sums, stay.booking["refund_owed"]) == ((35_000, 35_000, 0), 0)
    # What pays a refund that failed lowers no charge a second time.
    failed = stay.refund(1000).must(202)["out_refund_no"]
    stay.tell(failed, "closed")
    stay.refund(3000).must(202)
    assert stay.added[-2:] == [("adjustment", -2000), ("refund", 3000)]
    assert stay.sums == (32_000, 32_000, 0)
    house.settle()
    assert_balanced(house)


def test_a_credit_is_paid_out_without_lowering_a_charge(house: House) -> None:
    stay = PaidStay(house)
    refused = stay.refund(1, from_credit=True).refused(409, "refund_exceeds_payment")
    assert (refused["asked"], refused["refundable"]) == (1, 0)
    stay.charge("adjustment", -5000).must(201)
    assert stay.sums == (55_000, 60_000, -5000)
    assert stay.refund(5001, from_credit=True).refused(409, "refund_exceeds_payment")["refundable"] == 5000
    first = stay.refund(2000, from_credit=True, key="out").must(202)
    assert stay.refund(2000, from_credit=True, key="out").must(202) == first
    stay.refund(2000, key="out").refused(422, "idempotency_key_reused")
    assert stay.refund(from_credit=True).must(202)["amount"] == 3000
    assert stay.added[2:] == [("refund", 2000), ("refund", 3000)]
    assert (stay.status, stay.sums) == ("paid", (55_000, 55_000, 0))
    house.settle()
    assert_balanced(house)


def test_a_credit_that_is_the_whole_price_ends_no_stay(house: House) -> None:
    """The desk makes a stay free and pays out what was paid: the guest keeps the room."""
    stay = PaidStay(house)
    stay.charge("adjustment", -ROOMS).must(201)
    assert stay.refund(from_credit=True).must(202)["amount"] == ROOMS
    assert (stay.status, stay.sums, house.sold(stay.room, 3)) == ("paid", (0, 0, 0), [0, 1, 1])
    free = PaidStay(house, begin=3, paid=False, token=house.guest("13900000003"), room=stay.room)
    free.cancel().must(200)
    house.settle()
    assert_balanced(house)


def test_a_coupon_goes_back_where_the_hotel_keeps_nothing(house: House) -> None:
    """A coupon paid it all, so the fee is a part of nothing; and a reserved stay of which nothing was paid."""
    house.template(amount=ROOMS)
    token = house.guest()
    house.settle()
    [coupon] = house.coupons(token)
    stay = PaidStay(house, paid=False, token=token, coupon_id=coupon["coupon_id"], **LATE)
    assert (stay.status, house.coupons(token, "unused")) == ("paid", [])
    stay.refund(from_credit=True).refused(409, "refund_exceeds_payment")
    assert stay.cancel().must(200)["status"] == "cancelled"
    assert [it["coupon_id"] for it in house.coupons(token, "unused")] == [coupon["coupon_id"]]
    house.settle()
    assert_balanced(house)


def test_a_no_show_without_a_fee_gives_back_money_coupon_and_what_was_owed(house: House) -> None:
    house.template()
    token = house.guest()
    house.settle()
    [coupon] = house.coupons(token)
    stay = PaidStay(house, begin=0, token=token, coupon_id=coupon["coupon_id"])
    paid = stay.sums[1]
    stay.tell(stay.refund(5000).must(202)["out_refund_no"], "closed")
    assert stay.sums == (paid - 5000, paid, -5000)
    with clock_at(NOW + timedelta(days=1)):
        stay.token = house.guest()
        assert stay.staff("no-show").must(200)["status"] == "no_show"
        house.settle()
        assert (stay.sums, stay.at_wechat) == ((0, 0, 0), [5000, paid])
        assert [it["coupon_id"] for it in house.coupons(stay.token, "unused")] == [coupon["coupon_id"]]
        assert_balanced(house)


def test_a_payment_that_is_closed_at_wechat_is_never_handed_out_again(house: House) -> None:
    """Another one is to take its place, and the process dies before that is written."""
    stay = PaidStay(house)
    stay.charge("fee", 500).must(201)
    first = stay.open().must(201)
    stay.charge("fee", 300).must(201)

    def dies(transaction: Transaction) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transaction, "commit", dies)
        with pytest.raises(KeyboardInterrupt):
            stay.open()
    stay.charge("adjustment", -300).must(201)
    again = stay.open().must(201)
    assert (again["amount"], again["payment_id"] != first["payment_id"]) == (500, True)
    stay.play(again)
    house.settle()
    assert stay.sums == (ROOMS + 500, ROOMS + 500, 0)
    assert_balanced(house)


def test_a_payment_of_the_balance_that_nobody_pays_in_time_is_closed_and_asked_about_no_more(house: House) -> None:
    stay = PaidStay(house)
    stay.charge("fee", 500).must(201)
    opened = stay.open().must(201)

    def kept() -> tuple[str, bool]:
        [row] = [row for row in house.rows("payments") if row["payment_id"]["S"] == opened["payment_id"]]
        return row["status"]["S"], "due_at" in row

    seen = []
    for minutes in (20, 35, 50):
        with clock_at(NOW + timedelta(minutes=minutes)):
            house.invoke("reconcile_open", {})
            seen.append(kept())
    assert seen == [("created", True), ("closed", True), ("closed", False)]
    assert (stay.status, stay.sums) == ("paid", (ROOMS + 500, ROOMS, 500))
    assert_balanced(house)


def test_a_no_show_closes_the_payment_that_is_open_for_its_balance(house: House) -> None:
    stay = PaidStay(house, begin=0)
    stay.charge("fee", 500).must(201)
    opened = stay.open().must(201)
    with clock_at(NOW + timedelta(days=1)):
        stay.token = house.guest()
        stay.staff("no-show").must(200)
        house.settle()
        trades = house.simulate("GET", f"/simulator/payments?order_no={stay.order_no}")["items"]
        states = {trade["out_trade_no"]: trade["trade_state"] for trade in trades}
        assert states[opened["payment_id"]] == "CLOSED"
        assert stay.sums == (0, 0, 0)
    assert_balanced(house)


def test_a_reserved_stay_whose_price_was_lowered_is_paid_when_nothing_is_owed(house: House) -> None:
    stay = reserved(house)
    stay.charge("adjustment", -10_000).must(201)
    assert stay.pay() == 50_000
    assert (stay.status, stay.sums) == ("paid", (50_000, 50_000, 0))
    assert_balanced(house)


def test_refunds_take_the_newest_payment_first(house: House) -> None:
    stay = PaidStay(house)
    for amount in (4000, 7000):
        stay.charge("extra", amount).must(201)
        assert stay.pay() == amount
    first, second, third = stay.payment_ids
    assert stay.sums == (71_000, 71_000, 0)
    asked = stay.refund(9000, key="r").must(202)
    parts = [(part["payment_id"], part["amount"]) for part in asked["refunds"]]
    assert parts == [(third, 7000), (second, 2000)]
    assert (asked["payment_id"], asked["amount"]) == (third, 7000)
    assert stay.refund(9000, key="r").must(202) == asked
    assert stay.added[-3:] == [("adjustment", -9000), ("refund", 7000), ("refund", 2000)]
    assert (stay.status, stay.sums) == ("paid", (62_000, 62_000, 0))
    assert stay.refund(62_001).refused(409, "refund_exceeds_payment")["refundable"] == 62_000
    rest = stay.refund().must(202)["refunds"]
    assert [(part["payment_id"], part["amount"]) for part in rest] == [(second, 2000), (first, 60_000)]
    house.settle()
    numbers = [refund["out_refund_no"] for refund in stay.booking["refunds"]]
    for number in numbers:
        assert stay.status == "refunding", "it waits for all of its payments"
        stay.tell(number)
    assert (stay.status, stay.sums) == ("refunded", (0, 0, 0))
    assert_balanced(house)


@pytest.mark.parametrize("how", ["refund", "cancel"])
def test_what_an_older_payment_still_owes_is_paid_by_that_payment(house: House, how: str) -> None:
    """A refund of the first payment failed; then a second payment came, from which refunds take first."""
    stay = PaidStay(house, begin=1, free_cancel_hours=72, cancel_fee_bp=10_000)
    number = stay.refund(10_000).must(202)["out_refund_no"]
    stay.tell(number, "closed")
    stay.charge("extra", 50_000).must(201)
    assert stay.pay() == 40_000, "the credit counts"
    if how == "refund":
        stay.refund(10_000).must(202)
    else:
        stay.cancel().must(200)
        assert stay.sums == (60_000, 60_000, 0)
    assert stay.booking["refund_owed"] == 0
    assert house.send("GET", "/api/staff/refunds?status=failed", token=house.admin).must(200)["items"] == []
    before = len(stay.refunds)
    assert stay.retry(number).must(202)["out_refund_no"] != number
    assert len(stay.refunds) == before, "it is not paid a second time"
    house.settle()
    assert_balanced(house)


@pytest.mark.parametrize("end", ["cancel", "refund"])
def test_money_that_came_twice_and_did_not_go_back_goes_back_when_the_stay_ends(house: House, end: str) -> None:
    stay = PaidStay(house, paid=False)
    first = stay.open().must(201)
    stay.charge().refused(409, "folio_closed")
    _open_another(house, stay, first)
    house.settle()
    assert (stay.status, stay.sums) == ("paid", (ROOMS, ROOMS, 0))
    [back] = stay.booking["refunds"]
    stay.tell(back["out_refund_no"], "closed")
    assert stay.sums == (ROOMS, 2 * ROOMS, -ROOMS)
    assert (stay.cancel().must(200) if end == "cancel" else stay.refund().must(202))["status"]
    assert (stay.status, stay.sums) == ("refunding", (0, 0, 0))
    house.settle()
    assert sum(stay.at_wechat[1:]) == 2 * ROOMS
    assert_balanced(house)


def _open_another(house: House, stay: PaidStay, first: dict[str, Any]) -> None:
    """Pay two payments of one booking: the first one was closed only at our side, as a lost close leaves it."""
    from posthouse.store import payments
    from posthouse.store.transaction import Transaction

    transaction = Transaction()
    payments.close(transaction, first["payment_id"])
    assert transaction.commit() is None
    stay.play(stay.open().must(201))
    house.settle()
    stay.play(first)


# ---------------------------------------------------------------- charges by staff


def test_staff_charge_fees_extras_and_adjustments(house: House) -> None:
    stay = PaidStay(house)
    extra = extra_of(house, stay.room, per="night")
    made = stay.charge("fee", 1000, key="k").must(201)
    assert (made["kind"], made["amount"], made["description"], made["by"]) == ("fee", 1000, "Towel", "admin")
    assert stay.charge("fee", 1000, key="k").must(201) == made
    stay.charge("fee", 1001, key="k").refused(422, "idempotency_key_reused")
    named = stay.charge("extra", None, extra_id=extra["extra_id"], quantity=2, description=None).must(201)
    assert (named["description"], named["amount"]) == (extra["name"], 6000)
    other = stay.charge("extra", 50, extra_id=extra["extra_id"]).must(201)
    assert (other["description"], other["amount"]) == ("Towel", 50)
    stay.charge("adjustment", -500).must(201)
    charged = [("fee", 1000), ("extra", 6000), ("extra", 50), ("adjustment", -500)]
    assert stay.added == [("payment", -ROOMS), *charged]
    assert stay.sums == (66_550, 60_000, 6550)
    audited = [row for row in house.rows("audit") if row["action"]["S"] == "add_folio_line"]
    assert len(audited) == 4
    for wrong, field in (
        ({"kind": "room"}, "kind"),
        ({"amount": -1}, "amount"),
        ({"amount": 0}, "amount"),
        ({"amount": None}, "amount"),
        ({"description": ""}, "description"),
        ({"description": None}, "description"),
        ({"extra_id": extra["extra_id"]}, "extra_id"),
        ({"kind": "extra", "extra_id": "X-other"}, "extra_id"),
        ({"kind": "extra", "quantity": 0}, "quantity"),
    ):
        refused = stay.charge(**{"kind": "fee", **wrong}).refused(422, "invalid_request")
        assert [it["field"] for it in refused["errors"]] == [field], (wrong, refused)
    path = f"/api/staff/bookings/{stay.order_no}/folio-lines"
    house.send("POST", path, {"kind": "fee"}, house.admin).refused(422, "idempotency_key_required")
    stranger = house.token(Role.STAFF, "H-other")
    body = {"kind": "fee", "description": "x", "amount": 1}
    house.send("POST", path, body, stranger, Idempotency_Key="s").refused(404, "not_found")
    assert len(stay.added) == 5
    PaidStay(house, paid=False, token=house.guest("13900000002")).charge().refused(409, "folio_closed")
    assert_balanced(house)


# ---------------------------------------------------------------- payments of the balance


def test_what_is_owed_is_paid_before_and_in_the_house(house: House) -> None:
    stay = PaidStay(house, begin=0)
    stay.open().refused(409, "not_payable")
    stay.charge("extra", 3000).must(201)
    first = stay.open().must(201)
    assert first["amount"] == 3000
    assert stay.open().must(201)["payment_id"] == first["payment_id"], "it goes on"
    stay.staff("check-in").must(200)
    stay.charge("extra", 2000).must(201)
    second = stay.open().must(201)
    assert (second["amount"], second["payment_id"] == first["payment_id"]) == (5000, False)
    trades = house.simulate("GET", f"/simulator/payments?order_no={stay.order_no}")["items"]
    assert [trade["trade_state"] for trade in trades] == ["SUCCESS", "CLOSED", "NOTPAY"]
    stay.play(second)
    stay.open().refused(409, "not_payable")
    house.settle()
    assert (stay.status, stay.sums) == ("checked_in", (65_000, 65_000, 0))
    # It turns out paid where the amount has changed: what is left is asked for once that is settled.
    stay.charge("fee", 700).must(201)
    third = stay.open().must(201)
    stay.play(third, lost=True)
    stay.charge("fee", 300).must(201)
    openid = _payer(house, third, "somebody else")
    stay.open().refused(503, "provider_unavailable")
    assert [row["number"]["S"] for row in house.rows("differences")] == [third["payment_id"]]
    _payer(house, third, openid)
    stay.open().refused(409, "not_payable")
    house.settle()
    assert (stay.sums, stay.open().must(201)["amount"]) == ((66_000, 65_700, 300), 300)
    # Nobody pays after the check-out, but money that was on its way is taken.
    last = stay.open().must(201)
    assert stay.leave()["outcome"] == "refused"
    assert stay.leave("On its way")["outcome"] == "finished"
    stay.open().refused(409, "not_payable")
    stay.play(last)
    house.settle()
    assert (stay.status, stay.sums, stay.refunds) == ("finished", (66_000, 66_000, 0), [])
    house.drain("award_points")
    assert_balanced(house)


def _payer(house: House, opened: dict[str, Any], openid: str) -> str:
    """Make a payment another guest's, so that WeChat's report does not match it; returns whose it was."""
    before = house.dynamodb.update_item(
        TableName="posthouse-payments",
        Key={"payment_id": {"S": opened["payment_id"]}},
        UpdateExpression="SET openid = :other",
        ExpressionAttributeValues={":other": {"S": openid}},
        ReturnValues="UPDATED_OLD",
    )
    return str(before["Attributes"]["openid"]["S"])


def test_money_above_what_is_owed_goes_back_once(house: House) -> None:
    stay = PaidStay(house)
    stay.charge("extra", 10_000).must(201)
    opened = stay.open().must(201)
    stay.charge("adjustment", -4000).must(201)
    stay.play(opened, deliveries=3)
    house.settle()
    assert stay.added[3:] == [("payment", -10_000), ("refund", 4000)]
    assert (stay.sums, stay.at_wechat) == ((66_000, 66_000, 0), [4000])
    # All of it, where nothing is owed any more; and what staff give back later is another refund.
    stay.charge("extra", 2000).must(201)
    opened = stay.open().must(201)
    stay.charge("adjustment", -2000).must(201)
    stay.play(opened)
    house.settle()
    assert (stay.sums, stay.at_wechat) == ((66_000, 66_000, 0), [4000, 2000])
    stay.cancel().must(200)
    house.settle()
    assert (stay.sums, sum(stay.at_wechat)) == ((0, 0, 0), 72_000)
    assert_balanced(house)


def test_late_money_for_a_cancelled_stay_goes_back_and_its_folio_stays_even(house: House) -> None:
    stay = PaidStay(house, paid=False)
    opened = stay.open().must(201)
    stay.cancel().must(200)
    assert (stay.lines[2:], stay.sums) == ([("change", -ROOMS)], (0, 0, 0))
    stay.play(opened, deliveries=2)
    house.settle()
    assert stay.lines[2:] == [("change", -ROOMS), ("payment", -ROOMS), ("refund", ROOMS)]
    assert (stay.sums, stay.at_wechat) == ((0, 0, 0), [ROOMS])
    [back] = stay.booking["refunds"]
    stay.tell(back["out_refund_no"], "closed")
    assert stay.sums == (0, ROOMS, -ROOMS)
    assert stay.refund(from_credit=True).must(202)["amount"] == ROOMS
    house.settle()
    assert_balanced(house)


@pytest.mark.parametrize("end", ["refund", "cancel"])
def test_a_stay_that_ends_closes_the_payment_of_its_balance(house: House, end: str) -> None:
    stay = PaidStay(house)
    stay.charge("extra", 3000).must(201)
    opened = stay.open().must(201)
    (stay.refund if end == "refund" else stay.cancel)()
    assert (stay.status, stay.payment(opened["payment_id"])) == ("refunding", "closed")
    stay.play(opened, lost=True)
    house.settle()
    with clock_at(NOW + timedelta(hours=1)):
        house.invoke("reconcile_open", {})
        house.settle()
        stay.token = house.guest()
        assert stay.sums == (0, 0, 0)
        assert_balanced(house)


# ---------------------------------------------------------------- reserved


def test_a_reserved_stay_is_paid_or_checked_in(house: House) -> None:
    stay = reserved(house, begin=0)
    assert (stay.status, stay.sums, house.sold(stay.room, 2)) == ("reserved", (ROOMS, 0, ROOMS), [1, 1])
    stay.charge("extra", 1000).must(201)
    stay.charge("adjustment", -1000).must(201)
    assert stay.pay() == ROOMS
    assert (stay.status, stay.sums) == ("paid", (ROOMS, ROOMS, 0))
    arrived = reserved(house, begin=0, token=house.guest("13900000002"), room=stay.room)
    opened = arrived.open().must(201)
    assert arrived.staff("check-in").must(200)["status"] == "checked_in"
    arrived.play(opened)
    house.settle()
    assert (arrived.status, arrived.sums) == ("checked_in", (ROOMS, ROOMS, 0))
    assert arrived.leave()["given_back"] is False
    assert_balanced(house)


def test_a_reserved_stay_is_held_until_its_time_and_no_longer(house: House) -> None:
    until = NOW + timedelta(hours=5)
    stay = reserved(house, hold_until=until)
    part = reserved(house, hold_until=until, room=stay.room, token=house.guest("13900000002"))
    kept = reserved(house, hold_until=until, room=stay.room, token=house.guest("13900000003"), begin=3)
    opened = part.open().must(201)
    part.charge("extra", 9000).must(201)
    assert kept.pay() == ROOMS
    part.charge("adjustment", -1).must(201)
    part.play(opened)
    house.settle()
    assert (part.status, kept.status) == ("paid", "paid")
    house.drain("cancel_unpaid_booking")
    assert stay.status == "reserved"
    with clock_at(until + timedelta(minutes=2)):
        assert house.invoke("sweep_due", {})
        assert house.drain("cancel_unpaid_booking") == []
        house.settle()
        stay.token = house.guest()
        stay.open().refused(409, "not_payable")
        assert (stay.status, stay.sums) == ("cancelled", (0, 0, 0))
        assert [line["by"] for line in stay.folio["lines"]][-1] == "system"
        assert house.sold(stay.room, 5) == [0, 1, 1, 1, 1]
        assert_balanced(house)


def test_a_reserved_stay_of_which_a_part_was_paid_waits_for_its_guest(house: House) -> None:
    until = NOW + timedelta(hours=5)
    stay = reserved(house, hold_until=until, cancel_fee_bp=5000, free_cancel_hours=72)
    stay.charge("adjustment", -40_000).must(201)
    opened = stay.open().must(201)
    stay.charge("extra", 40_000).must(201)
    stay.play(opened)
    house.settle()
    assert (stay.status, stay.sums) == ("reserved", (ROOMS, 20_000, 40_000))
    with clock_at(until + timedelta(minutes=2)):
        house.invoke("sweep_due", {})
        assert house.drain("cancel_unpaid_booking") == []
        stay.token = house.guest()
        assert stay.status == "reserved"
        assert stay.open().must(201)["amount"] == 40_000, "the rest may still be paid"
        # The fee is half of the price, and never more than was paid.
        assert stay.cancel().must(200)["status"] == "cancelled"
        assert stay.sums == (20_000, 20_000, 0)
        house.settle()
        assert_balanced(house)


@pytest.mark.parametrize("end", ["cancel", "no-show"])
def test_a_reserved_stay_ends_without_money(house: House, end: str) -> None:
    stay = reserved(house, begin=0, **LATE)
    opened = stay.open().must(201)
    if end == "no-show":  # nobody can pay a day later
        stay.play(opened, lost=True)
    with clock_at(NOW + timedelta(days=end == "no-show")):
        stay.token = house.guest()
        ended = stay.cancel() if end == "cancel" else stay.staff("no-show")
        assert ended.must(200)["status"] == ("cancelled" if end == "cancel" else "no_show")
        assert (stay.lines[2:], stay.sums) == ([("change", -ROOMS)], (0, 0, 0))
        if end == "cancel":
            stay.play(opened)
        house.invoke("reconcile_open", {})
        house.settle()
        assert (stay.sums, stay.at_wechat) == ((0, 0, 0), [ROOMS])
        assert house.sold(stay.room, 2)[1:] == [0]
        assert_balanced(house)


# ---------------------------------------------------------------- check-out


@pytest.mark.parametrize(
    ("back", "granted"), [(lambda stay: stay.refund(), "given_back"), (lambda stay: stay.refund(100), "granted")]
)
def test_a_stay_of_which_nothing_stays_paid_earns_no_coupon(
    house: House, back: Callable[[PaidStay], Any], granted: str
) -> None:
    house.template(kind="check_out", quantity=5)
    stay = PaidStay(house, begin=0)
    stay.staff("check-in").must(200)
    back(stay).must(202)
    facts = {"order_no": stay.order_no, "finished": stay.leave(), "correlation_id": ""}
    assert stay.status == "finished"
    assert house.invoke("grant_check_out_coupon", facts)["outcome"] == granted
    house.settle()
    assert_balanced(house)
