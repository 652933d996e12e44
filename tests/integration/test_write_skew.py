"""Two steps decide by two rows, and each changes only one of them: each must check the row that it only reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from posthouse.store import payments
from posthouse.store.transaction import Transaction
from tests.integration.conftest import Arrange
from tests.integration.house import NOW, House, Reply
from tests.integration.ledgers import assert_balanced
from tests.integration.paid_stay import PaidStay, reserved
from tests.integration.shopping import Shop
from tests.support.clock import clock_at


class Sent:
    """An order of goods with a coupon, paid through WeChat and sent."""

    def __init__(self, house: House, **more: Any) -> None:
        self.house, self.shop = house, Shop(house)
        self.order_no: str = self.shop.order(coupon_id=self.shop.coupon["coupon_id"], **more).must(201)["order_no"]
        self.payment_id: str = house.pay(self.shop.token, self.order_no)["payment_id"]
        house.settle()
        shipment = {"carrier": "SF", "tracking_no": "SF123"}
        self.shop.staff("POST", f"/orders/{self.order_no}/shipment", shipment).must(200)

    def refund(self, amount: int | None = None, key: str = "refund") -> Reply:
        body = {"reason": "Broken"} | ({} if amount is None else {"amount": amount})
        return self.shop.staff("POST", f"/orders/{self.order_no}/refunds", body, key)

    def take_back(self, amount: int | None = None) -> Reply:
        body = {} if amount is None else {"amount": amount}
        return self.shop.staff("POST", f"/orders/{self.order_no}/return", body)

    @property
    def coupon(self) -> str:
        [coupon] = self.house.coupons(self.shop.token)
        return str(coupon["status"])


@pytest.mark.parametrize("first", ["refund", "return"])
def test_a_whole_refund_and_a_return_of_nothing_at_once_give_the_coupon_back(
    house: House, before_commit: Arrange, first: str
) -> None:
    sent = Sent(house)
    if first == "refund":
        before_commit(lambda: sent.take_back(0).must(200))
        sent.refund().must(202)
    else:
        before_commit(lambda: sent.refund().must(202))
        sent.take_back(0).must(200)
    assert sent.coupon == "unused", "all money is back, and so are the goods"
    house.settle()
    assert_balanced(house)


def test_a_cancellation_without_a_refund_sees_a_refund_that_wechat_closes_meanwhile(
    house: House, before_commit: Arrange
) -> None:
    token, room = house.guest(), house.room(cancel_fee_bp=5000, free_cancel_hours=72)
    order_no = house.book(token, house.wish(room, begin=1)).must(201)["order_no"]
    house.pay(token, order_no)
    house.settle()
    path = f"/api/staff/orders/{order_no}/refunds"
    asked = house.send("POST", path, {"reason": "x", "amount": 20000}, house.admin, Idempotency_Key="k").must(202)
    house.settle()
    number = asked["out_refund_no"]
    before_commit(lambda: house.simulate("POST", f"/simulator/refunds/{number}", {"result": "closed"}))
    cancelled = house.send("POST", f"/api/bookings/{order_no}/cancellation", token=token).must(200)
    # 20000 of 30000 fen had been promised, so the fee of 15000 fen cannot be kept: what was promised is sent anew.
    assert cancelled["status"] == "refunding"
    refunds = sorted((row["amount"]["N"], row["status"]["S"]) for row in house.rows("refunds"))
    assert refunds == [("20000", "failed"), ("20000", "requested")]
    house.settle()
    assert_balanced(house)


# ---------------------------------------------------------------- folios: the booking and its payments decide together


class Owing:
    """A stay that was paid twice over time (60000 and 8000 fen), and owes 3000 fen for which a payment is open."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.stay = PaidStay(house, cancel_fee_bp=5000, free_cancel_hours=72)
        self.stay.charge("extra", 8000).must(201)
        self.stay.pay()
        self.stay.charge("extra", 3000).must(201)
        self.opened = self.stay.open().must(201)

    def settle(self) -> None:
        """Deliver the payment's event to the booking."""
        self.house.relay()
        assert self.house.drain("mark_booking_paid") == []

    def pay_and_settle(self) -> None:
        self.stay.play(self.opened)
        self.settle()

    def play(self, what: str) -> Callable[[], object]:
        """One of the steps, each with the answers that it may get."""
        plays: dict[str, Callable[[], object]] = {
            "settle": self.settle,
            "pay": self.pay_and_settle,
            "cancel": lambda: self.stay.cancel().must(200),
            "refund": lambda: self.stay.refund(10_000).must(202),
            "refund all": lambda: self.stay.refund().must(202),
            "even": lambda: self.stay.charge("adjustment", -3000).status,
            "more": lambda: self.stay.charge("fee", 500).status,
            "open": lambda: self.stay.open().status,
            "desk": lambda: self.stay.at_desk(3000).status,
        }
        return plays[what]


RACES = [
    # the step, its rival just before it commits, and what the folio says then: charges and paid
    ("settle", "even", (68_000, 68_000)),
    ("settle", "more", (71_500, 71_000)),
    ("settle", "refund", (61_000, 61_000)),
    ("settle", "cancel", (30_000, 30_000)),
    ("settle", "refund all", (0, 0)),
    ("cancel", "pay", (30_000, 30_000)),
    ("cancel", "refund", (30_000, 30_000)),
    ("cancel", "more", (30_000, 30_000)),
    ("refund", "refund", (51_000, 48_000)),
    ("refund", "pay", (61_000, 61_000)),
    ("refund all", "pay", (0, 0)),
    ("refund all", "refund", (0, 0)),
    ("even", "pay", (68_000, 71_000)),
    ("more", "cancel", (30_000, 30_000)),
    ("open", "even", (68_100, 68_000)),
    ("desk", "pay", (71_000, 71_000)),
    ("desk", "cancel", (30_000, 30_000)),
    ("desk", "desk", (71_000, 71_000)),
    ("desk", "even", (68_000, 68_000)),
    ("desk", "refund all", (0, 0)),
    ("settle", "desk", (71_000, 71_000)),
    ("cancel", "desk", (30_000, 30_000)),
    ("refund all", "desk", (3000, 3000)),
]


@pytest.mark.parametrize(("runs", "rival", "sums"), RACES)
def test_whoever_commits_first_no_money_is_kept_or_given_back_twice(
    house: House, before_commit: Arrange, runs: str, rival: str, sums: tuple[int, int]
) -> None:
    owing = Owing(house)
    if runs == "settle":
        owing.stay.play(owing.opened)
    if runs == "open":
        owing.stay.charge("fee", 100).must(201)
    before_commit(owing.play(rival))
    owing.play(runs)()
    house.settle()
    assert owing.stay.sums[:2] == sums
    assert_balanced(house)
    house.settle()
    for refund in owing.stay.booking["refunds"]:
        owing.stay.tell(refund["out_refund_no"])
    assert_balanced(house)


def test_two_payments_at_once_are_kept_as_far_as_the_folio_is_uneven(house: House, before_commit: Arrange) -> None:
    owing = Owing(house)
    stay, first = owing.stay, owing.opened
    transaction = Transaction()
    payments.close(transaction, first["payment_id"])  # only at our side, as a lost close leaves it
    assert transaction.commit() is None
    stay.charge("extra", 1500).must(201)
    second = stay.open().must(201)
    stay.play(second)
    stay.play(first)
    house.relay()
    [one, two] = house.messages("PaidBookingsQueue")
    before_commit(lambda: house.feed("mark_booking_paid", [two]))
    assert house.feed("mark_booking_paid", [one]) == []
    house.settle()
    assert (stay.sums, sum(stay.at_wechat)) == ((72_500, 72_500, 0), 3000)
    assert_balanced(house)


@pytest.mark.parametrize("rival", ["pay", "check-in"])
def test_a_hold_whose_time_is_over_loses_to_its_guest(house: House, before_commit: Arrange, rival: str) -> None:
    until = NOW + timedelta(minutes=20)
    stay = reserved(house, begin=0, hold_until=until)
    opened = stay.open().must(201)
    house.relay()
    [message] = [body for body in house.messages("BookingWaitsQueue") if stay.order_no in body]
    if rival == "pay":
        before_commit(lambda: stay.play(opened))
    else:
        path, admin = f"/api/staff/bookings/{stay.order_no}/check-in", house.admin
        before_commit(lambda: house.send("POST", path, token=admin).must(200))
    with clock_at(until + timedelta(seconds=1)):
        assert house.feed("cancel_unpaid_booking", [message]) == []
        house.settle()
        paid = rival == "pay"
        assert stay.status == ("paid" if paid else "checked_in")
        assert stay.sums == (60_000, 60_000 if paid else 0, 0 if paid else 60_000)
        assert_balanced(house)
