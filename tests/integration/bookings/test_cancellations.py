"""Cancelling by hand: what is refunded, to whom, until when, and what is sent to WeChat."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from posthouse.domain.identity import Role
from posthouse.store import coupons
from posthouse.store.transaction import Transaction
from tests.integration.conftest import Arrange
from tests.integration.house import NOW, TODAY, House, Reply
from tests.integration.ledgers import assert_balanced
from tests.support.clock import clock_at


def booked(house: House, begin: int = 0, **more: Any) -> tuple[str, dict[str, Any], str]:
    """A guest, a room and an unpaid booking of two nights with the welcome coupon of 2000 fen."""
    house.template()
    token = house.guest()
    house.settle()
    [coupon] = house.coupons(token)
    room = house.room(**more)
    wish = house.wish(room, begin=begin, nights=2, coupon_id=coupon["coupon_id"])
    return token, room, house.book(token, wish).must(201)["order_no"]


def paid(house: House, begin: int = 0, **more: Any) -> tuple[str, dict[str, Any], str]:
    token, room, order_no = booked(house, begin, **more)
    house.pay(token, order_no)
    house.settle()
    assert house.booking(token, order_no)["status"] == "paid"
    return token, room, order_no


def cancel(house: House, token: str, order_no: str) -> Reply:
    return house.send("POST", f"/api/bookings/{order_no}/cancellation", token=token)


def statuses(booking: dict[str, Any]) -> list[str]:
    return [moment["status"] for moment in booking["timeline"]]


def refunds(house: House, order_no: str) -> list[int]:
    """The refunds of an order's payments, in fen."""
    return [int(row["amount"]["N"]) for row in house.rows("refunds") if row["order_no"]["S"] == order_no]


def trade_states(house: House, order_no: str) -> list[str]:
    items = house.simulate("GET", f"/simulator/payments?order_no={order_no}")["items"]
    return [trade["trade_state"] for trade in items]


def unused(house: House, token: str) -> int:
    return len(house.coupons(token, "unused"))


def test_an_unpaid_booking_gives_everything_back(house: House) -> None:
    token, room, order_no = booked(house)
    house.send("POST", f"/api/orders/{order_no}/payments", token=token).must(201)
    booking = cancel(house, token, order_no).must(200)
    assert statuses(booking) == ["pending_payment", "cancelled"]
    assert house.booking(token, order_no) == {**booking, "refunds": [], "refund_owed": 0}
    assert house.sold(room) == [0, 0, 0]
    assert unused(house, token) == 1
    assert [row["status"]["S"] for row in house.rows("payments")] == ["closed"]
    house.send("POST", f"/api/orders/{order_no}/payments", token=token).refused(409, "not_payable")
    house.settle()
    assert trade_states(house, order_no) == ["CLOSED"]
    notes = house.send("GET", "/api/me/notifications", token=token).must(200)["items"]
    assert [(note["kind"], note["status"]) for note in notes] == [("cancelled", "sent"), ("wait_for_payment", "sent")]
    assert_balanced(house)


def test_cancelling_again_answers_the_same_and_changes_nothing(house: House) -> None:
    token, _, order_no = booked(house)
    first = cancel(house, token, order_no).must(200)
    house.settle()
    before = house.contents()
    assert cancel(house, token, order_no).must(200) == first
    assert house.contents() == before


def test_a_booking_of_another_guest_is_not_found(house: House) -> None:
    _, room, order_no = booked(house)
    cancel(house, house.guest("13900000002"), order_no).refused(404, "not_found")
    cancel(house, house.admin, order_no).refused(403, "forbidden")
    assert house.sold(room, 2) == [1, 1]


def test_a_stay_that_has_begun_or_is_over_cannot_be_cancelled(house: House) -> None:
    token, _, order_no = paid(house)
    house.send("POST", f"/api/staff/bookings/{order_no}/check-in", token=house.admin).must(200)
    assert cancel(house, token, order_no).refused(409, "not_cancellable")["status"] == 409
    house.invoke("finish_booking", {"order_no": order_no, "actor": "admin", "correlation_id": ""})
    cancel(house, token, order_no).refused(409, "not_cancellable")
    assert_balanced(house)


def test_money_that_has_come_in_wins_before_it_is_settled(house: House) -> None:
    token, room, order_no = booked(house)
    house.pay(token, order_no)
    assert house.booking(token, order_no)["status"] == "pending_payment"
    cancel(house, token, order_no).refused(409, "not_cancellable")
    house.settle()
    assert house.booking(token, order_no)["status"] == "paid"
    assert house.sold(room, 2) == [1, 1]
    assert_balanced(house)


@pytest.mark.parametrize("api", ["close", "query"])
def test_wechat_that_does_not_answer_delays_its_close_not_the_cancel(house: House, api: str) -> None:
    token, _, order_no = booked(house)
    house.settle()
    house.send("POST", f"/api/orders/{order_no}/payments", token=token).must(201)
    cancel(house, token, order_no).must(200)
    house.simulate("POST", "/simulator/faults", {"api": api, "http_status": 500, "times": 1})
    house.relay()
    url = house._refs["CancelledOrdersQueue"]
    [message] = house.sqs.receive_message(QueueUrl=url)["Messages"]
    assert house.feed("close_payment", [message["Body"]]) == [{"itemIdentifier": "0"}]
    assert house.feed("close_payment", [message["Body"]]) == []
    assert trade_states(house, order_no) == ["CLOSED"]
    assert house.feed("close_payment", [message["Body"]]) == []
    house.settle()
    assert_balanced(house)


def test_a_crash_after_wechats_close_repeats_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    token, _, order_no = booked(house)
    house.settle()
    house.send("POST", f"/api/orders/{order_no}/payments", token=token).must(201)
    cancel(house, token, order_no).must(200)
    house.relay()
    [message] = house.sqs.receive_message(QueueUrl=house._refs["CancelledOrdersQueue"])["Messages"]

    def crash(*_: object) -> None:
        raise SystemError("the environment is gone")

    with monkeypatch.context() as patch:
        patch.setattr("posthouse.store.inbox.note_done", crash)
        assert house.feed("close_payment", [message["Body"]]) == [{"itemIdentifier": "0"}]
    assert house.feed("close_payment", [message["Body"]]) == []
    assert trade_states(house, order_no) == ["CLOSED"]


@pytest.mark.parametrize("says", ["NOTPAY", "another payer"])
def test_wechats_word_that_does_not_fit_is_tried_again_and_ends_with_staff(
    house: House, monkeypatch: pytest.MonkeyPatch, says: str
) -> None:
    token, _, order_no = booked(house)
    house.settle()
    opened = house.send("POST", f"/api/orders/{order_no}/payments", token=token).must(201)
    cancel(house, token, order_no).must(200)
    house.relay()
    [message] = house.sqs.receive_message(QueueUrl=house._refs["CancelledOrdersQueue"])["Messages"]
    if says == "NOTPAY":
        # WeChat responds with success but does not close the order.
        monkeypatch.setattr("posthouse.clients.wechat.pay.WechatPay.close", lambda *_: None)
    else:
        prepay_id = opened["wechat"]["package"].removeprefix("prepay_id=")
        house.simulate("POST", f"/simulator/payments/{prepay_id}", {"result": "success", "lost": True})
        house.dynamodb.update_item(
            TableName="posthouse-payments",
            Key={"payment_id": {"S": opened["payment_id"]}},
            UpdateExpression="SET openid = :other",
            ExpressionAttributeValues={":other": {"S": "somebody else"}},
        )
    assert house.feed("close_payment", [message["Body"]]) == [{"itemIdentifier": "0"}]
    [row] = [row for row in house.rows("inbox") if row["consumer"]["S"] == "close_payment"]
    assert (row["state"]["S"], row["error"]["S"]) == ("failed", f"NotClosed: {opened['payment_id']}")


def test_a_coupon_that_is_used_elsewhere_is_never_given_back(house: House) -> None:
    _, _, order_no = booked(house)
    [row] = house.rows("coupons")
    for given_back_by, fits in (("B-another", False), (order_no, True), (order_no, False)):
        transaction = Transaction()
        coupons.release(transaction, row["user_id"]["S"], row["coupon_id"]["S"], given_back_by)
        assert (transaction.commit() is None) == fits


def test_a_payment_that_wechat_never_opened_has_nothing_to_close(house: House) -> None:
    token, _, order_no = booked(house)
    house.simulate("POST", "/simulator/faults", {"api": "jsapi", "http_status": 500, "times": 1})
    house.send("POST", f"/api/orders/{order_no}/payments", token=token).refused(503, "wechat_unavailable")
    cancel(house, token, order_no).must(200)
    house.settle()
    assert trade_states(house, order_no) == []
    assert_balanced(house)


def test_two_cancels_at_once_are_one(house: House, before_commit: Arrange) -> None:
    token, room, order_no = booked(house)
    before_commit(lambda: cancel(house, token, order_no).must(200))
    assert statuses(cancel(house, token, order_no).must(200)) == ["pending_payment", "cancelled"]
    assert house.sold(room) == [0, 0, 0]
    assert sum(row["type"]["S"] == "booking.cancelled" for row in house.rows("outbox")) == 1
    house.settle()
    assert_balanced(house)


def test_a_payment_that_is_opened_meanwhile_is_closed_too(house: House, before_commit: Arrange) -> None:
    token, _, order_no = booked(house)
    path = f"/api/orders/{order_no}/payments"
    before_commit(lambda: house.send("POST", path, token=token).must(201))
    cancel(house, token, order_no).must(200)
    assert [row["status"]["S"] for row in house.rows("payments")] == ["closed"]
    house.settle()
    assert trade_states(house, order_no) == ["CLOSED"]


def test_no_payment_is_opened_for_an_order_that_is_cancelled_meanwhile(house: House, before_commit: Arrange) -> None:
    token, _, order_no = booked(house)
    before_commit(lambda: cancel(house, token, order_no).must(200))
    house.send("POST", f"/api/orders/{order_no}/payments", token=token).refused(409, "not_payable")
    assert house.rows("payments") == []


def test_a_cancel_while_wechat_opens_the_payment_hands_out_nothing_to_pay_with(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, _, order_no = booked(house)
    from posthouse.store import payments

    note = payments.note_opened

    def late(payment_id: str, opened_as: str, until: datetime) -> bool:
        cancel(house, token, order_no).must(200)
        return note(payment_id, opened_as, until)

    monkeypatch.setattr(payments, "note_opened", late)
    house.send("POST", f"/api/orders/{order_no}/payments", token=token).refused(409, "not_payable")
    house.settle()
    assert trade_states(house, order_no) == ["CLOSED"]
    assert_balanced(house)


def test_a_paid_stay_is_free_until_the_rules_hour(house: House) -> None:
    # Arrival is at 14:00 in Chengdu on 23 November: 06:00 UTC.
    token, room, order_no = paid(house, begin=2, free_cancel_hours=24, cancel_fee_bp=3000)
    assert house.booking(token, order_no)["free_cancel_until"] == "2026-11-22T06:00:00.000Z"
    booking = cancel(house, token, order_no).must(200)
    assert statuses(booking) == ["pending_payment", "paid", "refunding"]
    assert house.sold(room, 5) == [0, 0, 0, 0, 0]
    assert unused(house, token) == 1
    house.settle()
    assert refunds(house, order_no) == [58000]
    assert cancel(house, token, order_no).must(200)["status"] in {"refunding", "refunded"}
    house.settle()
    assert refunds(house, order_no) == [58000]
    notes = house.send("GET", "/api/me/notifications", token=token).must(200)["items"]
    assert [note["kind"] for note in notes] == ["cancelled", "paid", "wait_for_payment"]
    assert_balanced(house)


def test_a_late_cancel_keeps_the_fee_and_the_coupon(house: House) -> None:
    token, room, order_no = paid(house, begin=1, price=12345, free_cancel_hours=48, cancel_fee_bp=3333)
    # 2 x 12345 - 2000 = 22690, of which 33.33 % is 7562.577.
    cancel(house, token, order_no).must(200)
    house.settle()
    assert refunds(house, order_no) == [22690 - 7563]
    assert house.sold(room, 4) == [0, 0, 0, 0]
    assert unused(house, token) == 0
    assert_balanced(house)


def test_a_fee_that_is_the_whole_leaves_nothing_to_refund(house: House) -> None:
    token, room, order_no = paid(house, free_cancel_hours=48, cancel_fee_bp=10_000)
    assert statuses(cancel(house, token, order_no).must(200)) == ["pending_payment", "paid", "cancelled"]
    house.settle()
    assert refunds(house, order_no) == []
    assert house.sold(room) == [0, 0, 0]
    assert unused(house, token) == 0
    assert_balanced(house)


def test_a_stay_that_a_coupon_paid_gives_the_coupon_back(house: House) -> None:
    house.template(amount=100_000)
    token = house.guest()
    house.settle()
    [coupon] = house.coupons(token)
    room = house.room(cancel_fee_bp=5000)
    order_no = house.book(token, house.wish(room, begin=3, coupon_id=coupon["coupon_id"])).must(201)["order_no"]
    assert statuses(cancel(house, token, order_no).must(200)) == ["paid", "cancelled"]
    assert unused(house, token) == 1
    house.settle()
    assert_balanced(house)


def test_the_rule_is_the_one_that_was_booked_under(house: House) -> None:
    token, room, order_no = paid(house, begin=5, free_cancel_hours=24, cancel_fee_bp=1000)
    changed = {**room, "free_cancel_hours": 8760, "cancel_fee_bp": 10_000}
    house.send("PUT", f"/api/staff/rooms/{room['room_id']}", changed, house.admin).must(200)
    cancel(house, token, order_no).must(200)
    house.settle()
    assert refunds(house, order_no) == [58000]
    assert_balanced(house)


def test_the_arrivals_business_date_is_the_last_to_cancel(house: House) -> None:
    token, _, order_no = paid(house)
    # 22:00 UTC is 06:00 in Chengdu, when the hotel's day turns.
    with clock_at(NOW.replace(hour=22, minute=1)):
        cancel(house, house.guest(), order_no).refused(409, "not_cancellable")
    with clock_at(NOW.replace(hour=21, minute=58)):
        token = house.guest()
        cancel(house, token, order_no).must(200)
        house.settle()
        assert_balanced(house)


def test_check_in_while_the_guest_cancels_wins(house: House, before_commit: Arrange) -> None:
    token, room, order_no = paid(house)
    path = f"/api/staff/bookings/{order_no}/check-in"
    before_commit(lambda: house.send("POST", path, token=house.admin).must(200))
    cancel(house, token, order_no).refused(409, "not_cancellable")
    house.settle()
    assert refunds(house, order_no) == []
    assert house.sold(room, 2) == [1, 1]
    assert_balanced(house)


def test_a_no_show_frees_the_nights_ahead_and_keeps_the_money(house: House) -> None:
    token, room, order_no = paid(house)
    path = f"/api/staff/bookings/{order_no}/no-show"
    early = house.send("POST", path, token=house.admin).refused(409, "too_early")
    assert (early["check_in"], early["possible_from"]) == (str(TODAY), str(TODAY + timedelta(days=1)))
    stranger = house.token(Role.STAFF, "H-other")
    house.send("POST", path, token=stranger).refused(404, "not_found")
    with clock_at(NOW.replace(hour=22, minute=1)):
        staff = house.token(Role.STAFF, room["hotel_id"], subject="desk")
        marked = house.send("POST", path, token=staff).must(200)
        assert statuses(marked) == ["pending_payment", "paid", "no_show"]
        house.send("POST", path, token=staff).refused(409, "invalid_transition")
        token = house.guest()
        cancel(house, token, order_no).refused(409, "not_cancellable")
    assert house.sold(room) == [1, 0, 0]
    [audit] = [row for row in house.rows("audit") if row["action"]["S"] == "no_show"]
    assert (audit["actor"]["S"], audit["target"]["S"]) == ("desk", order_no)
    assert sum(row["type"]["S"] == "booking.no_show" for row in house.rows("outbox")) == 1
    house.settle()
    assert_balanced(house)


def test_an_unpaid_booking_is_no_no_show(house: House) -> None:
    _, _, order_no = booked(house)
    with clock_at(NOW + timedelta(days=1)):
        path = f"/api/staff/bookings/{order_no}/no-show"
        house.send("POST", path, token=house.admin).refused(409, "invalid_transition")


def test_only_a_cancellation_names_the_payment_to_close(house: House) -> None:
    """The others would name it as the booking was read: before the payment that the same step settles."""
    token, _, order_no = paid(house)
    cancel(house, token, order_no).must(200)
    house.settle()
    naming = [
        row["type"]["S"]
        for row in house.rows("outbox")
        if row["aggregate_id"]["S"] == order_no and "payment_id" in row["payload"]["S"]
    ]
    assert naming == ["booking.cancelled"]


@pytest.mark.parametrize(
    ("before", "more"),
    [(60, 0), (50, 0), (30, 20), (49, 1)],
    ids=["more than the rule", "all of it", "a part", "nearly"],
)
def test_what_went_back_before_counts_against_what_a_late_cancel_gives_back(
    house: House, before: int, more: int
) -> None:
    """Of 10000 fen the hotel keeps 50 %, but never more than what has not gone back."""
    token, room = house.guest(), house.room(price=10_000, free_cancel_hours=72, cancel_fee_bp=5000)
    order_no = house.book(token, house.wish(room, begin=1)).must(201)["order_no"]
    house.pay(token, order_no)
    house.settle()
    body = {"reason": "Noise", "amount": before * 100}
    house.send("POST", f"/api/staff/orders/{order_no}/refunds", body, house.admin, Idempotency_Key="k").must(202)
    house.settle()
    booking = cancel(house, token, order_no).must(200)
    assert booking["status"] == ("refunding" if more else "cancelled")
    assert sorted(refunds(house, order_no)) == sorted(fen for fen in (before * 100, more * 100) if fen)
    house.settle()
    assert_balanced(house)


def test_a_stay_that_a_coupon_paid_is_given_up_by_staff(house: House) -> None:
    house.template(amount=100_000)
    token = house.guest()
    house.settle()
    [coupon] = house.coupons(token)
    room = house.room()
    order_no = house.book(token, house.wish(room, begin=3, coupon_id=coupon["coupon_id"])).must(201)["order_no"]
    path, desk = f"/api/staff/orders/{order_no}/refunds", house.token(Role.STAFF, room["hotel_id"])
    part = house.send("POST", path, {"reason": "Ill", "amount": 1}, desk, Idempotency_Key="k1")
    part.refused(409, "refund_exceeds_payment")
    first = house.send("POST", path, {"reason": "Ill"}, desk, Idempotency_Key="k2").must(202)
    assert (first["amount"], first["status"], first["payment_id"]) == (0, "succeeded", None)
    assert house.send("POST", path, {"reason": "Ill"}, desk, Idempotency_Key="k2").must(202) == first
    booking = house.booking(token, order_no)
    assert (statuses(booking), booking["refunds"]) == (["paid", "cancelled"], [first])
    assert (house.sold(room, 5), unused(house, token)) == ([0] * 5, 1)
    house.send("POST", path, {"reason": "Ill"}, desk, Idempotency_Key="k3").refused(409, "refund_exceeds_payment")
    house.settle()
    assert_balanced(house)


def test_a_timeline_is_in_order_whatever_the_clocks_say(house: House) -> None:
    """The cancellation reads its clock first; the payment that a later clock settled is in the timeline before it."""
    token, _, order_no = booked(house)
    house.pay(token, order_no)
    house.relay()

    from posthouse.services.bookings import stays

    read = stays.for_guest

    def paid_by_a_later_clock(*sent: Any) -> Any:
        with clock_at(NOW + timedelta(seconds=30)):
            house.drain("mark_booking_paid")
        return read(*sent)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("posthouse.services.bookings.cancellations.for_guest", paid_by_a_later_clock)
        booking = cancel(house, token, order_no).must(200)
    assert statuses(booking) == ["pending_payment", "paid", "refunding"]
    for shown in (booking, house.booking(token, order_no)):
        times = [moment["at"] for moment in shown["timeline"]]
        assert times == sorted(times)
