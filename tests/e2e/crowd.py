"""A few guests, a room and goods that are not enough for all: the guests' requests, at once, and their results."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.checkout.test_shop_orders import article, give, order, stock_of
from tests.e2e.world import Guest, Reply, World, until

AT_ONCE = 8
"""The number of requests that the edge lets into one function."""

NIGHT_PRICE, POT_PRICE = 30000, 6000
GONE = {"cancelled", "refunded"}
AT_REST = {"paid", "checked_in", "pending_payment", *GONE}
LEGAL = {
    way[:length]
    for way in (
        ("pending_payment", "cancelled"),
        ("pending_payment", "paid", "checked_in"),
        ("pending_payment", "paid", "refunding", "refunded"),
    )
    for length in range(1, len(way) + 1)
}
"""The states that a stay may have by then."""

Act = Callable[[], Reply]


@dataclass
class Order:
    """An accepted order, and the amount that staff have promised to refund."""

    guest: Guest
    order_no: str
    payable: int
    nights: tuple[int, ...] = ()
    pots: int = 0
    coupon: bool = False
    balance: int = 0
    given_back: int = 0
    status: str = "pending_payment"

    @property
    def path(self) -> str:
        return f"/api/{'bookings' if self.nights else 'shop-orders'}/{self.order_no}"

    @property
    def lives(self) -> bool:
        return self.status not in GONE


@dataclass
class Crowd:
    """Everything that one round needs, newly made; ``random`` decides all that does not depend on who comes first."""

    world: World
    random: random.Random
    orders: list[Order] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.guests = [self.world.guest() for _ in range(3)]
        self.coupons = {it.openid: until(it.coupons, bool)[0]["coupon_id"] for it in self.guests}
        self.units, self.stock = self.random.randint(2, 3), self.random.randint(3, 6)
        self.balance = self.random.choice([4000, 9000])
        self.room = self.world.room(self.units, NIGHT_PRICE)
        self.pot = article(self.world, self.stock, POT_PRICE)
        for guest in self.guests:
            give(self.world, guest, self.balance)

    # ------------------------------------------------------------ what they want

    def rush(self) -> list[Reply]:
        """Let all guests book and order at once; returns all replies, and keeps the orders."""
        acts = [self._booking(guest) for guest in self.guests for _ in range(2)]
        acts += [self._purchase(guest) for guest in self.guests for _ in range(2)]
        self.random.shuffle(acts)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(insist, acts))

    def _booking(self, guest: Guest) -> Act:
        begin, nights = self.random.choice([0, 0, 1]), self.random.randint(1, 2)
        coupon = self.random.random() < 0.6
        more = {"coupon_id": self.coupons[guest.openid]} if coupon else {}
        wish = self.world.wish(self.room["room_id"], begin, nights, **more)

        key = uuid.uuid4().hex

        def act() -> Reply:
            reply = self.world.book(guest, wish, key)
            if reply.status == 201:
                span = tuple(range(begin, begin + nights))
                self.orders.append(Order(guest, reply.body["order_no"], reply.body["payable"], span, coupon=coupon))
            return reply

        return act

    def _purchase(self, guest: Guest) -> Act:
        pots, balance = self.random.randint(1, 2), self.random.choice([0, 4000])
        coupon = pots == 2 and self.random.random() < 0.6
        more = {"coupon_id": self.coupons[guest.openid]} if coupon else {}

        key = uuid.uuid4().hex

        def act() -> Reply:
            reply = order(guest, {self.pot: pots}, key, balance=balance, **more)
            if reply.status == 201:
                body = reply.body
                made = Order(guest, body["order_no"], body["payable"], (), pots, coupon, body["balance_paid"])
                self.orders.append(made)
            return reply

        return act

    def pay_or_cancel(self) -> None:
        """Pay or cancel each order, or both at once, or each of them twice at once."""
        ways = [self.random.choice(["pay", "pay", "both", "twice", "cancel"]) for _ in self.orders]
        with ThreadPoolExecutor(AT_ONCE // 2) as pool:
            list(pool.map(self._pay_or_cancel, self.orders, ways))

    def _pay_or_cancel(self, one: Order, way: str) -> None:
        prepay_id = "" if way == "cancel" else self._open_payment(one)

        def pay() -> Reply:
            played = {"result": "success", "deliveries": 2, "retry": True}
            return self.world.simulator.send("POST", f"/simulator/payments/{prepay_id}", played)

        def cancel() -> Reply:
            return one.guest.send("POST", f"{one.path}/cancellation")

        acts = {"pay": [pay], "both": [pay, cancel], "twice": [pay, cancel, cancel], "cancel": [cancel, cancel]}[way]
        replies = at_once(acts)
        assert {it.status for it in replies} <= {200, 409}, [it.body for it in replies]

    @staticmethod
    def _open_payment(one: Order) -> str:
        opened = one.guest.send("POST", f"/api/orders/{one.order_no}/payments").must(201)
        prepay_id: str = opened["wechat"]["package"].removeprefix("prepay_id=")
        return prepay_id

    def come_and_go(self) -> None:
        """For a paid stay, the guest cancels while staff check in or refund; goods are refunded twice at once."""
        paid = [one for one in self.orders if one.status == "paid"]
        ways = [self.random.sample(["cancel", "check-in", "all", "part", "part"], 3) for _ in paid]
        with ThreadPoolExecutor(AT_ONCE // 3) as pool:
            list(pool.map(self._come_and_go, paid, ways))

    def _come_and_go(self, one: Order, ways: Sequence[str]) -> None:
        def act(way: str) -> Act:
            if way == "cancel":
                return lambda: one.guest.send("POST", f"{one.path}/cancellation")
            if way == "check-in":
                return lambda: self.world.admin.send("POST", f"/api/staff/bookings/{one.order_no}/check-in")
            body = {"reason": "Race", **({"amount": one.payable * 2 // 3} if way == "part" else {})}
            path, key = f"/api/staff/orders/{one.order_no}/refunds", uuid.uuid4().hex
            return lambda: self.world.admin.send("POST", path, body, Idempotency_Key=key)

        wanted = list(ways) if one.nights else ["all", "all"]
        replies = at_once([act(way) for way in wanted])
        codes = [(way, reply.status) for way, reply in zip(wanted, replies, strict=True)]
        assert {status for _, status in codes} <= {200, 202, 409}, [it.body for it in replies]
        one.given_back = sum(it.body["amount"] for it in replies if it.status == 202)
        assert one.given_back <= one.payable + one.balance, codes
        assert sum(code == ("all", 202) for code in codes) <= 1, codes
        if not one.nights:
            assert ("all", 202) in codes, codes

    # ------------------------------------------------------------ what came of it

    def come_to_rest(self) -> None:
        """Wait until every order has its last state and all money is where it belongs."""
        for one in self.orders:
            until(lambda one=one: self._unrest(one), lambda found: found is None, 300)  # type: ignore[misc]

    def _unrest(self, one: Order) -> str | None:
        """What is not settled yet about an order; None if all is."""
        found = one.guest.get(one.path)
        one.status = found["status"]
        if one.nights:
            assert tuple(it["status"] for it in found["timeline"]) in LEGAL, found["timeline"]
        trades = self._at_wechat("payments", one)
        came = sum(it["amount"] for it in trades if it["trade_state"] in {"SUCCESS", "REFUND"})
        went = sum(it["amount"] for it in self._at_wechat("refunds", one) if it["status"] == "SUCCESS")
        kept = {"paid": one.payable, "checked_in": one.payable}.get(one.status, 0)
        if one.lives:
            kept -= one.given_back
        if one.status not in AT_REST or came - went != kept:
            return f"{one.order_no} {one.status}: {came} came, {went} went, {kept} kept"
        return None

    def _at_wechat(self, what: str, one: Order) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.world.simulator.get(f"/simulator/{what}?order_no={one.order_no}")["items"]
        return items

    def hold_true(self) -> None:
        """Nothing was sold, used or spent twice, and nothing was lost."""
        alive = [one for one in self.orders if one.lives]
        sold = Counter(night for one in alive for night in one.nights)
        wish = self.world.wish(self.room["room_id"], 0, 3)
        span = f"from={wish['check_in']}&to={wish['check_out']}"
        nights = self.world.admin.get(f"/api/staff/rooms/{self.room['room_id']}/nights?{span}")["items"]
        assert [night["sold"] for night in nights] == [sold[number] for number in range(3)]
        assert all(night["sold"] <= self.units for night in nights)
        pots = sum(one.pots for one in alive)
        assert until(lambda: stock_of(self.world, self.pot), lambda left: left == self.stock - pots) >= 0
        for guest in self.guests:
            mine = [one for one in alive if one.guest is guest]
            spent = sum(one.balance for one in mine)
            assert guest.get("/api/me")["balance"] == self.balance - spent >= 0
            using = [one.order_no for one in mine if one.coupon]
            [coupon] = guest.coupons()
            assert [coupon["order_no"]] * len(using) == using, (coupon, using)
            assert (coupon["status"] == "used") == bool(using)


def insist(act: Act) -> Reply:
    """Repeat the request, with the same key, until there is a response: a slow machine may be too late."""
    return until(act, lambda it: it.status < 500 and (it.body or {}).get("code") != "in_progress", 90)


def at_once(acts: Sequence[Act]) -> list[Reply]:
    """Run all calls at the same time."""
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(insist, acts))
