"""Who has paid for an order: WeChat's openids in its payments, refunds and ledger rows, until they are forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.payment import NO_BODY, PaymentState
from posthouse.store.conditional import holds
from posthouse.store.money_ledger import MoneyLedgerRow
from posthouse.store.payments import PaymentRow
from posthouse.store.refunds import RefundRow

if TYPE_CHECKING:
    from pynamodb.expressions.update import Action


def erase_payers(order_no: str) -> bool:
    """Erase the payers' openids in an order's payments, refunds and ledger rows. Returns False if a payment is open."""
    nobody: list[Action] = [PaymentRow.openid.set(""), PaymentRow.request_body.set(NO_BODY)]
    ended = PaymentRow.payment_id.exists() & (PaymentRow.status != PaymentState.CREATED)
    all_ended = True
    for payment in PaymentRow.by_order.query(order_no):
        key = payment.payment_id
        all_ended &= holds(lambda key=key: PaymentRow(key).update(actions=nobody, condition=ended))  # type: ignore[misc]
    for refund in RefundRow.by_order.query(order_no):
        refund.update(actions=[RefundRow.openid.set("")], condition=RefundRow.out_refund_no.exists())
    for movement in MoneyLedgerRow.query(order_no):
        movement.update(actions=[MoneyLedgerRow.payer.set("")], condition=MoneyLedgerRow.order_no.exists())
    return all_ended
