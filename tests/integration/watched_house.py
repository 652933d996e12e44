"""A small house under watch: a test decides when messages, time and WeChat's notifications come, and after each step
the books are compared with the expected state.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from moto import mock_aws

from tests.integration.expected import Expected, Order, now
from tests.integration.house import NOW, House
from tests.integration.ledgers import assert_balanced
from tests.integration.small_house import SmallHouse
from tests.integration.standing import Simulator
from tests.support.clock import clock_at

SETTLING = (
    "place_flash_order",
    "mark_booking_paid",
    "mark_shop_order_paid",
    "close_payment",
    "send_refund",
    "mark_booking_refunded",
    "mark_shop_order_refunded",
)
TIMERS = ("cancel_unpaid_booking", "end_shop_order_wait")
HOW: dict[str, dict[str, Any]] = {"told": {}, "lost": {"lost": True}, "twice": {"deliveries": 2}}
JUMPS = [timedelta(minutes=40), timedelta(hours=13), timedelta(days=1), timedelta(days=11)]
"""All are longer than an order waits for its payment: an order that has waited for one of them is overdue."""


which = st.integers(0, 7)
ways = st.sampled_from(["told", "lost", "twice"])


class WatchedHouse(RuleBasedStateMachine):
    """The events that come by themselves, and the rules that always hold."""

    simulator: ClassVar[Simulator]

    def __init__(self) -> None:
        super().__init__()
        with ExitStack() as stack:
            stack.enter_context(mock_aws())
            self.clock = stack.enter_context(clock_at(NOW))
            patch = stack.enter_context(pytest.MonkeyPatch.context())
            url, config, houses = self.simulator.url, self.simulator.config, self.simulator.houses
            house = House(url, config, patch)
            houses.append(house)
            stack.callback(houses.remove, house)
            self.small = SmallHouse(house)
            self.house = house
            self.open = stack.pop_all()
        self.expected = Expected()
        self.past: list[tuple[str, str]] = []

    def teardown(self) -> None:
        with self.open:
            self.all_is_quiet()
            while self.on_the_way("asked", "under_way"):
                self.a_refund_ends(0, "told")
            self.all_is_quiet()

    def one(self, number: int, kinds: str = "BSF") -> Order | None:
        """One of the orders, if there is any."""
        found = [order for order in self.expected.orders.values() if order.kind in kinds]
        return found[number % len(found)] if found else None

    def any_is(self, *statuses: str, kinds: str = "BSF") -> bool:
        """Whether there is such an order: a step that is always refused shows little."""
        return any(it.status in statuses and it.kind in kinds for it in self.expected.orders.values())

    # ------------------------------------------------------------ messages, time and WeChat

    def bring(self, step: str, *, twice: bool = False, backwards: bool = False) -> None:
        """Deliver the messages that wait for a consumer."""
        self.small.relay()
        bodies = self.small.waiting(step) * (2 if twice else 1)
        self.feed(step, bodies[::-1] if backwards else bodies)

    def feed(self, step: str, bodies: list[str]) -> None:
        if not bodies:
            return
        assert self.house.feed(step, bodies) == []
        self.past += [(step, body) for body in bodies]
        for body in bodies:
            event = json.loads(body)
            if step == "place_flash_order":
                self.expected.verdict(event["aggregate_id"], self.small.users.index(event["payload"]["user_id"]))
            else:
                self.expected.arrives(step, self.expected.orders[event["payload"]["order_no"]])

    @rule(
        steps=st.lists(st.sampled_from(SETTLING), min_size=3, max_size=7, unique=True),
        twice=st.booleans(),
        backwards=st.booleans(),
    )
    @precondition(lambda self: self.expected.orders)
    def messages_arrive(self, steps: list[str], twice: bool, backwards: bool) -> None:
        for step in steps:
            self.bring(step, twice=twice, backwards=backwards)

    @rule(number=st.integers(0, 50))
    @precondition(lambda self: self.past)
    def a_message_comes_again(self, number: int) -> None:
        step, body = self.past[number % len(self.past)]
        self.feed(step, [body])

    @rule(jump=st.sampled_from(JUMPS), lost=st.booleans())
    @precondition(lambda self: self.expected.orders)
    def time_passes(self, jump: timedelta, lost: bool) -> None:
        """Move the clock; timers may have been lost, then the sweeper sends them again."""
        for step in TIMERS if lost else ():
            self.small.relay()
            self.small.waiting(step)
        self.clock.shift(jump if self.any_is("shipped") else min(jump, JUMPS[2]))
        self.house.invoke("sweep_due", {})
        for step in TIMERS:
            self.bring(step)

    @rule()
    @precondition(lambda self: self.expected.orders)
    def wechat_is_asked(self) -> None:
        self.clock.shift(JUMPS[0])
        self.house.invoke("reconcile_open", {})
        self.expected.look_after()

    @rule()
    @precondition(lambda self: self.expected.sale_open and now() >= self.small.sale_ends + timedelta(minutes=5))
    def the_sale_is_closed(self) -> None:
        assert self.house.invoke("close_flash_sales", {})["closed"] == 1
        self.expected.close_sale()

    @rule(number=which, how=ways)
    @precondition(lambda self: self.on_the_way("asked", "under_way"))
    def a_refund_ends(self, number: int, how: str) -> None:
        """Let WeChat pay a refund that was requested."""
        self.bring("send_refund")
        found = self.on_the_way("under_way")
        order, refund_no = found[number % len(found)]
        self.house.simulate("POST", f"/simulator/refunds/{refund_no}", {"result": "success", **HOW[how]})
        order.backs[refund_no].state = "ended" if how == "lost" else "arrived"

    def on_the_way(self, *states: str) -> list[tuple[Order, str]]:
        """Refunds in this state."""
        orders = self.expected.orders.values()
        return [(order, no) for order in orders for no, back in order.backs.items() if back.state in states]

    # ------------------------------------------------------------ what always holds

    @invariant()
    def the_books_are_as_expected(self) -> None:
        expected = self.expected
        assert self.small.statuses() == {order.order_no: order.status for order in expected.orders.values()}
        units, sold = self.small.nights()
        assert (units, sold) == (expected.units, expected.sold)
        assert all(taken <= there for there, taken in zip(units, sold, strict=True))
        assert (self.small.stock(), self.small.on_sale()) == (expected.stock, expected.on_sale)
        assert self.small.account("balance") == expected.balance
        assert self.small.coupons_left() == expected.coupon_left
        states = {"asked": "requested", "under_way": "processing", "ended": "processing", "arrived": "succeeded"}
        backs = {no: back for order in expected.orders.values() for no, back in order.backs.items()}
        assert self.small.refunds() == {no: (back.amount, states[back.state]) for no, back in backs.items()}

    @rule()
    @precondition(lambda self: self.expected.orders)
    def all_is_quiet(self) -> None:
        """Deliver all messages, until only time can bring more work, and assert the state that must hold then."""
        moved = True
        while moved:
            before = len(self.past)
            for step in SETTLING:
                self.bring(step)
            moved = len(self.past) > before
        self.house.drain("award_points")
        self.the_books_are_as_expected()
        assert self.small.account("points") == self.expected.points
        assert_balanced(self.house)
