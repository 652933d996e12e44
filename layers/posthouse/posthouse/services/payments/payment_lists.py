"""The payments of an order with what went back of each, for staff."""

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
    """A payment, and what went back of it."""

    payment: Payment
    refunds: list[Refund]


def payments_of(order_no: str, caller: Principal) -> list[PaymentWithRefunds] | NotFound:
    """All attempts to pay an order that the caller looks after, with their refunds."""
    if not may_see(order_no, caller):
        return NotFound("order")
    back = refund_store.list_of_order(order_no)
    return [
        PaymentWithRefunds(payment, [each for each in back if each.payment_id == payment.payment_id])
        for payment in payments.list_of_order(order_no)
    ]
