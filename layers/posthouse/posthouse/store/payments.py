"""Payments, and the ledger of money that came in."""

from __future__ import annotations

from datetime import datetime

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from posthouse.domain.money import Money
from posthouse.domain.payment import Payment, PaymentState, Settlement, sources
from posthouse.store.conditional import holds
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute
from posthouse.store.transaction import Transaction

PAYMENT = "payment"


class _ByOrder(GlobalSecondaryIndex["PaymentRow"]):
    class Meta:
        index_name = "by_order"
        projection = AllProjection()

    order_no = UnicodeAttribute(hash_key=True)
    payment_id = UnicodeAttribute(range_key=True)


class PaymentRow(Model):
    """One attempt to pay."""

    class Meta(TableMeta):
        table_name = TableName("payments")

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

    by_order = _ByOrder()

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
        )


class MoneyRow(Model):
    """One movement of money of an order, written once: the transaction row of bookkeeping."""

    class Meta(TableMeta):
        table_name = TableName("money")

    order_no = UnicodeAttribute(hash_key=True)
    entry_id = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    amount = IntAttribute()
    total = IntAttribute()
    discount = IntAttribute()
    payable = IntAttribute()
    channel = UnicodeAttribute()
    payer = UnicodeAttribute()
    payment_id = UnicodeAttribute()
    transaction_id = UnicodeAttribute()
    at = TimeAttribute()
    recorded_at = TimeAttribute()


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
    )
    transaction.put(PAYMENT, row, PaymentRow.payment_id.does_not_exist())


def note_prepay(payment_id: str, prepay_id: str) -> bool:
    """Keep WeChat's prepay id, good for two hours, in place of an earlier one; False if the payment is not open now."""
    is_open = PaymentRow.status == PaymentState.CREATED
    return holds(
        lambda: PaymentRow(payment_id).update(actions=[PaymentRow.prepay_id.set(prepay_id)], condition=is_open)
    )


def close(transaction: Transaction, payment_id: str) -> None:
    """Close an attempt; fails as ``payment`` if it was paid or closed."""
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
        ],
        PaymentRow.status.is_in(*sources(PaymentState.SUCCEEDED)),
    )
    row = MoneyRow(
        payment.order_no,
        f"payment#{payment.payment_id}",
        kind="payment",
        amount=settlement.amount.fen,
        total=payment.total.fen,
        discount=payment.discount.fen,
        payable=payment.payable.fen,
        channel="wechat",
        payer=settlement.openid,
        payment_id=payment.payment_id,
        transaction_id=settlement.transaction_id,
        at=settlement.succeeded_at,
        recorded_at=now,
    )
    transaction.put("money", row, MoneyRow.order_no.does_not_exist())


def list_of_order(order_no: str, at_most: int = 100) -> list[Payment]:
    """All attempts to pay an order, oldest first."""
    return [row.to_domain() for row in PaymentRow.by_order.query(order_no, limit=at_most)]
