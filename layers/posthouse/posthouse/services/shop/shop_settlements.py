"""A payment of a shop order succeeded: it pays the order, or it is refunded at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.shop_order import ShopOrder, ShopState
from posthouse.services.payments.settlements import refund_rest, settle_order, why_back
from posthouse.services.shop.shop_events import move_order
from posthouse.store import shop_orders

if TYPE_CHECKING:
    from posthouse.domain.event import Event
    from posthouse.domain.payment import Payment
    from posthouse.services.step import Step
    from posthouse.store.transaction import Transaction


def settle(event: Event, consumer: str, step: Step) -> ShopOrder | None:
    """Settle a payment of a shop order, exactly once. Returns the order if this call changed it.

    Raises CannotSettle if there is no such payment or no such order.
    """

    def take(transaction: Transaction, order: ShopOrder, payment: Payment) -> ShopOrder | None:
        if order.was_paid_with(payment.payment_id):
            return None  # there is only the inbox to write
        if order.can_be_paid:
            return move_order(transaction, order, ShopState.PAID, step, shop_orders.paid_with(payment.payment_id))
        refund_rest(transaction, payment, why_back(order.status), step)
        return None

    return settle_order(event, consumer, shop_orders.get, take, step)
