"""Refunds, one row each, by the number that the provider knows too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from posthouse.domain.money import ZERO, Money
from posthouse.domain.payment import JSAPI
from posthouse.domain.personal_data import BOOKKEEPING, forgotten, kept
from posthouse.domain.refund import ABNORMAL, Refund, RefundReport, RefundState, Trouble, sources
from posthouse.domain.value import Value
from posthouse.store import due
from posthouse.store.conditional import holds
from posthouse.store.pointers import read_pointed_page
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute, due_shard, epoch

if TYPE_CHECKING:
    from posthouse.store.page import Page, Position
    from posthouse.store.transaction import Transaction

REFUND = "refund"
"""The name of the condition on the refund's row: that it is new, or has not moved on."""

GRACE = timedelta(minutes=5)
"""How long a refund may take, before the provider is queried."""


class _ByOrder(GlobalSecondaryIndex["RefundRow"]):
    class Meta:
        index_name = "by_order"
        projection = AllProjection()

    order_no = UnicodeAttribute(hash_key=True)
    out_refund_no = UnicodeAttribute(range_key=True)


class _ByTrouble(GlobalSecondaryIndex["RefundRow"]):
    class Meta:
        index_name = "by_trouble"
        projection = KeysOnlyProjection()

    trouble = UnicodeAttribute(hash_key=True)
    trouble_since = TimeAttribute(range_key=True)


class RefundRow(Model):
    """One refund. ``due_shard`` and ``due_at`` are there while it may still arrive.

    ``trouble`` and ``trouble_since`` are there only while somebody has to act; ``owed`` as long as it failed for good
    and no other refund has taken its place.
    """

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
    owed = IntAttribute(null=True)
    retry_of = UnicodeAttribute(null=True)
    retried_by = UnicodeAttribute(null=True)
    tries = IntAttribute(default=0)
    tried_at = TimeAttribute(null=True)
    trouble = UnicodeAttribute(null=True)
    trouble_since = TimeAttribute(null=True)
    provider = UnicodeAttribute(default=JSAPI.provider)
    due_shard = UnicodeAttribute(null=True)
    due_at = IntAttribute(null=True)

    by_order = _ByOrder()
    by_due = due.DueIndex()
    by_trouble = _ByTrouble()

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
            owed=Money(self.owed or 0),
            retry_of=self.retry_of,
            retried_by=self.retried_by,
            tries=self.tries,
            tried_at=self.tried_at,
            trouble=Trouble(self.trouble) if self.trouble else None,
            trouble_since=self.trouble_since,
            provider=self.provider,
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
        retry_of=refund.retry_of,
        provider=refund.provider,
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
    """Store the body of the first request to the provider. Returns the stored body: retries must send the same one."""
    row = RefundRow(out_refund_no)
    keep = RefundRow.request_body.set(RefundRow.request_body | body)
    if not holds(lambda: row.update(actions=[keep], condition=RefundRow.out_refund_no.exists())):
        raise LookupError(f"there is no refund {out_refund_no}")
    return str(row.request_body)


class RefundMove(Value):
    """A refund's next state: what the provider reported, or why it refused it, and when we learned of it."""

    to: RefundState
    report: RefundReport | None
    failure: str | None
    now: datetime


def move(transaction: Transaction, refund: Refund, change: RefundMove) -> None:
    """Move a refund into another state. Fails as ``refund`` if it changed since it was read.

    One that failed is listed for staff; its amount is owed unless it may still be paid (ABNORMAL).
    """
    to, report, failure = change.to, change.report, change.failure
    actions: list[Action] = [RefundRow.status.set(to)]
    if report is not None:
        actions.append(RefundRow.refund_id.set(report.refund_id))
    if to is not RefundState.PROCESSING and failure != ABNORMAL:
        actions += due.stop_waiting(RefundRow)
    if report is not None and report.at is not None:
        actions.append(RefundRow.ended_at.set(report.at))
    actions.append(RefundRow.failure.remove() if failure is None else RefundRow.failure.set(failure))
    if to is RefundState.FAILED:
        since = refund.trouble_since if refund.trouble is Trouble.FAILED else None
        actions += [RefundRow.trouble.set(Trouble.FAILED), RefundRow.trouble_since.set(since or change.now)]
        if failure != ABNORMAL:
            actions.append(RefundRow.owed.set(refund.amount.fen))
    else:
        actions += [*_OUT_OF_TROUBLE, *([] if refund.owed == ZERO else [RefundRow.owed.remove()])]
    same_owed = RefundRow.owed.does_not_exist() if refund.owed == ZERO else RefundRow.owed == refund.owed.fen
    same_failure = RefundRow.failure.does_not_exist() if refund.failure is None else RefundRow.failure == refund.failure
    unchanged = (RefundRow.status == refund.status) & same_failure & same_owed
    # An abnormal refund fails once more if the provider closes it: only then may a state follow itself.
    allowed = RefundRow.status.is_in(*sources(to), *([refund.status] if refund.failure == ABNORMAL else []))
    transaction.update(REFUND, RefundRow(refund.out_refund_no), actions, allowed & unchanged)


_OUT_OF_TROUBLE: list[Action] = [RefundRow.trouble.remove(), RefundRow.trouble_since.remove()]


def take_place_of(transaction: Transaction, out_refund_no: str, owed: Money, left: Money, by: str) -> None:
    """Let another refund pay what is ``owed`` of one that failed for good, but for what is ``left``.

    Fails as ``refund:<number>`` if something else is owed of it by now.
    """
    actions: list[Action] = [RefundRow.owed.set(left.fen)]
    if left == ZERO:
        actions = [RefundRow.owed.remove(), RefundRow.retried_by.set(by), *_OUT_OF_TROUBLE]
    name = f"{REFUND}:{out_refund_no}"
    transaction.update(name, RefundRow(out_refund_no), actions, RefundRow.owed == owed.fen)


def try_again(transaction: Transaction, refund: Refund, now: datetime) -> None:
    """Count a try under the same number: the provider is asked again. Fails as ``refund`` if the refund changed."""
    unchanged = (RefundRow.status == refund.status) & (RefundRow.tries == refund.tries)
    actions: list[Action] = [RefundRow.tries.set(refund.tries + 1), RefundRow.tried_at.set(now)]
    transaction.update(REFUND, RefundRow(refund.out_refund_no), actions, unchanged)


def note_stuck(out_refund_no: str, now: datetime, failure: str | None = None) -> None:
    """List a refund that is still under way for staff. ``failure`` is the provider's code if it waits for something."""
    row = RefundRow(out_refund_no)
    under_way = RefundRow.status.is_in(RefundState.REQUESTED, RefundState.PROCESSING)
    since = RefundRow.trouble_since.set(RefundRow.trouble_since | now)
    actions: list[Action] = [RefundRow.trouble.set(Trouble.STUCK), since]
    if failure is not None:
        actions.append(RefundRow.failure.set(failure))
    holds(lambda: row.update(actions=actions, condition=under_way))


def list_in_trouble(kind: Trouble, limit: int, position: Position | None) -> Page[Refund]:
    """Returns a page of the refunds that somebody has to look after, those that wait longest first."""
    found = RefundRow.by_trouble.query(kind, page_size=limit + 1, last_evaluated_key=position)
    return read_pointed_page(found, RefundRow.to_domain, limit, lambda row: row.trouble == kind)


def count_in_trouble(at_most: int) -> int:
    """Returns how many refunds somebody has to look after, ``at_most`` of each kind."""
    return sum(RefundRow.by_trouble.count(kind, limit=at_most) for kind in Trouble)


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
