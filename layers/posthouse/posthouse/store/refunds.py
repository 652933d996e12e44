"""Refunds, each in a row under the number that WeChat knows it by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from posthouse.domain.money import Money
from posthouse.domain.personal_data import BOOKKEEPING, forgotten, kept
from posthouse.domain.refund import ABNORMAL, Refund, RefundState, RefundWord, sources
from posthouse.store.conditional import holds
from posthouse.store.table import DUE_SHARDS, IntAttribute, TableMeta, TableName, TimeAttribute, due_shard, epoch

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

REFUND = "refund"
"""The name of the condition on the refund's row: that it is new, or has not moved on."""

GRACE = timedelta(minutes=5)
"""How long a refund may be on its way to WeChat, or at it, before WeChat is asked."""


class _ByOrder(GlobalSecondaryIndex["RefundRow"]):
    class Meta:
        index_name = "by_order"
        projection = AllProjection()

    order_no = UnicodeAttribute(hash_key=True)
    out_refund_no = UnicodeAttribute(range_key=True)


class _ByDue(GlobalSecondaryIndex["RefundRow"]):
    class Meta:
        index_name = "by_due"
        projection = KeysOnlyProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    due_at = IntAttribute(range_key=True)


class RefundRow(Model):
    """One refund. ``due_shard`` and ``due_at`` are there while it may still arrive: past that time WeChat is asked."""

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
    by_due = _ByDue()

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
    """Write a new refund; fails as ``refund`` if it is there."""
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
    """The refund of that number."""
    try:
        return RefundRow.get(out_refund_no, consistent_read=True).to_domain()
    except RefundRow.DoesNotExist:
        return None


def keep_body(out_refund_no: str, body: str) -> str:
    """Keep what is sent to WeChat first, and answer what was: the same number must come with the same body."""
    row = RefundRow(out_refund_no)
    keep = RefundRow.request_body.set(RefundRow.request_body | body)
    if not holds(lambda: row.update(actions=[keep], condition=RefundRow.out_refund_no.exists())):
        raise LookupError(f"there is no refund {out_refund_no}")
    return str(row.request_body)


def move(
    transaction: Transaction, refund: Refund, to: RefundState, word: RefundWord | None, failure: str | None
) -> None:
    """Move a refund into another state; fails as ``refund`` if it has moved on since it was read."""
    actions: list[Action] = [RefundRow.status.set(to)]
    if word is not None:
        actions.append(RefundRow.refund_id.set(word.refund_id))
    if to is not RefundState.PROCESSING and failure != ABNORMAL:
        actions += [RefundRow.due_shard.remove(), RefundRow.due_at.remove()]
    if word is not None and word.at is not None:
        actions.append(RefundRow.ended_at.set(word.at))
    actions.append(RefundRow.failure.remove() if failure is None else RefundRow.failure.set(failure))
    unchanged = RefundRow.status == refund.status
    transaction.update(
        REFUND, RefundRow(refund.out_refund_no), actions, RefundRow.status.is_in(*sources(to)) & unchanged
    )


def overdue(now: datetime, at_most: int) -> Iterator[str]:
    """The numbers of refunds that should have ended by now; ``at_most`` a shard."""
    for shard in range(DUE_SHARDS):
        for row in RefundRow.by_due.query(str(shard), RefundRow.due_at <= epoch(now), limit=at_most):
            yield row.out_refund_no


def ask_again_at(out_refund_no: str, at: datetime) -> None:
    """Let the refund wait for the next question, if it is still in the open."""
    actions: list[Action] = [RefundRow.due_at.set(epoch(at))]
    holds(lambda: RefundRow(out_refund_no).update(actions=actions, condition=RefundRow.due_at.exists()))


def list_of_order(order_no: str, at_most: int = 100) -> list[Refund]:
    """An order's refunds, oldest first."""
    found = [row.to_domain() for row in RefundRow.by_order.query(order_no, limit=at_most)]
    return sorted(found, key=lambda refund: refund.requested_at)
