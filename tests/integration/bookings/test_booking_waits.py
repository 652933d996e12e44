"""The wait for a payment ends by timer: early, late, repeated and lost messages, and WeChat's state before that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from posthouse.clients import aws
from tests.integration.conftest import Arrange
from tests.integration.house import NOW, House
from tests.integration.ledgers import assert_balanced
from tests.support.clock import clock_at

TIMEOUT = timedelta(seconds=1800)
STEP = "cancel_unpaid_booking"


def booked(house: House, **more: Any) -> tuple[str, dict[str, Any], str]:
    """A guest, a room and an unpaid booking of two nights with the welcome coupon."""
    house.template()
    token = house.guest()
    house.settle()
    [coupon] = house.coupons(token)
    room = house.room(**more)
    wish = house.wish(room, nights=2, coupon_id=coupon["coupon_id"])
    return token, room, house.book(token, wish).must(201)["order_no"]


def due_message(house: House) -> str:
    """The message of the timer."""
    house.relay()
    [message] = house.messages("BookingWaitsQueue")
    return message


def delays(house: House, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Record the delays of the messages that are sent from now on."""
    found: list[int] = []
    client = aws.sqs()
    send = client.send_message

    def record(**message: Any) -> Any:
        if "DelaySeconds" in message:
            found.append(message["DelaySeconds"])
        return send(**message)

    monkeypatch.setattr(client, "send_message", record)
    return found


def assert_all_back(house: House, token: str, room: dict[str, Any], order_no: str) -> None:
    booking = house.booking(token, order_no)
    assert [moment["status"] for moment in booking["timeline"]] == ["pending_payment", "cancelled"]
    assert house.sold(room) == [0, 0, 0]
    assert [coupon["order_no"] for coupon in house.coupons(token, "unused")] == [None]
    [row] = house.rows("bookings")
    assert "due_at" not in row
    assert "due_shard" not in row
    assert_balanced(house)


def test_a_booking_left_alone_is_cancelled_when_its_chain_of_delays_ends(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, room, order_no = booked(house)
    sent = delays(house, monkeypatch)
    house.settle()
    assert sent == [900]
    for minutes in (10, 15.5, 29.9):
        with clock_at(NOW + timedelta(minutes=minutes)):
            assert house.drain(STEP) == []
            assert house.booking(token, order_no)["status"] == "pending_payment"
    assert sent[0] == 900
    assert 860 <= sent[1] <= 875
    assert len(sent) == 2
    with clock_at(NOW + TIMEOUT + timedelta(seconds=45)):
        assert house.drain(STEP) == []
        house.settle()
        assert_all_back(house, token, room, order_no)
        notes = house.send("GET", "/api/me/notifications", token=token).must(200)["items"]
        assert [note["kind"] for note in notes] == ["cancelled", "wait_for_payment"]
    [row] = [row for row in house.rows("inbox") if row["consumer"]["S"] == STEP]
    assert row["state"]["S"] == "done"


def test_a_late_message_and_its_repeats_cancel_once(house: House) -> None:
    token, room, order_no = booked(house)
    message = due_message(house)
    with clock_at(NOW + timedelta(days=1)):
        assert house.feed(STEP, [message, message]) == []
        before = house.contents()
        assert house.feed(STEP, [message]) == []
        assert house.contents() == before
        token = house.guest()
        house.settle()
        assert_all_back(house, token, room, order_no)


def test_an_early_message_that_is_sent_on_at_the_second_try_still_ends_the_wait(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, room, order_no = booked(house)
    message = due_message(house)
    with monkeypatch.context() as patch:
        patch.setattr(aws.sqs(), "send_message", lambda **_: 1 / 0)
        assert house.feed(STEP, [message]) != []
    assert house.feed(STEP, [message]) == []
    with clock_at(NOW + TIMEOUT + timedelta(seconds=45)):
        assert house.feed(STEP, [message]) == []
    house.settle()
    assert_all_back(house, token, room, order_no)


def test_an_early_message_changes_nothing_and_is_sent_on(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    booked(house)
    message = due_message(house)
    before, sent = house.contents(), delays(house, monkeypatch)
    with clock_at(NOW + TIMEOUT - timedelta(seconds=30)):
        assert house.feed(STEP, [message]) == []
    assert len(sent) == 1
    assert 25 <= sent[0] <= 32
    assert house.contents() == before


@pytest.mark.parametrize("ended_by", ["payment", "cancellation"])
def test_a_message_after_the_wait_has_ended_changes_no_booking(house: House, ended_by: str) -> None:
    token, room, order_no = booked(house)
    message = due_message(house)
    if ended_by == "payment":
        house.pay(token, order_no)
        house.settle()
    else:
        house.send("POST", f"/api/bookings/{order_no}/cancellation", token=token).must(200)
    before = house.contents()
    with clock_at(NOW + TIMEOUT + timedelta(minutes=1)):
        assert house.feed(STEP, [message]) == []
    after = house.contents()
    for table in ("bookings", "nights", "coupons", "payments", "money-ledger", "outbox"):
        assert after[f"posthouse-{table}"] == before[f"posthouse-{table}"], table
    assert house.sold(room, 2) == ([1, 1] if ended_by == "payment" else [0, 0])
    assert_balanced(house)


def test_a_lost_timer_is_made_good_by_the_sweeper(house: House) -> None:
    token, room, order_no = booked(house)
    due_message(house)
    house.sqs.purge_queue(QueueUrl=house._refs["BookingWaitsQueue"])
    with clock_at(NOW + TIMEOUT + timedelta(seconds=30)):
        assert house.invoke("sweep_due", {})["woken"] == 0
    with clock_at(NOW + TIMEOUT + timedelta(seconds=100)):
        assert house.invoke("sweep_due", {})["woken"] == 1
        assert house.drain(STEP) == []
        house.settle()
        assert_all_back(house, token, room, order_no)
        assert house.invoke("sweep_due", {})["woken"] == 0


def test_events_that_cannot_be_sent_do_not_keep_timers_asleep(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    booked(house)
    due_message(house)

    def broken(*_: object) -> None:
        raise RuntimeError("no topic")

    with clock_at(NOW + TIMEOUT + timedelta(seconds=100)):
        monkeypatch.setattr("posthouse.services.messaging.relay._publish", broken)
        sent = delays(house, monkeypatch)
        house.guest("13900000009")
    with clock_at(NOW + TIMEOUT + timedelta(seconds=200)), pytest.raises(RuntimeError):
        house.invoke("sweep_due", {})
    assert sent == [0]


def test_an_index_that_lags_wakes_no_timer_of_a_paid_booking(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    token, _, order_no = booked(house)
    house.pay(token, order_no)
    house.settle()
    monkeypatch.setattr("posthouse.store.booking_lists.overdue", lambda *_: iter([order_no, "B-unknown"]))
    assert house.invoke("sweep_due", {})["woken"] == 0


def test_wechat_is_asked_first_and_a_payment_whose_notification_was_lost_counts(house: House) -> None:
    token, room, order_no = booked(house)
    message = due_message(house)
    house.pay(token, order_no, lost=True)
    with clock_at(NOW + TIMEOUT + timedelta(seconds=45)):
        assert house.feed(STEP, [message]) == []
        assert house.booking(token, order_no)["status"] == "pending_payment"
        house.settle()
        assert house.booking(token, order_no)["status"] == "paid"
        assert house.feed(STEP, [message]) == []
    assert house.sold(room, 2) == [1, 1]
    assert_balanced(house)


def test_nothing_is_cancelled_while_wechat_does_not_answer(house: House) -> None:
    token, room, order_no = booked(house)
    message = due_message(house)
    house.send("POST", f"/api/orders/{order_no}/payments", token=token).must(201)
    house.simulate("POST", "/simulator/faults", {"api": "query", "http_status": 500, "times": 1})
    with clock_at(NOW + TIMEOUT + timedelta(seconds=45)):
        assert house.feed(STEP, [message]) == [{"itemIdentifier": "0"}]
        assert house.booking(token, order_no)["status"] == "pending_payment"
        assert house.sold(room, 2) == [1, 1]
        assert house.feed(STEP, [message]) == []
        house.settle()
        assert_all_back(house, token, room, order_no)
    [held] = house.simulate("GET", f"/simulator/payments?order_no={order_no}")["items"]
    assert held["trade_state"] == "CLOSED"


def test_money_that_is_not_what_was_asked_for_is_left_to_staff(house: House) -> None:
    token, _, order_no = booked(house)
    message = due_message(house)
    paid = house.pay(token, order_no, lost=True)
    house.dynamodb.update_item(
        TableName="posthouse-payments",
        Key={"payment_id": {"S": paid["payment_id"]}},
        UpdateExpression="SET openid = :other",
        ExpressionAttributeValues={":other": {"S": "somebody else"}},
    )
    with clock_at(NOW + TIMEOUT + timedelta(seconds=45)):
        assert house.feed(STEP, [message]) == [{"itemIdentifier": "0"}]
    assert house.booking(token, order_no)["status"] == "pending_payment"
    [row] = [row for row in house.rows("inbox") if row["consumer"]["S"] == STEP]
    assert "CannotSettle" in row["error"]["S"]


def test_the_notification_comes_while_the_timer_decides(house: House, before_commit: Arrange) -> None:
    token, room, order_no = booked(house)
    message = due_message(house)
    opened = house.send("POST", f"/api/orders/{order_no}/payments", token=token).must(201)
    prepay_id = opened["wechat"]["package"].removeprefix("prepay_id=")
    with clock_at(NOW + TIMEOUT + timedelta(seconds=45)):
        before_commit(lambda: house.simulate("POST", f"/simulator/payments/{prepay_id}", {"result": "success"}))
        assert house.feed(STEP, [message]) == []
        house.settle()
        assert house.booking(token, order_no)["status"] == "paid"
    assert house.sold(room, 2) == [1, 1]
    assert_balanced(house)


def test_the_guest_cancels_while_the_timer_decides(house: House, before_commit: Arrange) -> None:
    token, room, order_no = booked(house)
    message = due_message(house)
    path = f"/api/bookings/{order_no}/cancellation"
    with clock_at(NOW + TIMEOUT + timedelta(seconds=45)):
        before_commit(lambda: house.send("POST", path, token=token).must(200))
        assert house.feed(STEP, [message]) == []
        house.settle()
        assert_all_back(house, token, room, order_no)
    assert sum(row["type"]["S"] == "booking.cancelled" for row in house.rows("outbox")) == 1


def test_a_room_sold_on_payment_gives_back_nothing_that_it_never_took(house: House) -> None:
    token, room, order_no = booked(house, inventory_mode="on_payment")
    message = due_message(house)
    with clock_at(NOW + TIMEOUT + timedelta(seconds=45)):
        assert house.feed(STEP, [message]) == []
        house.settle()
        assert_all_back(house, token, room, order_no)
