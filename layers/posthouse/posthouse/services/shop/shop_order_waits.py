"""The end of a shop order's wait: for its checkout, for its payment, or for its goods to count as received.

``waits_until`` says when a wait ends. Unpaid orders have a timer, the delay queue. The sweeper sends a message through
the same queue for each order that is overdue.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.event import Event, EventType
from posthouse.domain.payment import PaymentState
from posthouse.domain.refusal import Refusal
from posthouse.domain.shop_order import ShopOrder, ShopState
from posthouse.services.checkout.checkout_steps import undo_checkout
from posthouse.services.payments.payments import queried_payment
from posthouse.services.shop.shop_events import shop_event
from posthouse.services.shop.shop_orders import cancel_unpaid, receive_by_time
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.services.timer import WOKEN_AGAIN
from posthouse.store import shop_orders
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.clients.provider import Providers
    from posthouse.services.timer import Timer

NOT_PAID = "not paid in time"
"""The reason in the ledgers for what an unpaid order releases."""


def end_wait_if_due(event: Event, timer: Timer, providers: Providers, step: Step) -> ShopState | None:
    """End the wait of an order that is due. Returns the state that this call moved it to, None if to none.

    A message that comes early, late, twice or after the payment changes nothing: the order must still wait past its
    time, so no inbox is needed. Raises ProviderUnavailable where nobody can say whether the money came in: the message
    is retried.
    """
    expires_at = datetime.fromisoformat(event.payload["expires_at"])
    if event.type is EventType.SHOP_ORDER_CREATED and step.now < expires_at:
        timer.wake(event, expires_at, step.now)
        return None
    order = shop_orders.get(event.aggregate_id)
    return _end(order, providers, step) if order is not None and _is_due(order, step) else None


def _is_due(order: ShopOrder, step: Step) -> bool:
    return order.waits_until is not None and order.waits_until <= step.now


def _end(order: ShopOrder, providers: Providers, step: Step) -> ShopState | None:
    match order.status:
        case ShopState.UNCONFIRMED | ShopState.CANCELLING:
            return ShopState.CANCELLED if undo_checkout(order, step) else None
        case ShopState.PENDING_PAYMENT:
            return _cancel(order.order_no, providers, step)
        case ShopState.SHIPPED:
            outcome = receive_by_time(order.order_no, step)
            return None if isinstance(outcome, Refusal) else ShopState.RECEIVED
        case _:
            return None


def _cancel(order_no: str, providers: Providers, step: Step) -> ShopState | None:
    for _ in range(ATTEMPTS):
        order = shop_orders.get(order_no)
        if order is None or order.status is not ShopState.PENDING_PAYMENT:
            return None
        payment = queried_payment(order, providers, step)
        if payment is not None and payment.status is PaymentState.SUCCEEDED:
            return None  # its own event is on the way to the order
        transaction = Transaction()
        cancel_unpaid(transaction, order, payment, NOT_PAID, step)
        if transaction.commit() is None:
            return ShopState.CANCELLED
    raise busy(order_no)


def wake_overdue(order_numbers: Iterable[str], timer: Timer, step: Step) -> int:
    """Send a message for each order whose wait is over. Returns how many."""
    sent = 0
    for order_no in order_numbers:
        order = shop_orders.get(order_no)
        if order is not None and _is_due(order, step):
            timer.wake(_due_event(order, step), step.now, step.now)
            shop_orders.wake_again_at(order_no, step.now + WOKEN_AGAIN)
            sent += 1
    return sent


_STATE_EVENTS = {
    ShopState.UNCONFIRMED: EventType.SHOP_ORDER_SAVED,
    ShopState.CANCELLING: EventType.SHOP_ORDER_SAVED,
    ShopState.PENDING_PAYMENT: EventType.SHOP_ORDER_CREATED,
    ShopState.SHIPPED: EventType.SHOP_ORDER_SHIPPED,
}


def _due_event(order: ShopOrder, step: Step) -> Event:
    """Returns the event that began the wait; it has the same id if the order has not changed since."""
    event = shop_event(order, _STATE_EVENTS[order.status], order.version, step)
    return replace(event, occurred_at=order.timeline[-1].at)
