"""A guest's stay and its folio: what tests do with one, over HTTP; and a reserved one, as the desk will make it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec.structs import replace

from posthouse.domain.booking import MAX_HELD, Booking, BookingState, Moment
from posthouse.domain.catalogue import InventoryMode
from posthouse.domain.event import EventType
from posthouse.domain.ids import IdKind
from posthouse.entry.clock import step
from posthouse.services.bookings.booking_events import booking_event
from posthouse.store import bookings, guests, nights, outbox
from posthouse.store.transaction import Transaction
from tests.integration.house import House, Reply

PRICE = 30_000
"""What a night costs, in fen."""


class PaidStay:
    """A guest's booking of two nights, 60000 fen, paid unless ``paid`` says otherwise."""

    def __init__(self, house: House, *, begin: int = 1, paid: bool = True, **more: Any) -> None:
        self.house = house
        self.keys = 0
        wished = {name: more.pop(name) for name in ("adults", "extras", "coupon_id", "rate_plan_id") if name in more}
        self.token: str = more.pop("token", None) or house.guest()
        self.room: dict[str, Any] = more.pop("room", None) or house.room(price=PRICE, **more)
        wish = house.wish(self.room, begin=begin, nights=2, **wished)
        self.order_no: str = house.book(self.token, wish).must(201)["order_no"]
        self.payment_ids: list[str] = []
        if paid:
            self.pay()

    # ------------------------------------------------------------ money

    def open(self) -> Reply:
        return self.house.send("POST", f"/api/orders/{self.order_no}/payments", token=self.token)

    def play(self, opened: dict[str, Any], **how: Any) -> None:
        """The guest pays at WeChat, whatever has happened since the payment was opened."""
        prepay_id = opened["wechat"]["package"].removeprefix("prepay_id=")
        self.house.simulate("POST", f"/simulator/payments/{prepay_id}", {"result": "success", **how})

    def pay(self, **how: Any) -> int:
        """Open a payment, pay it and let it settle; returns its amount."""
        opened = self.open().must(201)
        self.payment_ids.append(opened["payment_id"])
        self.play(opened, **how)
        self.house.settle()
        return int(opened["amount"])

    def refund(self, amount: int | None = None, *, from_credit: bool = False, key: str | None = None) -> Reply:
        body: dict[str, Any] = {"reason": "Noise", **({} if amount is None else {"amount": amount})}
        body |= {"from_credit": True} if from_credit else {}
        return self._staff("POST", f"/orders/{self.order_no}/refunds", body, key)

    def tell(self, out_refund_no: str, result: str = "success") -> None:
        """Let WeChat end a refund, and tell us."""
        self.house.settle()
        self.house.simulate("POST", f"/simulator/refunds/{out_refund_no}", {"result": result})
        self.house.settle()

    def retry(self, out_refund_no: str) -> Reply:
        return self._staff("POST", f"/refunds/{out_refund_no}/retry")

    # ------------------------------------------------------------ money at the desk

    def at_desk(self, amount: int, method: str = "cash", key: str | None = None, **more: Any) -> Reply:
        """Take money at the desk."""
        body = {"method": method, "amount": amount, **more}
        return self._staff("POST", f"/orders/{self.order_no}/desk-payments", body, key)

    def back_at_desk(self, amount: int, method: str = "cash", key: str | None = None, **more: Any) -> Reply:
        """Give money back at the desk."""
        body = {"method": method, "amount": amount, "reason": "Noise", **more}
        return self._staff("POST", f"/orders/{self.order_no}/desk-refunds", body, key)

    def reverse(self, desk_payment_id: str, key: str | None = None) -> Reply:
        """Take a payment at the desk back."""
        path = f"/orders/{self.order_no}/desk-payments/{desk_payment_id}/reversal"
        return self._staff("POST", path, {"reason": "Typed by mistake"}, key)

    def takings(self, day: str | None = None) -> dict[str, Any]:
        """What the stay's hotel took on a business date."""
        query = f"hotel_id={self.room['hotel_id']}" + (f"&date={day}" if day else "")
        found: dict[str, Any] = self.house.send("GET", f"/api/staff/takings?{query}", token=self.house.admin).must(200)
        assert found["total"] == sum(it["taken"] - it["given_back"] for it in found["items"])
        return found

    # ------------------------------------------------------------ charges and steps

    def charge(self, kind: str = "fee", amount: int | None = 1000, key: str | None = None, **more: Any) -> Reply:
        body = {"kind": kind, "description": "Towel", **({} if amount is None else {"amount": amount}), **more}
        return self._staff("POST", f"/bookings/{self.order_no}/folio-lines", body, key)

    def cancel(self) -> Reply:
        return self.house.send("POST", f"/api/bookings/{self.order_no}/cancellation", token=self.token)

    def staff(self, what: str, body: Any = None, key: str | None = None) -> Reply:
        """Check in or out, take that back, cancel, or mark as no-show."""
        return self._staff("POST", f"/bookings/{self.order_no}/{what}", body, key)

    def leave(self, left: str | None = None) -> dict[str, Any]:
        """The step of the check-out workflow that ends the stay."""
        facts = {"order_no": self.order_no, "actor": "admin", "left": left, "correlation_id": ""}
        found: dict[str, Any] = self.house.invoke("finish_booking", facts)
        return found

    def _staff(self, method: str, path: str, body: Any = None, key: str | None = None) -> Reply:
        self.keys += 1
        used = key or f"{self.order_no}-{self.keys}"
        return self.house.send(method, f"/api/staff{path}", body, self.house.admin, Idempotency_Key=used)

    # ------------------------------------------------------------ looking

    @property
    def booking(self) -> dict[str, Any]:
        return self.house.booking(self.token, self.order_no)

    @property
    def status(self) -> str:
        return str(self.booking["status"])

    @property
    def sums(self) -> tuple[int, int, int]:
        """Charges, what was paid, and the balance."""
        found = self.booking
        return found["charges"], found["paid"], found["balance"]

    @property
    def folio(self) -> dict[str, Any]:
        """The hotel's view; the guest's is the same without names. The lines sum to the balance and the booking's."""
        path = f"/bookings/{self.order_no}/folio"
        theirs = self.house.send("GET", f"/api{path}", token=self.token).must(200)
        found: dict[str, Any] = self.house.send("GET", f"/api/staff{path}", token=self.house.admin).must(200)
        [user_id] = [
            row["user_id"]["S"] for row in self.house.rows("bookings") if row["order_no"]["S"] == self.order_no
        ]
        sides = {user_id: "guest", "system": "system"}
        shown = [{**line, "by": sides.get(line["by"], "hotel")} for line in found["lines"]]
        assert theirs == {**found, "lines": shown}
        assert sum(line["amount"] for line in found["lines"]) == found["balance"]
        assert (found["charges"], found["paid"], found["balance"]) == self.sums
        return found

    @property
    def lines(self) -> list[tuple[str, int]]:
        """The folio's lines: kind and amount."""
        return [(line["kind"], line["amount"]) for line in self.folio["lines"]]

    @property
    def added(self) -> list[tuple[str, int]]:
        """The lines after the rooms."""
        return [line for line in self.lines if line[0] != "room"]

    @property
    def refunds(self) -> list[tuple[int, str]]:
        return [(refund["amount"], refund["status"]) for refund in self.booking["refunds"]]

    @property
    def at_wechat(self) -> list[int]:
        """What WeChat was asked to give back, oldest first."""
        found = self.house.simulate("GET", f"/simulator/refunds?order_no={self.order_no}")["items"]
        return [refund["amount"] for refund in found]

    def payment(self, payment_id: str) -> str:
        """The state of one of its payments."""
        found = self.house.send("GET", f"/api/payments/{payment_id}", token=self.token).must(200)
        return str(found["status"])


def reserved(house: House, *, hold_until: datetime | None = None, begin: int = 1, **more: Any) -> PaidStay:
    """A stay that the desk took without a payment, as its step will write it, after one that was cancelled unpaid."""
    stay = PaidStay(house, begin=begin, paid=False, **more)
    stay.cancel().must(200)
    house.settle()
    mould = bookings.get(stay.order_no)
    assert mould is not None
    now = step("desk")
    held: Booking = replace(
        mould,
        order_no=now.new_id(IdKind.BOOKING),
        status=BookingState.RESERVED,
        created_at=now.now,
        expires_at=hold_until,
        timeline=(Moment(BookingState.RESERVED, now.now),),
        version=1,
        charges=mould.price.payable,
        ending=None,
    )
    transaction = Transaction()
    read = nights.read_many([held.room_id], held.stay.nights, consistent=True)[held.room_id]
    for night in held.nights:
        nights.take(transaction, night, read[night.night], InventoryMode.ON_ORDER)
    guests.hold_nights(transaction, held.user_id, held.held, MAX_HELD)
    bookings.create(transaction, held)
    if hold_until is not None:
        outbox.send(transaction, booking_event(held, EventType.BOOKING_RESERVED, 1, now))
    assert transaction.commit() is None
    stay.order_no = held.order_no
    return stay
