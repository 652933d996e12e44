"""The books are right whatever guests, staff, timers and WeChat do, in any order of messages."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from posthouse.domain.refund import refund_no_of
from tests.integration.expected import (
    COUPON,
    COUPON_FROM,
    FREE_SHIPPING_FROM,
    GONE,
    NIGHT_PRICE,
    PRICES,
    SHIPPING,
    Order,
    calendar_date,
    now,
    today,
)
from tests.integration.house import TODAY
from tests.integration.standing import Simulator
from tests.integration.watched_house import HOW, WatchedHouse, ways, which
from tests.support.examples import examples

guests = st.integers(0, 1)
soon = st.sampled_from(["told", "told", "twice", "lost", "looks", "no"])
parts = st.sampled_from([None, 700, 2000, 9000])


class Life(WatchedHouse):
    """What people may do; each rule states the result, also a refusal."""

    @initialize(begin=st.integers(0, 2), coupon=st.booleans(), how=soon)
    def a_day_begins(self, begin: int, coupon: bool, how: str) -> None:
        """Begin with some orders: an empty house shows little."""
        self.book(0, begin, 1, coupon, how)
        self.order_goods(1, 2, 1, not coupon, 4000, how)
        self.press(begin % 2)

    # ------------------------------------------------------------ guests

    @rule(guest=guests, begin=st.integers(0, 2), nights=st.integers(1, 2), coupon=st.booleans(), how=soon)
    def book(self, guest: int, begin: int, nights: int, coupon: bool, how: str) -> None:
        units = 1 + (begin == 0 and nights == 1)
        reply = self.small.book(guest, begin, nights, units, coupon=coupon)
        wanted = range(begin, begin + nights)
        if TODAY + timedelta(days=begin) < today():
            reply.refused(422, "invalid_request")
        elif any(night > 2 or self.expected.units[night] - self.expected.sold[night] < units for night in wanted):
            reply.refused(409, "sold_out")
        elif coupon and not self.expected.coupon_left[guest]:
            reply.refused(409, "coupon_unusable")
        else:
            payable = NIGHT_PRICE * nights * units - COUPON * coupon
            booking = Order(
                reply.must(201)["order_no"], guest, payable, nights=tuple(wanted), units=units, coupon=coupon
            )
            assert reply.body["payable"] == payable
            self.expected.take_nights(self.expected.add(booking))
            self.expected.take_means(booking)
            self.pay(booking, how)

    @rule(
        guest=guests,
        tea=st.integers(0, 3),
        cup=st.integers(1, 2),
        coupon=st.booleans(),
        balance=st.sampled_from([0, 4000, 50_000]),
        how=soon,
    )
    def order_goods(self, guest: int, tea: int, cup: int, coupon: bool, balance: int, how: str) -> None:
        reply = self.small.order(guest, tea, cup, coupon=coupon, balance=balance)
        total = PRICES["tea"] * tea + PRICES["cup"] * cup
        due = total + (SHIPPING if total < FREE_SHIPPING_FROM else 0) - COUPON * coupon
        from_balance = min(balance, due)
        if tea > self.expected.stock["tea"] or cup > self.expected.stock["cup"]:
            reply.refused(409, "out_of_stock")
        elif coupon and (not self.expected.coupon_left[guest] or total < COUPON_FROM):
            reply.refused(409, "coupon_unusable")
        elif from_balance > self.expected.balance[guest]:
            reply.refused(409, "insufficient_balance")
        else:
            lines = Counter(tea=tea, cup=cup)
            payable = due - from_balance
            order = Order(reply.must(201)["order_no"], guest, payable, lines=lines, coupon=coupon, balance=from_balance)
            order.status = "pending_payment" if payable else "paid"
            self.expected.take_goods(self.expected.add(order))
            self.expected.take_means(order)
            self.pay(order, how)

    @rule(guest=guests)
    @precondition(lambda self: self.expected.sale_open)
    def press(self, guest: int) -> None:
        """A submission for an available unit is accepted; one for a unit that is gone may be refused, or lose later."""
        reply = self.small.press(guest)
        if now() >= self.small.sale_ends:
            reply.refused(409, "sale_not_open")
        elif self.expected.on_sale:
            reply.must(202)
        else:
            assert reply.status == 202 or reply.body["code"] == "sold_out"

    @rule(number=which, how=ways)
    @precondition(lambda self: self.any_is("pending_payment", "cancelled"))
    def pay_later(self, number: int, how: str) -> None:
        order = self.one(number)
        assert order is not None
        self.pay(order, how)

    def pay(self, order: Order, how: str) -> None:
        """A guest opens WeChat's payment sheet, or still has it open, and may pay even an order that is cancelled."""
        if how == "no":
            return
        reply = self.small.open_payment(order)
        if order.status == "pending_payment" and not order.came_in and not order.expired:
            order.payment_id = reply.must(201)["payment_id"]
            order.prepay_id = reply.body["wechat"]["package"].removeprefix("prepay_id=")
            order.money = "open" if order.money == "none" else order.money
            assert reply.body["amount"] == order.payable
        else:
            reply.refused(409, "not_payable")
        if how != "looks" and order.money in {"open", "paid"} and not order.expired:
            self.house.simulate("POST", f"/simulator/payments/{order.prepay_id}", {"result": "success", **HOW[how]})
            order.money = "paid"
            order.came_in = order.came_in or how != "lost"

    @rule(number=which)
    @precondition(lambda self: self.expected.orders)
    def cancel(self, number: int) -> None:
        order = self.one(number)
        assert order is not None
        reply = self.small.cancel(order)
        stay_ahead = order.kind == "B" and order.status == "paid" and order.days_since_arrival <= 0
        if order.status in GONE:
            reply.must(200)
        elif order.status == "pending_payment" and not order.came_in:
            self.expected.cancel_unpaid(order)
            reply.must(200)
        elif stay_ahead:
            self.expected.cancel_paid_stay(order)
            reply.must(200)
        else:
            reply.refused(409, "not_cancellable")
        if reply.status == 200:
            assert reply.body["status"] == order.status

    @rule(number=which)
    @precondition(lambda self: self.any_is("shipped"))
    def receive(self, number: int) -> None:
        order = self.one(number, "SF")
        assert order is not None
        reply = self.small.receive(order)
        if order.status in {"shipped", "received"}:
            order.status, order.shipped = reply.must(200)["status"], None
            assert order.status == "received"
        else:
            reply.refused(409, "invalid_transition")

    # ------------------------------------------------------------ staff

    @rule(number=which, what=st.sampled_from(["check-in", "check-out", "no-show"]))
    @precondition(lambda self: self.any_is("paid", "checked_in", kinds="B"))
    def stay(self, number: int, what: str) -> None:
        order = self.one(number, "B")
        assert order is not None
        day = order.days_since_arrival
        done, allowed = {
            "check-in": ("checked_in", order.status == "paid" and 0 <= day < len(order.nights)),
            "check-out": ("finished", order.status in {"checked_in", "finished"}),
            "no-show": ("no_show", order.status == "paid" and day > 0),
        }[what]
        assert self.small.stay(order, what) == allowed
        if allowed and order.status != done:
            order.status = done
            if what != "check-in":
                # Nobody sleeps a night twice: a check-out after midnight frees nothing of the night before.
                self.expected.free_nights(order, since=calendar_date() if what == "check-out" else today())

    @rule(number=which, part=parts)
    @precondition(lambda self: any(order.came_in or order.was_paid for order in self.expected.orders.values()))
    def refund(self, number: int, part: int | None) -> None:
        order = self.one(number)
        assert order is not None
        reply = self.small.refund(order, part)
        left = self.expected.left_of(order)
        amount = left if part is None else part
        if not 0 < amount <= left:
            reply.refused(409, "refund_exceeds_payment")
            return
        assert reply.must(202)["amount"] == amount
        spend = self.expected.refund_stay if order.kind == "B" else self.expected.refund_goods
        spend(order, amount, reply.body["out_refund_no"])

    @rule(number=which)
    @precondition(lambda self: self.any_is("paid", kinds="SF"))
    def ship(self, number: int) -> None:
        order = self.one(number, "SF")
        assert order is not None
        reply = self.small.ship(order)
        if order.status == "paid":
            order.status, order.shipped = reply.must(200)["status"], now()
        elif order.status == "shipped":
            reply.must(200)
        else:
            reply.refused(409, "invalid_transition")

    @rule(number=which, part=parts)
    @precondition(lambda self: self.any_is("shipped", "received"))
    def take_back(self, number: int, part: int | None) -> None:
        order = self.one(number, "SF")
        assert order is not None
        reply = self.small.take_back(order, part)
        left = self.expected.left_of(order)
        if order.status == "returned":
            reply.must(200)
        elif order.status not in {"shipped", "received"}:
            reply.refused(409, "invalid_transition")
        elif part is not None and part > left:
            reply.refused(409, "refund_exceeds_payment")
        else:
            reply.must(200)
            self.expected.return_goods(order, left if part is None else part, refund_no_of(order.payment_id, "return"))

    @rule(
        what=st.sampled_from(["tea", "cup", "balance", "units"]),
        change=st.sampled_from([-9000, -3, -1, 1, 3000]),
        number=st.integers(0, 2),
    )
    def staff_change(self, what: str, change: int, number: int) -> None:
        """Staff change stock, a balance or a night's units, never below the units sold and never below zero."""
        if what == "units":
            self.change_units(number, 2 + (change > 0) - (change < -1))
            return
        if what == "balance":
            known: Any = self.expected.balance
            key: Any = number % 2
            reply, code = self.small.change_balance(key, change), "insufficient_balance"
        else:
            known, key = self.expected.stock, what
            reply, code = self.small.change_stock(what, change), "insufficient_stock"
        if known[key] + change < 0:
            reply.refused(409, code)
        else:
            assert reply.status in {200, 201}
            known[key] += change

    def change_units(self, night: int, units: int) -> None:
        reply = self.small.change_units(night, units)
        if units < self.expected.sold[night]:
            reply.refused(409, "units_below_sold")
        else:
            reply.must(200)
            self.expected.units[night] = units


@pytest.mark.parametrize("number", [4, pytest.param(40, marks=pytest.mark.long)])
def test_the_books_are_right_whatever_happens(simulator: Simulator, number: int) -> None:
    Life.simulator = simulator
    run_state_machine_as_test(Life, settings=examples(number, steps=15))
