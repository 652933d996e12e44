"""What becomes of a confirmed shop order: cancelled, sent, received."""

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
    ShopMoment,
    ShopOrder,
    ShopState,
    cancel_refusal,
    move_refusal,
)
from posthouse.domain.value import Value
from posthouse.services.shop import order_holds
from posthouse.services.shop.shop_events import tell
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import payments, shop_orders
from posthouse.store.audit import record
from posthouse.store.transaction import StoreBusy, Transaction

if TYPE_CHECKING:
    from pynamodb.expressions.update import Action

    from posthouse.domain.identity import Principal

CANCELLED = "cancelled by the guest"
"""The reason in the ledgers for what an order gave back."""

_CANCELLED_ALREADY = frozenset({ShopState.CANCELLED, ShopState.REFUNDING, ShopState.REFUNDED})


def for_guest(order_no: str, caller: Principal) -> ShopOrder | NotFound:
    """A guest's own order; a checkout that failed is none."""
    order = shop_orders.get(order_no)
    return order if order is not None and order.user_id == caller.subject and order.confirmed else NotFound("order")


def cancel(order_no: str, caller: Principal, step: Step) -> ShopOrder | Refusal:
    """A guest cancels an unpaid order; one that is cancelled already stays as it is. Money that has come in wins."""
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


def payment_of(order: ShopOrder) -> Payment | None:
    """The payment that was opened last for an order, or that paid it."""
    return None if order.payment_id is None else payments.get(order.payment_id)


def cancel_unpaid(
    transaction: Transaction, order: ShopOrder, payment: Payment | None, reason: str, step: Step
) -> ShopOrder:
    """End the wait of an unpaid order, and give back all it holds. Fails as ``payment`` if money came in for it."""
    if payment is not None:
        if payment.status is PaymentState.CREATED:
            payments.close(transaction, payment.payment_id)
        else:
            payments.must_be_unpaid(transaction, payment.payment_id)
    order_holds.release(transaction, order, reason, step)
    back = shop_orders.refunded_balance(order, order.balance_left)
    return moved(transaction, order, ShopState.CANCELLED, step, back)


def moved(transaction: Transaction, order: ShopOrder, to: ShopState, step: Step, *changes: Action) -> ShopOrder:
    """Move an order and tell of it, if the transaction commits; answers it as it is then, but for the changes."""
    sequence = shop_orders.move(transaction, order, to, step.now, *changes)
    tell(transaction, order, to, sequence, step)
    return replace(order, status=to, timeline=(*order.timeline, ShopMoment(to, step.now)), version=sequence)


class _Change(Value):
    """A change of state. ``same`` says of an order that is there already whether nothing is left to do."""

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
        changed = moved(transaction, order, change.to, step, *change.note(transaction, order))
        if transaction.commit() is None:
            return changed
    raise StoreBusy("the order keeps changing; try again in a moment")


def ship(order_no: str, shipment: Shipment, caller: Principal, step: Step) -> ShopOrder | Refusal:
    """Staff hand a paid order's goods to a carrier; the same shipment again changes nothing."""

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
    """The guest has the goods in hand."""
    return _change(lambda: for_guest(order_no, caller), _RECEIVED, step)


def receive_by_time(order_no: str, step: Step) -> ShopOrder | Refusal:
    """The guest has said nothing for so long that the goods count as received."""
    return _change(lambda: shop_orders.get(order_no) or NotFound("order"), _RECEIVED, step)


_RECEIVED = _Change(
    ShopState.RECEIVED,
    lambda order: move_refusal(order, ShopState.RECEIVED),
    lambda _order: True,
    lambda _t, _order: (),
)
