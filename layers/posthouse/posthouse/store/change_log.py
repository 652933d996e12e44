"""The catalogue's change log: what changed, numbered without a gap, for every environment to read from its own offset.

Row 0 is the counter. A row is written in the transaction that renews the views it tells of.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import PynamoDBException
from pynamodb.models import Model

from posthouse.domain.personal_data import NOTHING
from posthouse.domain.value import Value
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

CHANGE_LOG = "change_log"
"""The name of the counter's condition."""

KEPT = timedelta(days=1)
"""An environment that slept longer finds a gap, and forgets all that it knows."""

_LOG = "catalogue"
_COUNTER = 0


class CatalogueChangeRow(Model):
    """One change; without ``room_id`` it is one of the hotel, and so of all its room types."""

    class Meta(TableMeta):
        table_name = TableName("catalogue-changes")
        personal = NOTHING

    log = UnicodeAttribute(hash_key=True)
    number = IntAttribute(range_key=True)
    last = IntAttribute(null=True)
    hotel_id = UnicodeAttribute(null=True)
    room_id = UnicodeAttribute(null=True)
    at = TimeAttribute(null=True)
    expires_at = TTLAttribute(null=True)


class Change(Value):
    """A hotel that changed, or one of its room types."""

    hotel_id: str
    room_id: str | None


class LogUnreachable(Exception):
    """The change log cannot be read at present."""


def last_number() -> int:
    """The number of the newest row; strongly consistent. Raises LogUnreachable."""
    try:
        return CatalogueChangeRow.get(_LOG, _COUNTER, consistent_read=True).last or 0
    except CatalogueChangeRow.DoesNotExist:
        return 0
    except (PynamoDBException, BotoCoreError, ClientError) as fault:
        raise LogUnreachable(str(fault)) from fault


def changes_between(after: int, last: int) -> list[Change] | None:
    """The changes after one number up to another, or None if some are not kept any more. Raises LogUnreachable."""
    try:
        rows = list(
            CatalogueChangeRow.query(_LOG, CatalogueChangeRow.number.between(after + 1, last), consistent_read=True)
        )
    except (PynamoDBException, BotoCoreError, ClientError) as fault:
        raise LogUnreachable(str(fault)) from fault
    if len(rows) < last - after:
        return None
    return [Change(row.hotel_id or "", row.room_id) for row in rows]


def append(transaction: Transaction, last: int, change: Change, now: datetime) -> None:
    """Add a row after the newest one; fails as ``change_log`` if ``last`` is not the newest any more."""
    newest = (
        CatalogueChangeRow.last.does_not_exist() if last == 0 else CatalogueChangeRow.last == last
    )  # the counter is born with the first row
    counter = CatalogueChangeRow(_LOG, _COUNTER)
    transaction.update(CHANGE_LOG, counter, [CatalogueChangeRow.last.set(last + 1)], newest)
    row = CatalogueChangeRow(
        _LOG, last + 1, hotel_id=change.hotel_id, room_id=change.room_id, at=now, expires_at=now + KEPT
    )
    transaction.put("change", row, CatalogueChangeRow.log.does_not_exist())
