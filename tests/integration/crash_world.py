"""A small world for the crash points: people, rooms, goods and orders, newly made for each point."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integration.house import NOW, House, Reply
from tests.integration.standing import Simulator
from tests.support.clock import clock_at, go_to
from tests.support.moto_state import MotoState, moto_state, put_back
from tests.support.workflow import Killed

Act = Callable[[], Any]
WHOM = {"address": "12 St James Square", "consignee": "Ada Lovelace", "phone_number": "13800138000"}
COMPANY = {
    "kind": "company",
    "title": "Example Hotels Ltd",
    "tax_number": "91510100MA0DEM0009",
    "email": "books@example.com",
}
SHIPMENT = {"carrier": "SF", "tracking_no": "SF-7777777"}


class World:
    """One guest with money and coupons, a hotel with rooms, a shop with goods; everything else on demand."""

    def __init__(self, house: House, simulator: Simulator) -> None:
        self.house = house
        self.simulator = simulator
        self._number = 0
        self._minutes = 0
        self._doors: list[str] = []
        house.template(quantity=10_000)
        house.template(name="Again", kind="check_out", amount=3000)
        self.token = house.guest()
        self.user_id: str = house.send("GET", "/api/me", token=self.token).must(200)["user_id"]
        self.room = house.room(units=500, nights=20)
        self.goods = self.article(5000)
        self.staff("POST", f"/users/{self.user_id}/balance-changes", {"change": 10_000_000, "reason": "Gift"})
        house.settle()

    def key(self) -> str:
        """A unique name."""
        self._number += 1
        return f"key-{self._number}"

    def try_at(self) -> int:
        """Minutes from the scene's beginning to a try: each try is two minutes after the previous one."""
        self._minutes += 2
        return self._minutes - 2

    def staff(self, method: str, path: str, body: Any = None, key: str | None = None) -> Reply:
        """Send a request as the admin; any status is fine."""
        return self.house.send(method, f"/api/staff{path}", body, self.house.admin, Idempotency_Key=key or self.key())

    def guest(self, method: str, path: str, body: Any = None, key: str | None = None) -> Reply:
        """Send a request as the guest."""
        return self.house.send(method, f"/api{path}", body, self.token, Idempotency_Key=key or self.key())

    def article(self, stock: int) -> str:
        """Create goods with so much in stock."""
        body = {"name": "Tea", "price": 3000, "stock": stock, "description": "", "images": []}
        goods_id: str = self.staff("POST", "/goods", body).must(201)["goods_id"]
        return goods_id

    # ------------------------------------------------------------ stays

    def booked(self, **more: Any) -> str:
        """A booking that waits for its payment."""
        wish = self.house.wish(self.room, begin=3, nights=2, **more)
        order_no: str = self.house.book(self.token, wish, self.key()).must(201)["order_no"]
        return order_no

    def with_payment(self, order_no: str, **how: Any) -> str:
        """The order's payment, by default paid by the guest; its messages still wait."""
        payment_id: str = self.house.pay(self.token, order_no, **how)["payment_id"]
        return payment_id

    def paid(self) -> str:
        """A paid booking."""
        order_no = self.booked()
        self.with_payment(order_no)
        self.house.settle()
        return order_no

    def paid_with_fee(self) -> str:
        """A paid booking of which the hotel keeps a half, whenever it is cancelled."""
        room = self.house.room(units=5, nights=10, free_cancel_hours=168, cancel_fee_bp=5000)
        wish = self.house.wish(room, begin=3, nights=2)
        order_no: str = self.house.book(self.token, wish, self.key()).must(201)["order_no"]
        self.with_payment(order_no)
        self.house.settle()
        return order_no

    def charge(self, order_no: str, kind: str, amount: int) -> None:
        """Add a line to a stay's folio."""
        line = {"kind": kind, "description": "Minibar", "amount": amount}
        self.staff("POST", f"/bookings/{order_no}/folio-lines", line).must(201)

    def closed_refund(self) -> str:
        """A refund of a paid booking that WeChat has closed."""
        order_no = self.paid()
        asked = self.staff("POST", f"/orders/{order_no}/refunds", {"reason": "Noise", "amount": 100}).must(202)
        self.house.settle()
        number: str = asked["out_refund_no"]
        self.house.simulate("POST", f"/simulator/refunds/{number}", {"result": "closed"})
        return number

    def number(self) -> str:
        """A number of the room type that nobody has."""
        path = f"/rooms/{self.room['room_id']}/numbers"
        self._doors.append(str(101 + len(self._doors)))
        self.staff("PUT", path, {"numbers": self._doors}).must(200)
        return self._doors[-1]

    def arrived(self, *numbers: str) -> str:
        """A booking whose guest has checked in."""
        order_no = self.paid()
        with clock_at(NOW + timedelta(days=3)):
            body = {"numbers": list(numbers)} if numbers else None
            self.staff("POST", f"/bookings/{order_no}/check-in", body).must(200)
            self.house.settle()
        return order_no

    # ------------------------------------------------------------ invoices

    def invoice(self, order_no: str = "") -> str:
        """The requested invoice of an order, by default of a paid booking."""
        path = f"/orders/{order_no or self.paid()}/invoice-requests"
        invoice_id: str = self.guest("POST", path, COMPANY).must(201)["invoice_id"]
        return invoice_id

    def issued_invoice(self, order_no: str = "") -> str:
        """An invoice that was issued."""
        invoice_id = self.invoice(order_no)
        self.staff("POST", f"/invoice-requests/{invoice_id}/issued", {"number": "26510000000000000001"}).must(200)
        return invoice_id

    def outdated_invoice(self) -> str:
        """An invoice that was issued, and of which a part went back since."""
        order_no = self.paid()
        invoice_id = self.issued_invoice(order_no)
        self.staff("POST", f"/orders/{order_no}/refunds", {"reason": "Noise", "amount": 100}).must(202)
        self.house.settle()
        return invoice_id

    # ------------------------------------------------------------ goods

    def order_wish(self) -> dict[str, Any]:
        """The body of a shop order that uses balance too."""
        return {"items": [{"goods_id": self.goods, "quantity": 2}], **WHOM, "balance": 1500}

    def ordered(self) -> str:
        """A shop order that waits for its payment."""
        order_no: str = self.guest("POST", "/shop-orders", self.order_wish()).must(201)["order_no"]
        return order_no

    def paid_goods(self) -> str:
        """A paid shop order."""
        order_no = self.ordered()
        self.with_payment(order_no)
        self.house.settle()
        return order_no

    def sent_goods(self) -> str:
        """A shop order that has been sent."""
        order_no = self.paid_goods()
        self.staff("POST", f"/orders/{order_no}/shipment", SHIPMENT).must(200)
        self.house.settle()
        return order_no

    def refused_shipping(self) -> str:
        """The payment of goods that were sent by a carrier whose name WeChat does not know."""
        order_no = self.paid_goods()
        unknown = {"carrier": "老王的三轮车", "tracking_no": "W1"}
        self.staff("POST", f"/orders/{order_no}/shipment", unknown).must(200)
        self.house.settle()
        refused = self.staff("GET", "/shipping-information").must(200)["items"]
        return next(str(it["payment_id"]) for it in refused if it["order_no"] == order_no)

    def checkout_at(self, step: str, *, undone: bool) -> dict[str, Any]:
        """The facts of a checkout that was killed just before a step; ``undone`` if it had failed before that."""

        def fail(when: str, at: str) -> None:
            if (when, at) == ("before", step):
                raise Killed
            if undone and (when, at) == ("before", "confirm_order"):
                raise RuntimeError("broken")

        self.house.workflow_faults = fail
        [coupon] = self.fresh_coupon()
        body = {**self.order_wish(), "items": [{"goods_id": self.goods, "quantity": 4}], "coupon_id": coupon}
        self.guest("POST", "/shop-orders", body).refused(503, "busy")
        self.house.workflow_faults = lambda _when, _at: None
        facts: dict[str, Any] = self.house.workflow_facts
        return facts

    def fresh_coupon(self) -> list[str]:
        """An unused coupon of the guest, granted for a stay that does not exist."""
        finished = {"outcome": "finished", "user_id": self.user_id}
        facts = {"finished": finished, "order_no": f"B{self.key()}", "correlation_id": "coupon"}
        return [self.house.invoke("grant_check_out_coupon", facts)["coupon_id"]]

    # ------------------------------------------------------------ flash sales

    def sale(self, minutes: int = 60) -> str:
        """A flash sale of five units that is open."""
        window = {"starts_at": NOW.isoformat(), "ends_at": (NOW + timedelta(minutes=minutes)).isoformat()}
        wish = {"goods_id": self.goods, "price": 900, "stock": 5, "shards": 2, **window}
        sale_id: str = self.staff("POST", "/flash-sales", wish).must(201)["sale_id"]
        self.house.forget_caches()
        return sale_id

    def won(self) -> str:
        """A flash order that waits for its payment."""
        sale_id = self.sale()
        self.guest("POST", f"/flash-sales/{sale_id}/orders").must(202)
        assert self.house.drain("place_flash_order") == []
        [order] = self.staff("GET", f"/flash-orders?sale_id={sale_id}").must(200)["items"]
        order_no: str = order["order_no"]
        return order_no

    # ------------------------------------------------------------ messages

    def message(self, queue: str) -> str:
        """Take the only message out of a queue."""
        self.house.relay()
        [body] = self.house.messages(queue)
        return body

    def feed(self, step: str, body: str) -> Act:
        """Make an action that gives a consumer this message."""
        return lambda: self.house.feed(step, [body])

    def later(self, act: Act, **delta: int) -> Act:
        """Make the same action run at a later time."""

        def act_later() -> Any:
            with clock_at(NOW + timedelta(**delta)):
                return act()

        return act_later


@dataclass(frozen=True)
class Picture:
    """A snapshot of a scene: the state of AWS, WeChat, the clock, the world and its house.

    An execution environment is not included: after `put_back` a new one begins.
    """

    moto: MotoState
    wechat: bytes
    moment: datetime
    known: dict[str, Any]
    delivered: dict[str, int]

    @classmethod
    def of(cls, world: World) -> Picture:
        """Take a snapshot now."""
        known = {name: copy.deepcopy(it) for name, it in vars(world).items() if name not in {"house", "simulator"}}
        return cls(moto_state(), world.simulator.memory(), datetime.now(UTC), known, dict(world.house.delivered))

    def put_back(self, world: World) -> None:
        """Restore the snapshot."""
        put_back(self.moto)
        world.simulator.remember(self.wechat)
        go_to(self.moment)
        vars(world).update(copy.deepcopy(self.known))
        world.house.delivered = Counter(self.delivered)
        world.house.begin_environment()


_BEGUN: dict[str, Picture] = {}
"""Snapshots by the simulator's address: a world is made only once in a process."""


def begun(house: House, simulator: Simulator) -> World:
    """A world in its first state."""
    if simulator.url not in _BEGUN:
        _BEGUN[simulator.url] = Picture.of(World(house, simulator))
    world = object.__new__(World)
    world.house, world.simulator = house, simulator
    _BEGUN[simulator.url].put_back(world)
    return world
