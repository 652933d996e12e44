"""Extras that a hotel sells with a stay. Bookings keep what they booked; nothing here counts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.money import Money
from posthouse.domain.personal_data import NOTHING
from posthouse.domain.price import Extra, Per
from posthouse.store.table import IntAttribute, TableMeta, TableName, changes_to

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

EXTRA = "extra"
"""The name of the condition on the extra's row."""


class ExtraRow(Model):
    """One extra of a hotel."""

    class Meta(TableMeta):
        table_name = TableName("extras")
        personal = NOTHING

    hotel_id = UnicodeAttribute(hash_key=True)
    extra_id = UnicodeAttribute(range_key=True)
    name = UnicodeAttribute()
    price = IntAttribute()
    per = UnicodeAttribute()
    enabled = BooleanAttribute()
    version = IntAttribute()

    def to_domain(self) -> Extra:
        return Extra(
            extra_id=self.extra_id,
            hotel_id=self.hotel_id,
            name=self.name,
            price=Money(self.price),
            per=Per(self.per),
            enabled=self.enabled,
            version=self.version,
        )


def extra_facts(extra: Extra) -> dict[str, Any]:
    """Returns the attributes of an extra, without its key."""
    return {
        "name": extra.name,
        "price": extra.price.fen,
        "per": extra.per,
        "enabled": extra.enabled,
        "version": extra.version,
    }


def get_extra(hotel_id: str, extra_id: str) -> Extra | None:
    """Returns the extra with this id, or None."""
    try:
        return ExtraRow.get(hotel_id, extra_id, consistent_read=True).to_domain()
    except ExtraRow.DoesNotExist:
        return None


def list_extras(hotel_id: str) -> list[Extra]:
    """Returns all extras of a hotel, in the order of their creation. They are few (MAX_EXTRAS): one read."""
    return [row.to_domain() for row in ExtraRow.query(hotel_id, consistent_read=True)]


def create_extra(transaction: Transaction, extra: Extra) -> None:
    """Create an extra."""
    row = ExtraRow(extra.hotel_id, extra.extra_id, **extra_facts(extra))
    transaction.put(EXTRA, row, ExtraRow.extra_id.does_not_exist())


def update_extra(transaction: Transaction, extra: Extra) -> None:
    """Change an extra; fails as ``extra`` unless the stored version is the preceding one."""
    row = ExtraRow(extra.hotel_id, extra.extra_id)
    transaction.update(EXTRA, row, changes_to(ExtraRow, extra_facts(extra)), ExtraRow.version == extra.version - 1)
