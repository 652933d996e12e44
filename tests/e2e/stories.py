"""The plans of a day's guests: stays, shop orders and a flash sale, each begun first and continued later."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from tests.e2e.patience import Patient, People, new_key

STAY_PLANS = {"whole": 45, "left": 10, "cancelled": 15, "unpaid": 15, "partly_refunded": 10, "refunded": 5}
GOODS_PLANS = {"received": 30, "returned": 20, "cancelled": 15, "refunded": 10, "unpaid": 10, "left": 15}
NOTIFICATIONS_LOST = 0.1
FINAL_STAY = {"cancelled", "refunded", "refunding", "finished", "no_show"}
FINAL_GOODS = {"cancelled", "refunded", "refunding", "returned", "cancelling"}
WAIT_SECONDS = 8.0


@dataclass
class Props:
    """The rooms, goods and people that a day's stories use."""

    people: People
    room: dict[str, Any]
    goods_id: str
    sale_id: str


@dataclass
class Story(ABC):
    """One guest's order. ``done``: only the system still has work to do for it."""

    props: Props
    dice: Random
    plan: str
    guest: Patient | None = None
    order_no: str | None = None
    paid: bool = False
    done: bool = False
    key: str = field(default_factory=new_key)

    @abstractmethod
    def begin(self) -> None:
        """Do the guest's part: order and pay."""

    @abstractmethod
    def go_on(self) -> None:
        """Do what follows after the payment; may be called until the story is done."""

    @property
    def begun(self) -> bool:
        """Whether there is an order to continue."""
        return self.order_no is not None

    @property
    def somebody(self) -> Patient:
        assert self.guest is not None
        return self.guest

    def log_in(self) -> Patient:
        if self.guest is None:
            self.guest = self.props.people.guest()
        return self.guest

    def pay(self) -> None:
        assert self.order_no is not None
        lost = self.dice.random() < NOTIFICATIONS_LOST
        self.paid = self.props.people.pay(self.somebody, self.order_no, lost=lost)

    def give_back(self, wish: dict[str, Any]) -> None:
        path = f"/api/staff/orders/{self.order_no}/refunds"
        self.props.people.admin.send("POST", path, wish, Idempotency_Key=self.key).must(202)
        self.done = True

    def coupon(self) -> dict[str, str]:
        """The guest's coupon, if it is granted already and this guest uses it."""
        unused = self.somebody.get("/api/me/coupons?status=unused")["items"]
        return {"coupon_id": unused[0]["coupon_id"]} if unused and self.dice.random() < 0.6 else {}

    def status_of(self, path: str, holds: Callable[[str], bool]) -> str:
        """Wait for one of the wanted statuses; after a bounded time, returns the present status."""
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            status: str = self.somebody.get(path)["status"]
            if holds(status) or time.monotonic() > deadline:
                return status
            time.sleep(0.3)


@dataclass
class Stay(Story):
    """A booking."""

    def begin(self) -> None:
        guest, world = self.log_in(), self.props.people.world
        check_in = world.today + timedelta(days=0 if self.plan == "whole" else self.dice.randint(4, 12))
        dates = {"check_in": str(check_in), "check_out": str(check_in + timedelta(days=self.dice.randint(1, 3)))}
        whom = {"units": 1, "guest_name": "李雷", "phone_number": "13800138000"}
        wish = {"room_id": self.props.room["room_id"], **dates, **whom, **self.coupon()}
        booked = guest.send("POST", "/api/bookings", wish, Idempotency_Key=self.key)
        assert booked.status in {200, 201}, (booked.status, booked.body)
        self.order_no = booked.body["order_no"]
        if self.plan == "unpaid":
            self.done = True
        else:
            self.pay()

    def go_on(self) -> None:
        status = self.status_of(f"/api/bookings/{self.order_no}", lambda status: status != "pending_payment")
        if status in FINAL_STAY or self.plan == "left":
            self.done = True
        elif status != "pending_payment":
            getattr(self, f"_{self.plan}")()

    def _whole(self) -> None:
        path, admin = f"/api/staff/bookings/{self.order_no}", self.props.people.admin
        arrived = admin.send("POST", f"{path}/check-in")
        # After a lost response, the repeat is refused.
        assert arrived.status == 200 or arrived.body["code"] == "invalid_transition", arrived
        admin.send("POST", f"{path}/check-out").must(202)
        self.done = True

    def _cancelled(self) -> None:
        self.somebody.send("POST", f"/api/bookings/{self.order_no}/cancellation").must(200)
        self.done = True

    def _partly_refunded(self) -> None:
        self.give_back({"amount": 1000, "reason": "Noise"})

    def _refunded(self) -> None:
        self.give_back({"reason": "Fire"})


@dataclass
class Goods(Story):
    """A shop order, partly paid from the balance."""

    def begin(self) -> None:
        guest, admin = self.log_in(), self.props.people.admin
        given = f"/api/staff/users/{guest.get('/api/me')['user_id']}/balance-changes"
        admin.send("POST", given, {"change": 3000, "reason": "Gift"}, Idempotency_Key=new_key()).must(201)
        whom = {"address": "1 Test Road", "consignee": "韩梅梅", "phone_number": "13800138000"}
        items = [{"goods_id": self.props.goods_id, "quantity": self.dice.randint(2, 3)}]
        wish = {"items": items, **whom, "balance": 2000, **self.coupon()}
        ordered = guest.send("POST", "/api/shop-orders", wish, Idempotency_Key=self.key)
        assert ordered.status in {200, 201}, (ordered.status, ordered.body)
        self.order_no = ordered.body["order_no"]
        if self.plan == "cancelled":
            guest.send("POST", f"/api/shop-orders/{self.order_no}/cancellation").must(200)
        self.done = self.plan in {"unpaid", "cancelled"}
        if not self.done:
            self.pay()

    def go_on(self) -> None:
        waiting = {"pending_payment", "unconfirmed"}
        status = self.status_of(f"/api/shop-orders/{self.order_no}", lambda status: status not in waiting)
        if status in FINAL_GOODS or self.plan == "left":
            self.done = True
        elif status not in waiting:
            getattr(self, f"_{self.plan}")()

    def _received(self) -> None:
        path, shipment = f"/api/staff/orders/{self.order_no}", {"carrier": "SF", "tracking_no": "SF1"}
        _or_repeated(self.props.people.admin.send("POST", f"{path}/shipment", shipment))
        _or_repeated(self.somebody.send("POST", f"/api/shop-orders/{self.order_no}/receipt"))
        self.done = True

    def _returned(self) -> None:
        self._received()
        path = f"/api/staff/orders/{self.order_no}/return"
        _or_repeated(self.props.people.admin.send("POST", path, {"reason": "Broken"}))

    def _refunded(self) -> None:
        self.give_back({"reason": "Fire"})


@dataclass
class FlashBuyer(Story):
    """A guest at the flash sale."""

    ticket: str | None = None

    @property
    def begun(self) -> bool:
        return self.ticket is not None

    def begin(self) -> None:
        path = f"/api/flash-sales/{self.props.sale_id}/orders"
        pressed = self.log_in().send("POST", path, {})
        assert pressed.status == 202 or pressed.body["code"] in {"sold_out", "already_bought"}, pressed
        self.ticket = pressed.body.get("ticket")
        self.done = self.ticket is None

    def go_on(self) -> None:
        path = f"/api/flash-sales/{self.props.sale_id}/orders/mine?ticket={self.ticket}"
        if self.status_of(path, lambda status: status != "queued") == "queued":
            return
        self.order_no = self.somebody.get(path).get("order_no")
        if self.order_no is not None and self.plan != "unpaid" and not self.paid:
            self.pay()
        self.done = True


def _or_repeated(reply: Any) -> None:
    """Accept a refusal of a repeat: the first request had its effect, but its response was lost."""
    assert reply.status < 300 or reply.body["code"] == "invalid_transition", reply


def draw(plans: dict[str, int], dice: Random) -> str:
    """Choose one of the plans, by their weights."""
    return dice.choices(list(plans), list(plans.values()))[0]
