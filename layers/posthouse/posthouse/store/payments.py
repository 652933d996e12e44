"""Payments: attempts to pay an order, and how much of each goes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from posthouse.domain.money import Money
from posthouse.domain.payment import Payment, PaymentState, Settlement, sources
from posthouse.domain.personal_data import BOOKKEEPING, forgotten, kept
from posthouse.store import money_ledger
from posthouse.store.conditional import holds
from posthouse.store.pointers import rows_of
from posthouse.store.table import DUE_SHARDS, IntAttribute, TableMeta, TableName, TimeAttribute, due_shard, epoch

if TYPE_CHECKING:
    from posthouse.domain.refund import Refund, RefundWord
    from posthouse.store.transaction import Transaction

PAYMENT = "payment"
"""The name of the condition on the payment's row."""

GRACE = timedelta(minutes=2)
"""How long after its time a payment is left to its notification before WeChat is asked."""


class _ByOrder(GlobalSecondaryIndex["PaymentRow"]):
    class Meta:
        index_name = "by_order"
        projection = KeysOnlyProjection()

    order_no = UnicodeAttribute(hash_key=True)
    payment_id = UnicodeAttribute(range_key=True)


class _ByDue(GlobalSecondaryIndex["PaymentRow"]):
    class Meta:
        index_name = "by_due"
        projection = KeysOnlyProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    due_at = IntAttribute(range_key=True)


class PaymentRow(Model):
    """One attempt to pay.

    ``refunded`` is what has gone back or is on its way, ``promised`` the most that this has been, ``returned`` what has
    arrived. ``due_shard`` and ``due_at`` are there until WeChat has said, past its time, that nobody paid it.
    """

    class Meta(TableMeta):
        table_name = TableName("payments")
        personal = (
            *forgotten(openid="openid", request_body="openid"),
            *kept(BOOKKEEPING, user_id="user id"),
        )
        exported_as = "booking, order"

    payment_id = UnicodeAttribute(hash_key=True)
    order_no = UnicodeAttribute()
    user_id = UnicodeAttribute()
    openid = UnicodeAttribute()
    total = IntAttribute()
    discount = IntAttribute()
    payable = IntAttribute()
    status = UnicodeAttribute()
    request_body = UnicodeAttribute()
    prepay_id = UnicodeAttribute(null=True)
    transaction_id = UnicodeAttribute(null=True)
    created_at = TimeAttribute()
    expires_at = TimeAttribute()
    succeeded_at = TimeAttribute(null=True)
    refunded = IntAttribute(default=0)
    promised = IntAttribute(default=0)
    returned = IntAttribute(default=0)
    points = IntAttribute(null=True)
    due_shard = UnicodeAttribute(null=True)
    due_at = IntAttribute(null=True)

    by_order = _ByOrder()
    by_due = _ByDue()

    def to_domain(self) -> Payment:
        return Payment(
            payment_id=self.payment_id,
            order_no=self.order_no,
            user_id=self.user_id,
            openid=self.openid,
            total=Money(self.total),
            discount=Money(self.discount),
            payable=Money(self.payable),
            status=PaymentState(self.status),
            request_body=self.request_body,
            created_at=self.created_at,
            expires_at=self.expires_at,
            prepay_id=self.prepay_id,
            transaction_id=self.transaction_id,
            succeeded_at=self.succeeded_at,
            refunded=Money(self.refunded),
            promised=Money(self.promised),
            returned=Money(self.returned),
            points=self.points,
        )


_NOT_DUE: list[Action] = [PaymentRow.due_shard.remove(), PaymentRow.due_at.remove()]


def get(payment_id: str) -> Payment | None:
    """The payment of that id."""
    try:
        return PaymentRow.get(payment_id, consistent_read=True).to_domain()
    except PaymentRow.DoesNotExist:
        return None


def create(transaction: Transaction, payment: Payment) -> None:
    """Write a new attempt to pay."""
    row = PaymentRow(
        payment.payment_id,
        order_no=payment.order_no,
        user_id=payment.user_id,
        openid=payment.openid,
        total=payment.total.fen,
        discount=payment.discount.fen,
        payable=payment.payable.fen,
        status=payment.status,
        request_body=payment.request_body,
        created_at=payment.created_at,
        expires_at=payment.expires_at,
        due_shard=due_shard(payment.payment_id),
        due_at=epoch(payment.expires_at + GRACE),
    )
    transaction.put(PAYMENT, row, PaymentRow.payment_id.does_not_exist())


def note_prepay(payment_id: str, prepay_id: str) -> bool:
    """Keep WeChat's prepay id, good for two hours, in place of an earlier one; False if the payment is not open now."""
    is_open = PaymentRow.status == PaymentState.CREATED
    return holds(
        lambda: PaymentRow(payment_id).update(actions=[PaymentRow.prepay_id.set(prepay_id)], condition=is_open)
    )


def close(transaction: Transaction, payment_id: str) -> None:
    """Close an attempt; fails as ``payment`` if it was paid or closed. WeChat is asked once more all the same."""
    transaction.update(
        PAYMENT,
        PaymentRow(payment_id),
        [PaymentRow.status.set(PaymentState.CLOSED)],
        PaymentRow.status.is_in(*sources(PaymentState.CLOSED)),
    )


def must_be_unpaid(transaction: Transaction, payment_id: str) -> None:
    """Demand that an attempt brought no money in; fails as ``payment`` if it did."""
    transaction.check(PAYMENT, PaymentRow, (payment_id,), PaymentRow.status != PaymentState.SUCCEEDED)


def succeed(transaction: Transaction, payment: Payment, settlement: Settlement, now: datetime) -> None:
    """Note that the money has come in, with its ledger row; fails as ``payment`` if that was noted before."""
    transaction.update(
        PAYMENT,
        PaymentRow(payment.payment_id),
        [
            PaymentRow.status.set(PaymentState.SUCCEEDED),
            PaymentRow.transaction_id.set(settlement.transaction_id),
            PaymentRow.succeeded_at.set(settlement.succeeded_at),
            *_NOT_DUE,
        ],
        PaymentRow.status.is_in(*sources(PaymentState.SUCCEEDED)),
    )
    money_ledger.record_payment(transaction, payment, settlement, now)


def reserve_refund(transaction: Transaction, payment: Payment, amount: Money) -> None:
    """Set an amount aside to go back; fails as ``payment`` if anything has been set aside since it was read.

    Raises ValueError if the payment that was read has not so much left.
    """
    if amount > payment.refundable:
        msg = f"{amount.fen} fen cannot go back of {payment.payment_id}, only {payment.refundable.fen}"
        raise ValueError(msg)
    promised = max(payment.promised, payment.refunded + amount)
    succeeded = PaymentRow.status == PaymentState.SUCCEEDED
    unchanged = (PaymentRow.refunded == payment.refunded.fen) & (PaymentRow.promised == payment.promised.fen)
    actions = [PaymentRow.refunded.add(amount.fen), PaymentRow.promised.set(promised.fen)]
    transaction.update(PAYMENT, PaymentRow(payment.payment_id), actions, succeeded & unchanged)


def release_refund(transaction: Transaction, payment_id: str, amount: Money) -> None:
    """Undo ``reserve_refund``: the amount did not go back, and never will by that refund; it stays promised."""
    actions = [PaymentRow.refunded.add(-amount.fen)]
    transaction.update(PAYMENT, PaymentRow(payment_id), actions, PaymentRow.refunded >= amount.fen)


def note_returned(transaction: Transaction, refund: Refund, word: RefundWord, now: datetime) -> None:
    """Note that a refund has arrived, with its ledger row."""
    payment_id = refund.payment_id
    actions = [PaymentRow.returned.add(refund.amount.fen)]
    transaction.update(PAYMENT, PaymentRow(payment_id), actions, PaymentRow.payment_id.exists())
    money_ledger.record_refund(transaction, refund, word, now)


def must_be_returned(transaction: Transaction, payment_id: str) -> None:
    """Demand that all that was promised of a payment has arrived; fails as ``payment`` if it has not."""
    transaction.check(PAYMENT, PaymentRow, (payment_id,), PaymentRow.returned >= PaymentRow.promised)


def note_points(transaction: Transaction, payment: Payment, points: int) -> None:
    """Note how many points a payment stands for; fails as ``payment`` if they, or what came back, changed meanwhile."""
    held = PaymentRow.points.does_not_exist() if payment.points is None else PaymentRow.points == payment.points
    unchanged = held & (PaymentRow.returned == payment.returned.fen)
    transaction.update(PAYMENT, PaymentRow(payment.payment_id), [PaymentRow.points.set(points)], unchanged)


def must_wait_for_refunds(transaction: Transaction, payment: Payment) -> None:
    """Demand that what has arrived of a payment is what was read; fails as ``payment``: its last event may be over."""
    transaction.check(PAYMENT, PaymentRow, (payment.payment_id,), PaymentRow.returned == payment.returned.fen)


def overdue(now: datetime, at_most: int) -> Iterator[str]:
    """The ids of payments that should have ended by now; ``at_most`` a shard."""
    for shard in range(DUE_SHARDS):
        for row in PaymentRow.by_due.query(str(shard), PaymentRow.due_at <= epoch(now), limit=at_most):
            yield row.payment_id


def ask_no_more(payment_id: str) -> None:
    """Nobody paid it, and nobody can any more."""
    is_closed = PaymentRow.status == PaymentState.CLOSED
    holds(lambda: PaymentRow(payment_id).update(actions=_NOT_DUE, condition=is_closed))


def ask_again_at(payment_id: str, at: datetime) -> None:
    """Let the payment wait for the next question, if it is still open."""
    actions: list[Action] = [PaymentRow.due_at.set(epoch(at))]
    holds(lambda: PaymentRow(payment_id).update(actions=actions, condition=PaymentRow.due_at.exists()))


def list_of_order(order_no: str, at_most: int = 100) -> list[Payment]:
    """All attempts to pay an order, oldest first."""
    found = PaymentRow.by_order.query(order_no, limit=at_most)
    return [row.to_domain() for _, row in rows_of(found, at_most)]
