"""Refunds, one row each, by the number that WeChat knows too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from posthouse.domain.money import Money
from posthouse.domain.personal_data import BOOKKEEPING, forgotten, kept
from posthouse.domain.refund import ABNORMAL, Refund, RefundReport, RefundState, sources
from posthouse.store import due
from posthouse.store.conditional import holds
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute, due_shard, epoch

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

REFUND = "refund"
"""The name of the condition on the refund's row: that it is new, or has not moved on."""

GRACE = timedelta(minutes=5)
"""How long a refund may take, before WeChat is queried."""


class _ByOrder(GlobalSecondaryIndex["RefundRow"]):
    class Meta:
        index_name = "by_order"
        projection = AllProjection()

    order_no = UnicodeAttribute(hash_key=True)
    out_refund_no = UnicodeAttribute(range_key=True)


class RefundRow(Model):
    """One refund. ``due_shard`` and ``due_at`` are there while it may still arrive."""

    class Meta(TableMeta):
        table_name = TableName("refunds")
        personal = (
            *forgotten(openid="openid"),
            *kept(BOOKKEEPING, user_id="user id"),
        )
        exported_as = "booking, order"

    out_refund_no = UnicodeAttribute(hash_key=True)
    payment_id = UnicodeAttribute()
    order_no = UnicodeAttribute()
    user_id = UnicodeAttribute()
    amount = IntAttribute()
    from_balance = IntAttribute(default=0)
    total = IntAttribute()
    reason = UnicodeAttribute()
    status = UnicodeAttribute()
    requested_at = TimeAttribute()
    openid = UnicodeAttribute()
    request_body = UnicodeAttribute(null=True)
    refund_id = UnicodeAttribute(null=True)
    failure = UnicodeAttribute(null=True)
    ended_at = TimeAttribute(null=True)
    due_shard = UnicodeAttribute(null=True)
    due_at = IntAttribute(null=True)

    by_order = _ByOrder()
    by_due = due.DueIndex()

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
            openid=self.openid,
            refund_id=self.refund_id,
            failure=self.failure,
            ended_at=self.ended_at,
            from_balance=Money(self.from_balance),
        )


def create(transaction: Transaction, refund: Refund) -> None:
    """Write a new refund. Fails as ``refund`` if it exists."""
    waits = refund.status is RefundState.REQUESTED
    row = RefundRow(
        refund.out_refund_no,
        payment_id=refund.payment_id,
        order_no=refund.order_no,
        user_id=refund.user_id,
        amount=refund.amount.fen,
        from_balance=refund.from_balance.fen,
        total=refund.total.fen,
        reason=refund.reason,
        status=refund.status,
        requested_at=refund.requested_at,
        openid=refund.openid,
        ended_at=refund.ended_at,
        due_shard=due_shard(refund.out_refund_no) if waits else None,
        due_at=epoch(refund.requested_at + GRACE) if waits else None,
    )
    transaction.put(REFUND, row, RefundRow.out_refund_no.does_not_exist())


def get(out_refund_no: str) -> Refund | None:
    """Returns the refund of that number."""
    try:
        return RefundRow.get(out_refund_no, consistent_read=True).to_domain()
    except RefundRow.DoesNotExist:
        return None


def keep_body(out_refund_no: str, body: str) -> str:
    """Store the body of the first request to WeChat. Returns the stored body: retries must send the same one."""
    row = RefundRow(out_refund_no)
    keep = RefundRow.request_body.set(RefundRow.request_body | body)
    if not holds(lambda: row.update(actions=[keep], condition=RefundRow.out_refund_no.exists())):
        raise LookupError(f"there is no refund {out_refund_no}")
    return str(row.request_body)


def move(
    transaction: Transaction, refund: Refund, to: RefundState, report: RefundReport | None, failure: str | None
) -> None:
    """Move a refund into another state. Fails as ``refund`` if its state changed since it was read."""
    actions: list[Action] = [RefundRow.status.set(to)]
    if report is not None:
        actions.append(RefundRow.refund_id.set(report.refund_id))
    if to is not RefundState.PROCESSING and failure != ABNORMAL:
        actions += due.stop_waiting(RefundRow)
    if report is not None and report.at is not None:
        actions.append(RefundRow.ended_at.set(report.at))
    actions.append(RefundRow.failure.remove() if failure is None else RefundRow.failure.set(failure))
    unchanged = RefundRow.status == refund.status
    transaction.update(
        REFUND, RefundRow(refund.out_refund_no), actions, RefundRow.status.is_in(*sources(to)) & unchanged
    )


def overdue(now: datetime, at_most: int) -> Iterator[str]:
    """Returns the numbers of refunds that should have ended by now; ``at_most`` a shard."""
    return (row.out_refund_no for row in due.overdue(RefundRow, now, at_most))


def query_again_at(out_refund_no: str, at: datetime) -> None:
    """Query a refund again at that time, if it still waits."""
    due.postpone(RefundRow(out_refund_no), at)


def list_of_order(order_no: str, at_most: int = 100) -> list[Refund]:
    """Returns an order's refunds, oldest first."""
    found = [row.to_domain() for row in RefundRow.by_order.query(order_no, limit=at_most)]
    return sorted(found, key=lambda refund: refund.requested_at)
