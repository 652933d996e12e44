"""A shop order: its goods, price and delivery, its states and the transitions between them.

A flash order is a shop order that begins as ``pending_payment``: its unit was taken from the flash sale.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from msgspec.structs import replace

from posthouse.domain.cancellation import NotCancellable
from posthouse.domain.money import ZERO, Money
from posthouse.domain.refusal import InvalidTransition, Refusal
from posthouse.domain.value import Value

MAX_LINES = 20
"""How many different goods one order may have: each takes a few of the 100 items of a transaction."""

RECEIVED_AFTER = timedelta(days=10)
"""How long after shipping goods count as received, if the guest does not say so before."""

CONFIRMED_WITHIN = timedelta(seconds=45)
"""How long a checkout may take. The workflow ends earlier; a checkout left half-way is undone after this time."""


class ShopState(StrEnum):
    """The state of a shop order."""

    UNCONFIRMED = "unconfirmed"
    CANCELLING = "cancelling"
    PENDING_PAYMENT = "pending_payment"
    PAID = "paid"
    SHIPPED = "shipped"
    RECEIVED = "received"
    CANCELLED = "cancelled"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    RETURNED = "returned"


OPEN = frozenset(
    {
        ShopState.UNCONFIRMED,
        ShopState.CANCELLING,
        ShopState.PENDING_PAYMENT,
        ShopState.PAID,
        ShopState.SHIPPED,
        ShopState.REFUNDING,
    }
)
"""States in which somebody still owes something: goods, a payment or a refund."""


def next_states(state: ShopState) -> frozenset[ShopState]:
    """Returns the states that may follow. Every condition on a shop order's state is derived from this table."""
    targets: set[ShopState]
    match state:
        case ShopState.UNCONFIRMED:
            targets = {ShopState.PENDING_PAYMENT, ShopState.PAID, ShopState.CANCELLING}
        case ShopState.CANCELLING:
            targets = {ShopState.CANCELLED}
        case ShopState.PENDING_PAYMENT:
            targets = {ShopState.PAID, ShopState.CANCELLED}
        case ShopState.PAID:
            # Refunded at once where nothing was paid through WeChat: docs/decisions/0014-refunds-of-shop-orders.md.
            targets = {ShopState.SHIPPED, ShopState.REFUNDING, ShopState.REFUNDED}
        case ShopState.SHIPPED:
            targets = {ShopState.RECEIVED, ShopState.RETURNED}
        case ShopState.RECEIVED:
            targets = {ShopState.RETURNED}
        case ShopState.REFUNDING:
            targets = {ShopState.REFUNDED}
        case ShopState.CANCELLED | ShopState.REFUNDED | ShopState.RETURNED:
            targets = set()
        case _:
            assert_never(state)
    return frozenset(targets)


def sources(target: ShopState) -> list[ShopState]:
    """Returns the states from which ``target`` may be reached, in the order of the enumeration."""
    return [state for state in ShopState if target in next_states(state)]


CHECKOUT = frozenset({ShopState.UNCONFIRMED, ShopState.CANCELLING})
"""The states of an order whose checkout has not ended."""


class OutOfStock(Refusal):
    """There is less stock of these goods than was ordered."""

    goods_ids: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def explanation(self) -> str:
        return "There is not enough left of " + ", ".join(self.names) + "."


class Overtaken(Refusal):
    """The checkout was abandoned while one of its steps was still running."""

    @property
    def explanation(self) -> str:
        return "The checkout took too long and was abandoned; nothing was taken. Order again."


class AddressMissing(Refusal):
    """The order cannot be shipped: its guest has given no address."""

    @property
    def explanation(self) -> str:
        return "The guest has given no address yet."


class ShippingRule(Value):
    """What shipping costs: ``fee`` for each order, nothing for goods of ``free_from`` or more."""

    fee: Money
    free_from: Money

    def fee_for(self, goods_total: Money) -> Money:
        """Returns the fee of an order of goods at ``goods_total``, before any discount."""
        return ZERO if goods_total >= self.free_from else self.fee


class ShopPrice(Value):
    """The price of an order, and how it is paid. Raises ValueError unless it adds up and no part is negative."""

    goods_total: Money
    shipping_fee: Money
    discount: Money
    balance_paid: Money
    payable: Money

    def __post_init__(self) -> None:
        parts = (self.goods_total, self.shipping_fee, self.discount, self.balance_paid, self.payable)
        rest = self.goods_total + self.shipping_fee - self.discount - self.balance_paid
        if rest != self.payable or min(parts) < ZERO or self.discount > self.goods_total:
            msg = f"{[part.fen for part in parts]} do not add up"
            raise ValueError(msg)

    @classmethod
    def of(cls, goods_total: Money, shipping_fee: Money, discount: Money, balance: Money) -> ShopPrice:
        """Returns the price after a discount on the goods; up to ``balance`` is paid from the guest's balance."""
        taken = min(discount, goods_total)
        due = goods_total + shipping_fee - taken
        from_balance = min(balance, due)
        return cls(goods_total, shipping_fee, taken, from_balance, due - from_balance)

    @property
    def total(self) -> Money:
        """Goods and shipping."""
        return self.goods_total + self.shipping_fee


class OrderLine(Value):
    """A quantity of an article, and its unit price when it was ordered."""

    goods_id: str
    name: str
    price: Money
    quantity: int

    @property
    def amount(self) -> Money:
        return self.price * self.quantity


class Delivery(Value):
    """The person and the address that the goods go to."""

    address: str
    consignee: str
    phone_number: str


class Shipment(Value):
    """The carrier of the goods and its tracking number."""

    carrier: str
    tracking_no: str


class SaleUnit(Value):
    """A unit of a flash sale, and the shard that it was taken from."""

    sale_id: str
    shard: int


class ShopMoment(Value):
    """A state, and when the order came into it."""

    status: ShopState
    at: datetime


class ShopOrder(Value):
    """A shop order as it is stored. ``version`` counts its changes and is the sequence number of its last event.

    ``waits_until`` is when a timer acts: it undoes a checkout, cancels an unpaid order, or counts shipped goods as
    received. ``caller_key`` is the Idempotency-Key of the request.
    """

    order_no: str
    user_id: str
    lines: tuple[OrderLine, ...]
    price: ShopPrice
    status: ShopState
    delivery: Delivery | None
    coupon_id: str | None
    caller_key: str | None
    created_at: datetime
    expires_at: datetime
    waits_until: datetime | None
    timeline: tuple[ShopMoment, ...]
    version: int
    payment_id: str | None = None
    balance_refunded: Money = ZERO
    shipment: Shipment | None = None
    sale: SaleUnit | None = None
    """The sale that a flash order's unit was taken from; None for goods from stock."""

    def no_earlier(self, now: datetime) -> datetime:
        """Returns ``now``, but not a time before the last change: another step may have read a later clock."""
        return max(now, self.timeline[-1].at)

    def moved(self, to: ShopState, now: datetime, version: int) -> ShopOrder:
        """Returns the order in another state."""
        moment = ShopMoment(to, self.no_earlier(now))
        return replace(self, status=to, timeline=(*self.timeline, moment), version=version)

    @property
    def confirmed(self) -> bool:
        """Whether its checkout succeeded, whatever its state is now."""
        return any(moment.status in {ShopState.PENDING_PAYMENT, ShopState.PAID} for moment in self.timeline)

    @property
    def balance_left(self) -> Money:
        """The part paid from the balance that has not been refunded."""
        return self.price.balance_paid - self.balance_refunded

    @property
    def subject(self) -> str:
        """The goods in one line, as the guest reads it."""
        first, more = self.lines[0].name, len(self.lines) - 1
        return f"{first} 等{more + 1}种商品" if more else first

    @property
    def can_be_paid(self) -> bool:
        """Whether a payment moves it to ``paid``."""
        return ShopState.PAID in next_states(self.status)

    @property
    def paid_by(self) -> tuple[str, ...]:
        """Its payment, if one was opened: a shop order has no other."""
        return () if self.payment_id is None else (self.payment_id,)

    def was_paid_with(self, payment_id: str) -> bool:
        """Whether this payment paid it, also if it was refunded since."""
        return self.payment_id == payment_id and any(m.status is ShopState.PAID for m in self.timeline)


def goods_total(lines: tuple[OrderLine, ...]) -> Money:
    """Returns the sum of the lines."""
    return sum((line.amount for line in lines), ZERO)


def cancel_refusal(order: ShopOrder) -> NotCancellable | None:
    """Returns why the guest cannot cancel, or None."""
    if order.status is ShopState.PENDING_PAYMENT:
        return None
    reason = "its checkout is not over" if order.status in CHECKOUT else "it is paid; staff can refund it"
    return NotCancellable(order.status, reason)


def move_refusal(order: ShopOrder, target: ShopState) -> InvalidTransition | None:
    """Returns why the order cannot move to a state, or None."""
    return None if target in next_states(order.status) else InvalidTransition(order.status, target)


def waits_until(state: ShopState, expires_at: datetime, now: datetime) -> datetime | None:
    """Returns when a timer acts on an order that comes into ``state`` now, or None."""
    match state:
        case ShopState.UNCONFIRMED | ShopState.CANCELLING:
            return now + CONFIRMED_WITHIN
        case ShopState.PENDING_PAYMENT:
            return expires_at
        case ShopState.SHIPPED:
            return now + RECEIVED_AFTER
        case _:
            return None
