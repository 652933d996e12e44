"""The payments of an order with the refunds of each, for staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.refusal import NotFound
from posthouse.domain.value import Value
from posthouse.services.orders import may_see
from posthouse.store import payments
from posthouse.store import refunds as refund_store

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal
    from posthouse.domain.payment import Payment
    from posthouse.domain.refund import Refund


class PaymentWithRefunds(Value):
    """A payment and its refunds."""

    payment: Payment
    refunds: list[Refund]


def payments_of(order_no: str, caller: Principal) -> list[PaymentWithRefunds] | NotFound:
    """Returns all payments of an order that the caller may see, with their refunds."""
    if not may_see(order_no, caller):
        return NotFound("order")
    refunds = refund_store.list_of_order(order_no)
    return [
        PaymentWithRefunds(payment, [refund for refund in refunds if refund.payment_id == payment.payment_id])
        for payment in payments.list_of_order(order_no)
    ]
