"""Changes of a room type's calendar, with the nights as they were before: what undoes a change.

A row is written in the transaction of its change. Only the last change of a calendar can be undone, for a minute; the
rows are gone a day later.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict
from pynamodb.attributes import JSONAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.catalogue import Night
from posthouse.domain.money import Money
from posthouse.domain.personal_data import NOTHING
from posthouse.domain.restriction import NightRules
from posthouse.domain.value import Value
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

KEPT = timedelta(days=1)

CHANGE = "calendar change"
"""The name of the condition that the change is new."""


class CalendarChangeRow(Model):
    """One change. ``before`` has each of its nights: by its date what staff had set, null if it was not open."""

    class Meta(TableMeta):
        table_name = TableName("calendar-changes")
        personal = NOTHING

    change_id = UnicodeAttribute(hash_key=True)
    room_id = UnicodeAttribute()
    at = TimeAttribute()
    calendar = IntAttribute()
    before = JSONAttribute()
    expires_at = TTLAttribute()


class CalendarChange(Value):
    """A change of nights of a room type. ``calendar`` is the counter of the room type's calendar after it.

    ``before`` has each night as it was, None where it was not open. What was sold then is not kept.
    """

    change_id: str
    room_id: str
    at: datetime
    calendar: int
    before: dict[date, Night | None]


def keep(transaction: Transaction, change: CalendarChange) -> None:
    """Keep what a change has replaced."""
    before = {str(date_): None if night is None else _facts(night) for date_, night in change.before.items()}
    row = CalendarChangeRow(
        change.change_id,
        room_id=change.room_id,
        at=change.at,
        calendar=change.calendar,
        before=before,
        expires_at=change.at + KEPT,
    )
    transaction.put(CHANGE, row, CalendarChangeRow.change_id.does_not_exist())


def find(change_id: str) -> CalendarChange | None:
    """Returns a change, if it is kept still; strongly consistent."""
    try:
        row = CalendarChangeRow.get(change_id, consistent_read=True)
    except CalendarChangeRow.DoesNotExist:
        return None
    before = {
        date.fromisoformat(night): None if facts is None else _night(row.room_id, night, facts)
        for night, facts in row.before.items()
    }
    return CalendarChange(row.change_id, row.room_id, row.at, row.calendar, before)


def _facts(night: Night) -> dict[str, Any]:
    facts = {"units": night.units, "price": night.price.fen, "closed": night.closed, "out_of_order": night.out_of_order}
    return {**facts, **{name: value for name, value in asdict(night.rules).items() if value}}


def _night(room_id: str, night: str, facts: dict[str, Any]) -> Night:
    rules = NightRules(**{name: facts[name] for name in NightRules.__struct_fields__ if name in facts})
    return Night(
        room_id=room_id,
        night=date.fromisoformat(night),
        units=facts["units"],
        sold=0,
        price=Money(facts["price"]),
        closed=facts["closed"],
        out_of_order=facts["out_of_order"],
        rules=rules,
    )
