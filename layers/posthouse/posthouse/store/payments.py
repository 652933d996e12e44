"""Payments: attempts to pay an order, and how much of each is refunded."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.attributes import JSONAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from posthouse.domain.money import ZERO, Money
from posthouse.domain.payment import JSAPI, Payment, PaymentState, Settlement, sources
from posthouse.domain.personal_data import BOOKKEEPING, forgotten, kept
from posthouse.store import due, money_ledger
from posthouse.store.batch import read_rows
from posthouse.store.conditional import holds
from posthouse.store.pointers import rows_of
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute, due_shard, epoch

if TYPE_CHECKING:
    from posthouse.domain.refund import Refund, RefundReport
    from posthouse.store.transaction import Transaction

PAYMENT = "payment"
"""The name of the condition on the payment's row."""

GRACE = timedelta(minutes=2)
"""How long after its time a payment waits for its notification, before the provider is queried."""


class _ByOrder(GlobalSecondaryIndex["PaymentRow"]):
    class Meta:
        index_name = "by_order"
        projection = KeysOnlyProjection()

    order_no = UnicodeAttribute(hash_key=True)
    payment_id = UnicodeAttribute(range_key=True)


class PaymentRow(Model):
    """One attempt to pay.

    ``refunded`` has been refunded or is on its way, ``promised`` is the most that ``refunded`` has been, ``returned``
    has arrived. ``owed_by`` has what is owed of each failed refund. ``due_shard`` and ``due_at`` are there until the
    provider reports, past its time, that nobody paid it.
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
    provider = UnicodeAttribute(default=JSAPI.provider)
    via = UnicodeAttribute(default=JSAPI.via)
    opened_as = UnicodeAttribute(null=True)
    opened_until = TimeAttribute(null=True)
    transaction_id = UnicodeAttribute(null=True)
    created_at = TimeAttribute()
    expires_at = TimeAttribute()
    succeeded_at = TimeAttribute(null=True)
    refunded = IntAttribute(default=0)
    promised = IntAttribute(default=0)
    returned = IntAttribute(default=0)
    points = IntAttribute(null=True)
    owed_by = JSONAttribute(null=True)
    due_shard = UnicodeAttribute(null=True)
    due_at = IntAttribute(null=True)

    by_order = _ByOrder()
    by_due = due.DueIndex()

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
            provider=self.provider,
            via=self.via,
            opened_as=self.opened_as,
            opened_until=self.opened_until,
            transaction_id=self.transaction_id,
            succeeded_at=self.succeeded_at,
            refunded=Money(self.refunded),
            promised=Money(self.promised),
            returned=Money(self.returned),
            points=self.points,
            owed_by={number: Money(owed) for number, owed in (self.owed_by or {}).items()},
        )


def get(payment_id: str) -> Payment | None:
    """Returns the payment of that id."""
    try:
        return PaymentRow.get(payment_id, consistent_read=True).to_domain()
    except PaymentRow.DoesNotExist:
        return None


def get_many(payment_ids: Collection[str]) -> dict[str, Payment]:
    """Returns the payments of these ids, by their id."""
    rows = read_rows((PaymentRow, (payment_id,)) for payment_id in payment_ids) if payment_ids else None
    found = {} if rows is None else {number: rows.get(PaymentRow, number) for number in payment_ids}
    return {number: row.to_domain() for number, row in found.items() if row is not None}


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
        provider=payment.provider,
        via=payment.via,
        created_at=payment.created_at,
        expires_at=payment.expires_at,
        due_shard=due_shard(payment.payment_id),
        due_at=epoch(payment.expires_at + GRACE),
    )
    transaction.put(PAYMENT, row, PaymentRow.payment_id.does_not_exist())


def note_opened(payment_id: str, opened_as: str, until: datetime) -> bool:
    """Store what the provider opened a payment as. Returns False if the payment is not open any more."""
    is_open = PaymentRow.status == PaymentState.CREATED
    opened: list[Action] = [PaymentRow.opened_as.set(opened_as), PaymentRow.opened_until.set(until)]
    return holds(lambda: PaymentRow(payment_id).update(actions=opened, condition=is_open))


def close(transaction: Transaction, payment_id: str) -> None:
    """Close a payment. Fails as ``payment`` if it was paid or closed. It stays due, for one query more."""
    transaction.update(
        PAYMENT,
        PaymentRow(payment_id),
        [PaymentRow.status.set(PaymentState.CLOSED)],
        PaymentRow.status.is_in(*sources(PaymentState.CLOSED)),
    )


def close_open(payment_id: str) -> None:
    """Close a payment that is closed at its provider, if it is still open here. It stays due, for one query more."""
    is_open = PaymentRow.status == PaymentState.CREATED
    closing: list[Action] = [PaymentRow.status.set(PaymentState.CLOSED)]
    holds(lambda: PaymentRow(payment_id).update(actions=closing, condition=is_open))


def must_be_unpaid(transaction: Transaction, payment_id: str) -> None:
    """Check that a payment has not succeeded. Fails as ``payment`` if it has."""
    transaction.check(PAYMENT, PaymentRow, (payment_id,), PaymentRow.status != PaymentState.SUCCEEDED)


def succeed(transaction: Transaction, payment: Payment, settlement: Settlement, now: datetime) -> None:
    """Note that a payment has succeeded, with its ledger row. Fails as ``payment`` if that was noted before.

    The payer is kept where none was known; not if that is to be forgotten, also since the payment was read.
    """
    paid = payment.with_payer(settlement.payer)
    is_new = PaymentRow.status.is_in(*sources(PaymentState.SUCCEEDED))
    transaction.update(
        PAYMENT,
        PaymentRow(payment.payment_id),
        [
            PaymentRow.status.set(PaymentState.SUCCEEDED),
            PaymentRow.transaction_id.set(settlement.transaction_id),
            PaymentRow.succeeded_at.set(settlement.succeeded_at),
            *([] if paid.openid == payment.openid else [PaymentRow.openid.set(paid.openid)]),
            *due.stop_waiting(PaymentRow),
        ],
        is_new & (PaymentRow.request_body == payment.request_body),
    )
    money_ledger.record_payment(transaction, paid, settlement, now)


def reserve_refund(transaction: Transaction, payment: Payment, amount: Money, owed: Mapping[str, Money]) -> None:
    """Reserve an amount for a refund; ``owed`` is what is owed of each failed refund then.

    Fails as ``payment`` if its refunds changed since the payment was read. Raises ValueError if the amount is more than
    can be refunded.
    """
    if amount > payment.refundable:
        msg = f"{amount.fen} fen of {payment.payment_id} cannot be refunded, only {payment.refundable.fen}"
        raise ValueError(msg)
    promised = max(payment.promised, payment.refunded + amount)
    actions = [PaymentRow.refunded.add(amount.fen), PaymentRow.promised.set(promised.fen), _owing(owed)]
    transaction.update(PAYMENT, PaymentRow(payment.payment_id), actions, _same_refunds(payment))


def release_refund(transaction: Transaction, payment: Payment, out_refund_no: str, amount: Money) -> None:
    """Undo ``reserve_refund`` for a refund that failed for good; the amount stays promised, and is owed.

    Fails as ``payment`` if its refunds changed since the payment was read.
    """
    actions = [PaymentRow.refunded.add(-amount.fen), _owing({**payment.owed_by, out_refund_no: amount})]
    transaction.update(PAYMENT, PaymentRow(payment.payment_id), actions, _same_refunds(payment))


def must_be_unchanged(transaction: Transaction, payment: Payment) -> None:
    """Check that nothing was refunded, failed or arrived since the payment was read. Fails as ``payment``.

    For a step that decides by the payment and changes only the order.
    """
    arrived = PaymentRow.returned == payment.returned.fen
    transaction.check(PAYMENT, PaymentRow, (payment.payment_id,), _same_refunds(payment) & arrived)


def _same_refunds(payment: Payment) -> Condition:
    owed = _owed_json(payment.owed_by)
    same: Condition = (
        (PaymentRow.status == payment.status)
        & (PaymentRow.refunded == payment.refunded.fen)
        & (PaymentRow.promised == payment.promised.fen)
        & (PaymentRow.owed_by.does_not_exist() if owed is None else PaymentRow.owed_by == owed)
    )
    return same


def _owing(owed: Mapping[str, Money]) -> Action:
    kept = _owed_json(owed)
    owing: Action = PaymentRow.owed_by.remove() if kept is None else PaymentRow.owed_by.set(kept)
    return owing


def _owed_json(owed: Mapping[str, Money]) -> dict[str, int] | None:
    return {number: amount.fen for number, amount in owed.items() if amount > ZERO} or None


def note_returned(transaction: Transaction, refund: Refund, report: RefundReport, now: datetime) -> None:
    """Note that a refund has arrived, with its ledger row."""
    payment_id = refund.payment_id
    actions = [PaymentRow.returned.add(refund.amount.fen)]
    transaction.update(PAYMENT, PaymentRow(payment_id), actions, PaymentRow.payment_id.exists())
    money_ledger.record_refund(transaction, refund, report, now)


def note_returned_after_all(
    transaction: Transaction, payment: Payment, refund: Refund, report: RefundReport, now: datetime
) -> None:
    """Note that a refund has arrived that had failed for good: its amount is reserved again, and not owed any more.

    Fails as ``payment`` if its refunds changed since the payment was read.
    """
    owed = {number: left for number, left in payment.owed_by.items() if number != refund.out_refund_no}
    amount = refund.amount.fen
    actions = [PaymentRow.refunded.add(amount), PaymentRow.returned.add(amount), _owing(owed)]
    transaction.update(PAYMENT, PaymentRow(payment.payment_id), actions, _same_refunds(payment))
    money_ledger.record_refund(transaction, refund, report, now)


def must_be_returned(transaction: Transaction, payment_id: str) -> None:
    """Check that all that was promised of a payment has arrived. Fails as ``payment`` if it has not."""
    transaction.check(PAYMENT, PaymentRow, (payment_id,), PaymentRow.returned >= PaymentRow.promised)


def note_points(transaction: Transaction, payment: Payment, points: int) -> None:
    """Note how many points a payment has earned. Fails as ``payment`` if they or ``returned`` changed since."""
    held = PaymentRow.points.does_not_exist() if payment.points is None else PaymentRow.points == payment.points
    unchanged = held & (PaymentRow.returned == payment.returned.fen)
    transaction.update(PAYMENT, PaymentRow(payment.payment_id), [PaymentRow.points.set(points)], unchanged)


def overdue(now: datetime, at_most: int) -> Iterator[str]:
    """Returns the ids of payments that should have ended by now; ``at_most`` a shard."""
    return (row.payment_id for row in due.overdue(PaymentRow, now, at_most))


def query_no_more(payment_id: str) -> None:
    """Stop querying a closed payment: nobody paid it, and nobody can any more."""
    is_closed = PaymentRow.status == PaymentState.CLOSED
    holds(lambda: PaymentRow(payment_id).update(actions=due.stop_waiting(PaymentRow), condition=is_closed))


def query_again_at(payment_id: str, at: datetime) -> None:
    """Query a payment again at that time, if it still waits."""
    due.postpone(PaymentRow(payment_id), at)


def list_of_order(order_no: str, at_most: int = 100) -> list[Payment]:
    """Returns all payments of an order, oldest first."""
    found = PaymentRow.by_order.query(order_no, limit=at_most)
    return [row.to_domain() for _, row in rows_of(found, at_most)]
