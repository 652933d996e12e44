"""The payment log: every payment that succeeded, by day (WeChat's time zone), for bookkeeping."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.days import local_date
from posthouse.domain.money import Money
from posthouse.domain.personal_data import BOOKKEEPING, kept
from posthouse.domain.value import Value
from posthouse.store.conditional import holds
from posthouse.store.money_ledger import WECHAT_TIME_ZONE
from posthouse.store.page import Page, Position, read_page
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.domain.event import Event


class PaymentLogRow(Model):
    """One payment. ``entry_id`` is when it succeeded and its id."""

    class Meta(TableMeta):
        table_name = TableName("payment-log")
        personal = kept(BOOKKEEPING, user_id="user id")

    day = UnicodeAttribute(hash_key=True)
    entry_id = UnicodeAttribute(range_key=True)
    payment_id = UnicodeAttribute()
    order_no = UnicodeAttribute()
    user_id = UnicodeAttribute()
    amount = IntAttribute()
    transaction_id = UnicodeAttribute()
    succeeded_at = TimeAttribute()
    recorded_at = TimeAttribute()

    def to_domain(self) -> LoggedPayment:
        return LoggedPayment(
            payment_id=self.payment_id,
            order_no=self.order_no,
            user_id=self.user_id,
            amount=Money(self.amount),
            transaction_id=self.transaction_id,
            succeeded_at=self.succeeded_at,
        )


class LoggedPayment(Value):
    """A payment in the log."""

    payment_id: str
    order_no: str
    user_id: str
    amount: Money
    transaction_id: str
    succeeded_at: datetime


def record(event: Event, now: datetime) -> bool:
    """Write a payment that succeeded into the log. Returns False if it is there already, so no inbox is needed."""
    facts = event.payload
    day, entry_id, succeeded_at = _key(event)
    row = PaymentLogRow(
        day,
        entry_id,
        payment_id=facts["payment_id"],
        order_no=facts["order_no"],
        user_id=facts["user_id"],
        amount=facts["amount"],
        transaction_id=facts["transaction_id"],
        succeeded_at=succeeded_at,
        recorded_at=now,
    )
    return holds(lambda: row.save(condition=PaymentLogRow.day.does_not_exist()))


def recorded_at(event: Event) -> datetime | None:
    """Returns when an event's payment was written into the log; None if it was not."""
    day, entry_id, _ = _key(event)
    try:
        found: datetime = PaymentLogRow.get(day, entry_id, consistent_read=True).recorded_at
    except PaymentLogRow.DoesNotExist:
        return None
    return found


def _key(event: Event) -> tuple[str, str, datetime]:
    succeeded_at = datetime.fromisoformat(event.payload["succeeded_at"])
    day = local_date(succeeded_at, WECHAT_TIME_ZONE)
    return str(day), f"{succeeded_at.isoformat()}#{event.payload['payment_id']}", succeeded_at


def list_of_day(day: date, limit: int, position: Position | None) -> Page[LoggedPayment]:
    """Returns a page of the payments of a day (WeChat's time zone), oldest first."""
    rows = PaymentLogRow.query(day.isoformat(), limit=limit + 1, last_evaluated_key=position)
    return read_page(rows, PaymentLogRow.to_domain, limit)
