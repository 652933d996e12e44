"""The payment of an order: reading it, and closing it when the order ends unpaid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.payment import Payment, PaymentState
from posthouse.store import payments

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking
    from posthouse.domain.shop_order import ShopOrder
    from posthouse.store.transaction import Transaction


def payment_of(order: Booking | ShopOrder) -> Payment | None:
    """Returns the payment that paid an order, or else the one that was opened last; None if there is none."""
    return None if order.payment_id is None else payments.get(order.payment_id)


def close_unpaid(transaction: Transaction, payment: Payment | None) -> None:
    """Close the payment of an order that ends unpaid. Fails as ``payment`` if its money has come in."""
    if payment is None:
        return
    if payment.status is PaymentState.CREATED:
        payments.close(transaction, payment.payment_id)
    else:
        payments.must_be_unpaid(transaction, payment.payment_id)
