"""The catalogue's change log: gapless numbered changes, which every environment reads from its own offset.

Row 0 is the counter. A row is written in the transaction that renews its views.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import BooleanAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import PynamoDBException
from pynamodb.models import Model

from posthouse.domain.personal_data import NOTHING
from posthouse.domain.value import Value
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

CHANGE_LOG = "change_log"
"""The name of the counter's condition."""

CHANGE = "change"
"""The name of the condition that a change is new."""

KEPT = timedelta(days=1)
"""An environment that was frozen for longer finds a gap and clears its cache."""

_LOG = "catalogue"
_COUNTER = 0


class CatalogueChangeRow(Model):
    """One change; without ``room_id`` it concerns the hotel and all its room types.

    With ``calendar`` only nights have changed.
    """

    class Meta(TableMeta):
        table_name = TableName("catalogue-changes")
        personal = NOTHING

    log = UnicodeAttribute(hash_key=True)
    number = IntAttribute(range_key=True)
    last = IntAttribute(null=True)
    hotel_id = UnicodeAttribute(null=True)
    room_id = UnicodeAttribute(null=True)
    calendar = BooleanAttribute(null=True)
    at = TimeAttribute(null=True)
    expires_at = TTLAttribute(null=True)


class Change(Value):
    """A change of a hotel, or of one of its room types; with ``calendar`` only of nights, else of all but these."""

    hotel_id: str
    room_id: str | None
    calendar: bool = False


class LogUnreachable(Exception):
    """The change log cannot be read now."""


def last_number() -> int:
    """Returns the number of the newest row; strongly consistent. Raises LogUnreachable."""
    try:
        return CatalogueChangeRow.get(_LOG, _COUNTER, consistent_read=True).last or 0
    except CatalogueChangeRow.DoesNotExist:
        return 0
    except (PynamoDBException, BotoCoreError, ClientError) as fault:
        raise LogUnreachable(str(fault)) from fault


def changes_between(after: int, last: int) -> list[Change] | None:
    """Returns the changes after one number up to another; None if some have expired. Raises LogUnreachable."""
    try:
        rows = list(
            CatalogueChangeRow.query(_LOG, CatalogueChangeRow.number.between(after + 1, last), consistent_read=True)
        )
    except (PynamoDBException, BotoCoreError, ClientError) as fault:
        raise LogUnreachable(str(fault)) from fault
    if len(rows) < last - after:
        return None
    return [Change(row.hotel_id or "", row.room_id, bool(row.calendar)) for row in rows]


def append(transaction: Transaction, last: int, change: Change, now: datetime) -> None:
    """Append a row; fails as ``change_log`` if ``last`` is no longer the newest number."""
    newest = (
        CatalogueChangeRow.last.does_not_exist() if last == 0 else CatalogueChangeRow.last == last
    )  # the first row creates the counter
    counter = CatalogueChangeRow(_LOG, _COUNTER)
    transaction.update(CHANGE_LOG, counter, [CatalogueChangeRow.last.set(last + 1)], newest)
    row = CatalogueChangeRow(
        _LOG,
        last + 1,
        hotel_id=change.hotel_id,
        room_id=change.room_id,
        calendar=change.calendar or None,
        at=now,
        expires_at=now + KEPT,
    )
    transaction.put(CHANGE, row, CatalogueChangeRow.log.does_not_exist())
