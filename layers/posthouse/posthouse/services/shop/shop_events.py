"""What is told of a shop order's changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posthouse.domain.event import Event, EventType
from posthouse.domain.notice import HOME_TIME_ZONE
from posthouse.domain.shop_order import ShopOrder, ShopState
from posthouse.store import outbox

if TYPE_CHECKING:
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


def tell(transaction: Transaction, order: ShopOrder, to: ShopState, sequence: int, step: Step) -> None:
    """Send the event of a change of state if the transaction commits."""
    outbox.send(transaction, shop_event(order, _EVENTS[to], sequence, step))


def shop_event(order: ShopOrder, event_type: EventType, sequence: int, step: Step) -> Event:
    """An event of a shop order, with what its consumers need to know of it."""
    payload: dict[str, Any] = {
        "order_no": order.order_no,
        "user_id": order.user_id,
        "subject": order.subject,
        "time_zone": HOME_TIME_ZONE,
        "payable": order.price.payable.fen,
        "payment_id": order.payment_id,
        "expires_at": order.expires_at.isoformat(),
    }
    return step.event(event_type, order.order_no, sequence, payload)
