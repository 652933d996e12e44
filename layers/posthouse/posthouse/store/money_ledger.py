"""The money ledger: a row for each movement of money, written once, in the same transaction as its cause."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from posthouse.domain.days import local_date
from posthouse.domain.money import Money
from posthouse.domain.personal_data import forgotten
from posthouse.domain.value import Value
from posthouse.store.page import Page, Position, read_page
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.domain.payment import Payment, Settlement
    from posthouse.domain.refund import Refund, RefundReport
    from posthouse.store.transaction import Transaction

MONEY = "money"
"""The name of the condition that a movement is new."""

WECHAT_TIME_ZONE = "Asia/Shanghai"
"""The time zone of WeChat's days. A movement belongs to the day on which we recorded it, so that none comes later."""


class _ByDay(GlobalSecondaryIndex["MoneyLedgerRow"]):
    class Meta:
        index_name = "by_day"
        projection = AllProjection()

    day = UnicodeAttribute(hash_key=True)
    entry_id = UnicodeAttribute(range_key=True)


class MoneyLedgerRow(Model):
    """One movement of money of an order; ``channel`` is the provider that moved it."""

    class Meta(TableMeta):
        table_name = TableName("money-ledger")
        personal = forgotten(payer="openid")

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
    answer = UnicodeAttribute()
    at = TimeAttribute()
    recorded_at = TimeAttribute()
    day = UnicodeAttribute()

    by_day = _ByDay()


def record_payment(transaction: Transaction, payment: Payment, settlement: Settlement, now: datetime) -> None:
    """Record a payment. Fails as ``money`` if it was recorded before."""
    row = MoneyLedgerRow(
        payment.order_no,
        f"payment#{payment.payment_id}",
        kind="payment",
        amount=settlement.amount.fen,
        total=payment.total.fen,
        discount=payment.discount.fen,
        payable=payment.payable.fen,
        channel=payment.provider,
        payer=payment.openid,
        payment_id=payment.payment_id,
        transaction_id=settlement.transaction_id,
        answer="SUCCESS",
        at=settlement.succeeded_at,
        recorded_at=now,
        day=str(local_date(now, WECHAT_TIME_ZONE)),
    )
    transaction.put(MONEY, row, MoneyLedgerRow.order_no.does_not_exist())


def record_refund(transaction: Transaction, refund: Refund, report: RefundReport, now: datetime) -> None:
    """Record a refund that arrived. Fails as ``money`` if it was recorded before."""
    row = MoneyLedgerRow(
        refund.order_no,
        f"refund#{refund.out_refund_no}",
        kind="refund",
        amount=refund.amount.fen,
        total=refund.total.fen,
        discount=0,
        payable=refund.total.fen,
        channel=refund.provider,
        payer=refund.openid,
        payment_id=refund.payment_id,
        transaction_id=report.refund_id,
        answer=report.status,
        at=report.at or now,
        recorded_at=now,
        day=str(local_date(now, WECHAT_TIME_ZONE)),
    )
    transaction.put(MONEY, row, MoneyLedgerRow.order_no.does_not_exist())


class Movement(Value):
    """A movement of money; ``kind`` is payment or refund, ``number`` is its number at the provider."""

    kind: str
    number: str
    order_no: str
    amount: Money
    transaction_id: str
    provider: str
    payment_id: str


def ledger_of(day: str, limit: int, position: Position | None) -> Page[Movement]:
    """Returns a page of the movements of a day (WeChat's time zone)."""
    rows = MoneyLedgerRow.by_day.query(day, limit=limit + 1, last_evaluated_key=position)
    return read_page(rows, _movement, limit)


def _movement(row: MoneyLedgerRow) -> Movement:
    kind, _, number = row.entry_id.partition("#")
    return Movement(kind, number, row.order_no, Money(row.amount), row.transaction_id, row.channel, row.payment_id)
