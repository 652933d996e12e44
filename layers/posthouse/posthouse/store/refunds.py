"""Refunds, each in a row under the number that WeChat knows it by."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.refund import Refund
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute
from posthouse.store.transaction import Transaction

REFUND = "refund"
"""The name of the condition that fails when the refund has been asked for before."""


class RefundRow(Model):
    """One refund."""

    class Meta(TableMeta):
        table_name = TableName("refunds")

    out_refund_no = UnicodeAttribute(hash_key=True)
    payment_id = UnicodeAttribute()
    order_no = UnicodeAttribute()
    user_id = UnicodeAttribute()
    amount = IntAttribute()
    total = IntAttribute()
    reason = UnicodeAttribute()
    status = UnicodeAttribute()
    requested_at = TimeAttribute()


def create(transaction: Transaction, refund: Refund) -> None:
    """Write a new refund; fails as ``refund`` if it is there."""
    row = RefundRow(
        refund.out_refund_no,
        payment_id=refund.payment_id,
        order_no=refund.order_no,
        user_id=refund.user_id,
        amount=refund.amount.fen,
        total=refund.total.fen,
        reason=refund.reason,
        status=refund.status,
        requested_at=refund.requested_at,
    )
    transaction.put(REFUND, row, RefundRow.out_refund_no.does_not_exist())
