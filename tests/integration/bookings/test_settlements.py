"""Pay against cancel, in every order: money pays the booking or is refunded, exactly once, and this is visible."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from posthouse.store import payments
from posthouse.store.transaction import Transaction
from tests.integration.conftest import Arrange
from tests.integration.house import House, Reply
from tests.integration.ledgers import assert_balanced

Play = Callable[[], Any]


class Order:
    """A guest's unpaid booking with the welcome coupon of 2000 fen, and its open payment."""

    def __init__(self, house: House, **room: Any) -> None:
        self.house = house
        house.template()
        self.token = house.guest()
        house.settle()
        [coupon] = house.coupons(self.token)
        self.room = house.room(**room)
        wish = house.wish(self.room, nights=2, coupon_id=coupon["coupon_id"])
        self.order_no: str = house.book(self.token, wish).must(201)["order_no"]
        self.payment_id, self.prepay_id = self.open()

    def open(self) -> tuple[str, str]:
        """Open a payment; returns its id and WeChat's."""
        opened = self.house.send("POST", f"/api/orders/{self.order_no}/payments", token=self.token).must(201)
        return opened["payment_id"], opened["wechat"]["package"].removeprefix("prepay_id=")

    def pay(self, **how: Any) -> None:
        self.pay_with(self.prepay_id, **how)

    def pay_with(self, prepay_id: str, **how: Any) -> None:
        played = self.house.simulate("POST", f"/simulator/payments/{prepay_id}", {"result": "success", **how})
        assert {delivery["status"] for delivery in played["deliveries"]} <= {204}

    def cancel(self) -> Reply:
        return self.house.send("POST", f"/api/bookings/{self.order_no}/cancellation", token=self.token)

    def settle_booking(self) -> None:
        """Deliver the payment's event to the booking."""
        self.house.relay()
        assert self.house.drain("mark_booking_paid") == []

    @property
    def states(self) -> list[str]:
        return [moment["status"] for moment in self.house.booking(self.token, self.order_no)["timeline"]]

    @property
    def refunded(self) -> list[tuple[str, int]]:
        rows = self.house.rows("refunds")
        return [(row["payment_id"]["S"], int(row["amount"]["N"])) for row in rows]

    def payment_status(self) -> str:
        found = self.house.send("GET", f"/api/payments/{self.payment_id}", token=self.token).must(200)
        return str(found["status"])

    def seen(self, what: str) -> list[tuple[str, int, str]]:
        """The refunds that the guest sees for the payment, or for the booking."""
        found = self.house.send("GET", f"/api/{what}", token=self.token).must(200)["refunds"]
        return [(shown["payment_id"], shown["amount"], shown["reason"]) for shown in found]


def test_a_payment_after_the_cancel_is_refunded_once(house: House) -> None:
    order = Order(house)
    order.cancel().must(200)
    order.pay(deliveries=3)
    assert order.payment_status() == "succeeded"
    house.settle()
    refund = (order.payment_id, 58000, "订单已取消")
    assert order.seen(f"bookings/{order.order_no}") == order.seen(f"payments/{order.payment_id}") == [refund]
    assert order.states == ["pending_payment", "cancelled"]
    assert order.refunded == [(order.payment_id, 58000)]
    assert house.sold(order.room) == [0, 0, 0]
    assert_balanced(house)


def test_a_payment_between_the_cancel_and_wechats_close_is_refunded_once(house: House) -> None:
    order = Order(house)
    order.cancel().must(200)
    order.pay(lost=True)
    house.settle()
    assert order.payment_status() == "succeeded"
    assert order.refunded == [(order.payment_id, 58000)]
    assert_balanced(house)


def test_a_payment_that_wins_after_wechats_close_is_found_by_asking(house: House) -> None:
    order = Order(house)
    order.cancel().must(200)
    house.settle()
    order.pay(lost=True)
    assert order.payment_status() == "succeeded"
    house.settle()
    assert order.refunded == [(order.payment_id, 58000)]
    assert_balanced(house)


# When the rival acts: before the first, the second ... transaction of the step that runs.
CASES: list[tuple[str, str, int, list[str], bool]] = [
    # the step, its rival, transactions before the rival acts, how the booking ends, whether there is a refund
    ("cancel", "pay", 0, ["pending_payment", "paid"], False),
    ("cancel", "pay and settle", 0, ["pending_payment", "paid", "refunding"], True),
    ("pay", "cancel", 0, ["pending_payment", "cancelled"], True),
    ("settle", "cancel", 0, ["pending_payment", "paid"], False),
    ("settle", "settle", 0, ["pending_payment", "paid"], False),
]


@pytest.mark.parametrize(("runs", "rival", "skip", "states", "back"), CASES)
def test_whichever_commits_first_wins(
    house: House, before_commit: Arrange, runs: str, rival: str, skip: int, states: list[str], back: bool
) -> None:
    order = Order(house)

    def pay_and_settle() -> None:
        order.pay()
        order.settle_booking()

    plays: dict[str, Play] = {
        "cancel": order.cancel,
        "pay": order.pay,
        "settle": order.settle_booking,
        "pay and settle": pay_and_settle,
    }
    if runs == "settle":
        order.pay()
        house.relay()
        if rival == "settle":
            [message] = house.sqs.receive_message(QueueUrl=house._refs["PaidBookingsQueue"])["Messages"]
            plays["settle"] = lambda: house.feed("mark_booking_paid", [message["Body"]])
    before_commit(plays[rival], skip=skip)
    plays[runs]()
    house.settle()
    house.settle()
    found = [status for status in order.states if status != "refunded"]
    assert found == states
    assert order.refunded == ([(order.payment_id, 58000)] if back else [])
    assert house.sold(order.room, 2) == ([0, 0] if back else [1, 1])
    assert_balanced(house)


def test_money_on_a_closed_payment_wins_over_the_cancel_of_an_order_that_still_waits(
    house: House, before_commit: Arrange
) -> None:
    order = Order(house)
    _close(order)
    before_commit(order.pay)
    order.cancel().refused(409, "not_cancellable")
    house.settle()
    assert order.states == ["pending_payment", "paid"]
    assert_balanced(house)


def _second_payment(order: Order) -> tuple[str, str]:
    """Close the open payment, and open another."""
    _close(order)
    return order.open()


def _close(order: Order) -> None:
    """Close only the open payment, as WeChat itself does after some time."""
    transaction = Transaction()
    payments.close(transaction, order.payment_id)
    assert transaction.commit() is None


@pytest.mark.parametrize("first", [0, 1])
def test_the_second_of_two_payments_is_refunded_once(house: House, first: int) -> None:
    order = Order(house)
    both = [(order.payment_id, order.prepay_id), _second_payment(order)]
    assert both[0][0] != both[1][0]
    for payment_id, prepay_id in (both[first], both[1 - first]):
        order.pay_with(prepay_id)
        house.settle()
        assert house.send("GET", f"/api/payments/{payment_id}", token=order.token).must(200)["status"] == "succeeded"
    assert order.seen(f"payments/{both[first][0]}") == []
    assert [amount for _, amount, _ in order.seen(f"payments/{both[1 - first][0]}")] == [58000]
    assert order.states == ["pending_payment", "paid"]
    assert order.refunded == [(both[1 - first][0], 58000)]
    assert house.sold(order.room, 2) == [1, 1]
    assert_balanced(house)


def test_two_payments_before_either_is_settled_keep_one(house: House) -> None:
    order = Order(house)
    _, second = _second_payment(order)
    order.pay()
    order.pay_with(second)
    house.settle()
    assert order.states == ["pending_payment", "paid"]
    assert len(order.refunded) == 1
    assert_balanced(house)


def test_a_message_that_comes_again_refunds_nothing_more(house: House) -> None:
    order = Order(house)
    order.cancel().must(200)
    order.pay()
    house.relay()
    [message] = house.sqs.receive_message(QueueUrl=house._refs["PaidBookingsQueue"])["Messages"]
    bodies = [message["Body"]]
    assert house.feed("mark_booking_paid", bodies) == []
    assert [row["state"]["S"] for row in house.rows("inbox") if row["consumer"]["S"] == "mark_booking_paid"] == ["done"]
    assert house.feed("mark_booking_paid", bodies) == []
    # Not even if its inbox row has expired.
    for row in house.rows("inbox"):
        if row["consumer"]["S"] == "mark_booking_paid":
            key = {name: row[name] for name in ("aggregate_id", "entry")}
            house.dynamodb.delete_item(TableName="posthouse-inbox", Key=key)
    assert house.feed("mark_booking_paid", bodies) == []
    house.settle()
    assert order.refunded == [(order.payment_id, 58000)]
    assert_balanced(house)


def test_a_crash_before_the_refund_is_asked_for_repeats_the_whole_step(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = Order(house)
    order.cancel().must(200)
    order.pay()
    house.relay()
    [message] = house.sqs.receive_message(QueueUrl=house._refs["PaidBookingsQueue"])["Messages"]

    def crash(_: Transaction) -> None:
        raise SystemError("the environment is gone")

    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "commit", crash)
        assert house.feed("mark_booking_paid", [message["Body"]]) == [{"itemIdentifier": "0"}]
    house.settle()
    assert order.refunded == []
    assert house.feed("mark_booking_paid", [message["Body"]]) == []
    house.settle()
    assert order.refunded == [(order.payment_id, 58000)]
    assert_balanced(house)


def test_nights_that_are_gone_when_the_money_comes_cancel_and_refund(house: House) -> None:
    order = Order(house, units=1, inventory_mode="on_payment")
    rival = house.guest("13900000002")
    other = house.book(rival, house.wish(order.room)).must(201)["order_no"]
    house.pay(rival, other)
    house.settle()
    order.pay()
    house.settle()
    assert order.states == ["pending_payment", "cancelled"]
    assert order.refunded == [(order.payment_id, 58000)]
    assert house.sold(order.room) == [1, 0, 0]
    assert len(house.coupons(order.token, "unused")) == 1
    notes = house.send("GET", "/api/me/notifications", token=order.token).must(200)["items"]
    assert [note["kind"] for note in notes] == ["cancelled", "wait_for_payment"]
    assert_balanced(house)


def test_the_guest_cancels_while_nights_are_found_gone(house: House, before_commit: Arrange) -> None:
    order = Order(house, units=1, inventory_mode="on_payment")
    rival = house.guest("13900000002")
    other = house.book(rival, house.wish(order.room)).must(201)["order_no"]
    house.pay(rival, other)
    order.pay()
    house.relay()
    messages = house.sqs.receive_message(QueueUrl=house._refs["PaidBookingsQueue"], MaxNumberOfMessages=10)["Messages"]
    mine = [m["Body"] for m in messages if order.order_no in m["Body"]]
    theirs = [m["Body"] for m in messages if other in m["Body"]]
    assert house.feed("mark_booking_paid", theirs) == []
    # The first transaction finds the nights sold; the guest acts before the second one.
    before_commit(lambda: order.cancel().refused(409, "not_cancellable"), skip=1)
    assert house.feed("mark_booking_paid", mine) == []
    house.settle()
    assert order.states == ["pending_payment", "cancelled"]
    assert order.refunded == [(order.payment_id, 58000)]
    assert_balanced(house)


def test_nights_gone_by_an_older_payment_close_the_open_one(house: House) -> None:
    order = Order(house, units=1, inventory_mode="on_payment")
    second_id, _ = _second_payment(order)
    rival = house.guest("13900000002")
    other = house.book(rival, house.wish(order.room)).must(201)["order_no"]
    house.pay(rival, other)
    house.settle()
    order.pay()
    house.settle()
    assert order.states == ["pending_payment", "cancelled"]
    found = house.send("GET", f"/api/payments/{second_id}", token=order.token).must(200)
    assert found["status"] == "closed"
    assert order.refunded == [(order.payment_id, 58000)]
    assert_balanced(house)


def test_an_open_payment_that_is_still_owed_stays_open_when_older_money_comes(house: House) -> None:
    """If its row alone was closed, WeChat would take its money beside that of the next one."""
    order = Order(house)
    order.pay()
    house.settle()
    fee = {"kind": "fee", "description": "Towels", "amount": 1500}
    path = f"/api/staff/bookings/{order.order_no}/folio-lines"
    house.send("POST", path, fee, house.admin, Idempotency_Key="fee").must(201)
    order.payment_id, older = order.open()
    _close(order)
    part = {"via": "native", "amount": 300}
    path = f"/api/staff/orders/{order.order_no}/payments"
    opened = house.send("POST", path, part, house.admin, Idempotency_Key="part").must(201)
    house.send("POST", f"/api/staff/bookings/{order.order_no}/folio-lines", fee, house.admin, Idempotency_Key="2").must(
        201
    )
    order.pay_with(older)
    house.settle()
    found = house.send("GET", f"/api/staff/payments/{opened['payment_id']}", token=house.admin).must(200)
    assert found["status"] == "created"
    house.simulate("POST", f"/simulator/payments/{opened['payment_id']}", {"result": "success"})
    house.settle()
    booking = house.booking(order.token, order.order_no)
    assert (booking["balance"], order.refunded) == (1200, [])
    assert_balanced(house)


def test_money_for_a_cancelled_paid_stay_that_kept_it_all_is_not_touched_again(house: House) -> None:
    order = Order(house, free_cancel_hours=48, cancel_fee_bp=10_000)
    order.pay()
    house.relay()
    [message] = house.sqs.receive_message(QueueUrl=house._refs["PaidBookingsQueue"])["Messages"]
    assert house.feed("mark_booking_paid", [message["Body"]]) == []
    order.cancel().must(200)
    for row in house.rows("inbox"):
        key = {name: row[name] for name in ("aggregate_id", "entry")}
        house.dynamodb.delete_item(TableName="posthouse-inbox", Key=key)
    assert house.feed("mark_booking_paid", [message["Body"]]) == []
    house.settle()
    assert order.states == ["pending_payment", "paid", "cancelled"]
    assert order.refunded == []
    assert_balanced(house)
