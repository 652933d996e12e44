"""A confirmed shop order is cancelled, shipped or received."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.cancellation import NotCancellable
from posthouse.domain.payment import Payment, PaymentState
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.shop_order import (
    AddressMissing,
    Shipment,
    ShopOrder,
    ShopState,
    cancel_refusal,
    move_refusal,
)
from posthouse.domain.value import Value
from posthouse.services.payments.order_payments import close_unpaid, payment_of
from posthouse.services.shop import order_holds
from posthouse.services.shop.shop_events import move_order
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import shop_orders
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from pynamodb.expressions.update import Action

    from posthouse.domain.identity import Principal

CANCELLED = "cancelled by the guest"
"""The reason in the ledgers for what a cancelled order releases."""

_CANCELLED_ALREADY = frozenset({ShopState.CANCELLED, ShopState.REFUNDING, ShopState.REFUNDED})


def for_guest(order_no: str, caller: Principal) -> ShopOrder | NotFound:
    """Returns a guest's own order. An order whose checkout failed is not found."""
    order = shop_orders.get(order_no)
    return order if order is not None and order.user_id == caller.subject and order.confirmed else NotFound("order")


def read_in_full(order_no: str, caller: Principal, step: Step) -> ShopOrder | NotFound:
    """Returns an order with the consignee's phone number, for admins; the audit notes who has read it."""
    order = shop_orders.get(order_no)
    if order is None:
        return NotFound("order")
    transaction = Transaction()
    record(transaction, step.actor(caller.subject), "read_order", order_no)
    transaction.commit()
    return order


def cancel(order_no: str, caller: Principal, step: Step) -> ShopOrder | Refusal:
    """Cancel an unpaid order for its guest; one that is cancelled already stays as it is.

    An order whose money has just come in is not cancelled.
    """
    for _ in range(ATTEMPTS):
        order = for_guest(order_no, caller)
        if isinstance(order, NotFound) or order.status in _CANCELLED_ALREADY:
            return order
        refusal = cancel_refusal(order)
        if refusal is not None:
            return refusal
        payment = payment_of(order)
        if payment is not None and payment.status is PaymentState.SUCCEEDED:
            return NotCancellable(order.status, "its payment has just come in")
        transaction = Transaction()
        cancelled = cancel_unpaid(transaction, order, payment, CANCELLED, step)
        if transaction.commit() is None:
            return cancelled
    raise busy(order_no)


def cancel_unpaid(
    transaction: Transaction, order: ShopOrder, payment: Payment | None, reason: str, step: Step
) -> ShopOrder:
    """Cancel an unpaid order and release all that it holds. Fails as ``payment`` if its money has come in."""
    close_unpaid(transaction, payment)
    order_holds.release(transaction, order, reason, step)
    back = shop_orders.refunded_balance(order, order.balance_left)
    return move_order(transaction, order, ShopState.CANCELLED, step, back)


class _Change(Value):
    """A change of state. ``same`` tells whether an order in that state already has the same facts."""

    to: ShopState
    refuse: Callable[[ShopOrder], Refusal | None]
    same: Callable[[ShopOrder], bool]
    note: Callable[[Transaction, ShopOrder], tuple[Action, ...]]


def _change(find: Callable[[], ShopOrder | NotFound], change: _Change, step: Step) -> ShopOrder | Refusal:
    for _ in range(ATTEMPTS):
        order = find()
        if isinstance(order, NotFound):
            return order
        if order.status is change.to and change.same(order):
            return order
        refusal = change.refuse(order)
        if refusal is not None:
            return refusal
        transaction = Transaction()
        changed = move_order(transaction, order, change.to, step, *change.note(transaction, order))
        if transaction.commit() is None:
            return changed
    raise busy("the order")


def ship(order_no: str, shipment: Shipment, caller: Principal, step: Step) -> ShopOrder | Refusal:
    """Note that a paid order's goods went to a carrier. The same shipment again changes nothing."""

    def find() -> ShopOrder | NotFound:
        return shop_orders.get(order_no) or NotFound("order")

    def refuse(order: ShopOrder) -> Refusal | None:
        return move_refusal(order, ShopState.SHIPPED) or (AddressMissing() if order.delivery is None else None)

    def note(transaction: Transaction, order: ShopOrder) -> tuple[Action, ...]:
        after = {"status": ShopState.SHIPPED, "carrier": shipment.carrier}
        record(transaction, step.actor(caller.subject), "ship", order_no, before={"status": order.status}, after=after)
        return shop_orders.shipped_with(shipment)

    change = _Change(ShopState.SHIPPED, refuse, lambda order: order.shipment == shipment, note)
    outcome = _change(find, change, step)
    return outcome if isinstance(outcome, Refusal) else replace(outcome, shipment=shipment)


def receive(order_no: str, caller: Principal, step: Step) -> ShopOrder | Refusal:
    """Note that the guest has received the goods."""
    return _change(lambda: for_guest(order_no, caller), _RECEIVED, step)


def receive_by_time(order_no: str, step: Step) -> ShopOrder | Refusal:
    """Note that the goods count as received: the guest has not said so in time."""
    return _change(lambda: shop_orders.get(order_no) or NotFound("order"), _RECEIVED, step)


_RECEIVED = _Change(
    ShopState.RECEIVED,
    lambda order: move_refusal(order, ShopState.RECEIVED),
    lambda _order: True,
    lambda _t, _order: (),
)
