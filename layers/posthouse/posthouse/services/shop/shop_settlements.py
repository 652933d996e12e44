"""Money came in for a shop order: it pays the order, or it goes back at once where there is nothing left to pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.payment import CannotSettle, Payment
from posthouse.domain.shop_order import ShopOrder, ShopState, move_refusal
from posthouse.services.payments.settlements import PAID_TOO_LATE, PAID_TWICE, give_back, settle_money
from posthouse.services.shop.shop_events import tell
from posthouse.store import shop_orders

if TYPE_CHECKING:
    from posthouse.domain.event import Event
    from posthouse.services.step import Step
    from posthouse.store.transaction import Transaction


def settle(event: Event, consumer: str, step: Step) -> ShopOrder | None:
    """A payment came in: it pays its shop order, or is refunded, exactly once.

    Answers the order if this changed it, None if it did not. Raises CannotSettle if there is no such order.
    """
    order_no = event.payload["order_no"]

    def decide(transaction: Transaction, payment: Payment) -> ShopOrder | None:
        order = shop_orders.get(order_no)
        if order is None:
            raise CannotSettle(f"payment {payment.payment_id} is for order {order_no}, which is not there")
        if order.was_paid_with(payment.payment_id):
            return None
        if move_refusal(order, ShopState.PAID) is not None:
            late = order.status is ShopState.CANCELLED
            give_back(transaction, payment, PAID_TOO_LATE if late else PAID_TWICE, step)
            return None
        paid_with = shop_orders.paid_with(payment.payment_id)
        sequence = shop_orders.move(transaction, order, ShopState.PAID, step.now, paid_with)
        tell(transaction, order, ShopState.PAID, sequence, step)
        return order

    return settle_money(event, consumer, decide, step)
