"""A shop order's change of state together with the event that tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posthouse.domain.days import HOME_TIME_ZONE
from posthouse.domain.event import Event, EventType
from posthouse.domain.shop_order import ShopOrder, ShopState
from posthouse.store import outbox, shop_orders

if TYPE_CHECKING:
    from pynamodb.expressions.update import Action

    from posthouse.services.step import Step
    from posthouse.store.transaction import Transaction

_EVENTS = {
    ShopState.PENDING_PAYMENT: EventType.SHOP_ORDER_CREATED,
    ShopState.PAID: EventType.SHOP_ORDER_PAID,
    ShopState.CANCELLED: EventType.SHOP_ORDER_CANCELLED,
    ShopState.REFUNDING: EventType.SHOP_ORDER_CANCELLED,
    ShopState.SHIPPED: EventType.SHOP_ORDER_SHIPPED,
    ShopState.RECEIVED: EventType.SHOP_ORDER_RECEIVED,
    ShopState.REFUNDED: EventType.SHOP_ORDER_REFUNDED,
    ShopState.RETURNED: EventType.SHOP_ORDER_RETURNED,
}


def move_order(transaction: Transaction, order: ShopOrder, to: ShopState, step: Step, *changes: Action) -> ShopOrder:
    """Move an order into another state and send the event, if the transaction commits.

    Returns the order in its new state. What ``changes`` set beside the state is not in it.
    """
    sequence = shop_orders.move(transaction, order, to, step.now, *changes)
    send_state(transaction, order, to, sequence, step)
    return order.moved(to, step.now, sequence)


def send_state(transaction: Transaction, order: ShopOrder, state: ShopState, sequence: int, step: Step) -> None:
    """Send the event that an order came into a state, if the transaction commits."""
    outbox.send(transaction, shop_event(order, _EVENTS[state], sequence, step))


def shop_event(order: ShopOrder, event_type: EventType, sequence: int, step: Step) -> Event:
    """Returns an event of a shop order, with what its consumers need to know.

    Only a cancellation names a payment, the one that has to be closed: see booking_events.booking_event.
    """
    payload: dict[str, Any] = {
        "order_no": order.order_no,
        "user_id": order.user_id,
        "subject": order.subject,
        "time_zone": HOME_TIME_ZONE,
        "payable": order.price.payable.fen,
        "expires_at": order.expires_at.isoformat(),
    }
    if event_type is EventType.SHOP_ORDER_CANCELLED:
        payload["payment_id"] = order.payment_id
    return step.event(event_type, order.order_no, sequence, payload)
