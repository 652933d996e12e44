"""Refunds, each in a row under the number that WeChat knows it by."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from posthouse.domain.money import Money
from posthouse.domain.refund import Refund, RefundState
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute
from posthouse.store.transaction import Transaction

REFUND = "refund"
"""The name of the condition that fails when the refund has been asked for before."""


class _ByOrder(GlobalSecondaryIndex["RefundRow"]):
    class Meta:
        index_name = "by_order"
        projection = AllProjection()

    order_no = UnicodeAttribute(hash_key=True)
    out_refund_no = UnicodeAttribute(range_key=True)


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

    by_order = _ByOrder()

    def to_domain(self) -> Refund:
        return Refund(
            out_refund_no=self.out_refund_no,
            payment_id=self.payment_id,
            order_no=self.order_no,
            user_id=self.user_id,
            amount=Money(self.amount),
            total=Money(self.total),
            reason=self.reason,
            status=RefundState(self.status),
            requested_at=self.requested_at,
        )


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


def list_of_order(order_no: str, at_most: int = 100) -> list[Refund]:
    """All refunds of an order's payments; the index may be a moment old."""
    return [row.to_domain() for row in RefundRow.by_order.query(order_no, limit=at_most)]
