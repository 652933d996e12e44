"""How many orders a guest may make in an hour: a row for each guest and hour, counted in the order's own transaction.

Nothing is read for it: the limit is the condition of the write. A guest who deletes the account has no allowance for as
long as their tokens are valid.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.attributes import BooleanAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.identity import AccountDeleted
from posthouse.domain.limit import HOUR, TooManyRequests, hour_of, left_of_hour
from posthouse.domain.personal_data import expires
from posthouse.store.table import IntAttribute, TableMeta, TableName

if TYPE_CHECKING:
    from posthouse.store.transaction import Failed, Transaction

ALLOWANCE = "allowance"
"""The name of the condition that the guest has orders left in this hour."""

CLOSED = "closed:"
"""How the names of closed hours begin; the hour's number follows."""


class AllowanceRow(Model):
    """What a guest has ordered in an hour (of the clock, counted since 1970)."""

    class Meta(TableMeta):
        table_name = TableName("allowances")
        personal = expires("two hours, or 27 once the account is deleted", guest_hour="user id")

    guest_hour = UnicodeAttribute(hash_key=True)
    taken = IntAttribute()
    closed = BooleanAttribute(null=True)
    expires_at = TTLAttribute()


def _row(user_id: str, moment: datetime) -> AllowanceRow:
    return AllowanceRow(f"{user_id}#{hour_of(moment)}")


def take(transaction: Transaction, user_id: str, at_most: int, now: datetime) -> None:
    """Count an order. Fails as ``allowance`` if there are ``at_most`` in this hour already."""
    transaction.update(
        ALLOWANCE,
        _row(user_id, now),
        [AllowanceRow.taken.add(1), AllowanceRow.expires_at.set(now + 2 * HOUR)],
        AllowanceRow.closed.does_not_exist() & (AllowanceRow.taken.does_not_exist() | (AllowanceRow.taken < at_most)),
    )


def close(transaction: Transaction, user_id: str, now: datetime, until: timedelta) -> None:
    """Allow a guest no orders from now on, for that long."""
    for hours in range(until // HOUR + 1):
        row = _row(user_id, now + hours * HOUR)
        row.taken, row.closed, row.expires_at = 0, True, now + until + 2 * HOUR
        transaction.put(CLOSED + str(hours), row)


def refusal(failed: Failed, now: datetime) -> TooManyRequests | AccountDeleted:
    """Returns the refusal: too many orders, or the account is deleted."""
    if "closed" in failed.rows.get(ALLOWANCE, {}):
        return AccountDeleted()
    return TooManyRequests("orders", left_of_hour(now))
