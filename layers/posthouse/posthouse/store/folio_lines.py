"""The lines of a stay's folio that are not derived from its booking. Rows are added, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.folio import Line, LineKind
from posthouse.domain.money import Money
from posthouse.domain.personal_data import BOOKKEEPING, kept
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

LINE = "line"
"""The name of the condition that a line is new."""


class FolioLineRow(Model):
    """One line of an order's folio."""

    class Meta(TableMeta):
        table_name = TableName("folio-lines")
        personal = kept(BOOKKEEPING, by="user id")
        exported_as = "booking"

    order_no = UnicodeAttribute(hash_key=True)
    line_id = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    description = UnicodeAttribute()
    amount = IntAttribute()
    at = TimeAttribute()
    by = UnicodeAttribute()
    method = UnicodeAttribute(null=True)
    number = UnicodeAttribute(null=True)
    reference = UnicodeAttribute(null=True)

    def to_domain(self) -> Line:
        return Line(
            line_id=self.line_id,
            kind=LineKind(self.kind),
            description=self.description,
            amount=Money(self.amount),
            at=self.at,
            by=self.by,
            method=self.method,
            number=self.number,
            reference=self.reference,
        )


def add(transaction: Transaction, order_no: str, lines: Iterable[Line]) -> None:
    """Add lines. Fails as ``line`` if one is there. The caller changes the booking's sums beside them."""
    for line in lines:
        row = FolioLineRow(
            order_no,
            line.line_id,
            kind=line.kind,
            description=line.description,
            amount=line.amount.fen,
            at=line.at,
            by=line.by,
            method=line.method,
            number=line.number,
            reference=line.reference,
        )
        transaction.put(LINE, row, FolioLineRow.order_no.does_not_exist())


def get(order_no: str, line_id: str) -> Line | None:
    """Returns one line that was added."""
    try:
        return FolioLineRow.get(order_no, line_id, consistent_read=True).to_domain()
    except FolioLineRow.DoesNotExist:
        return None


def list_of_order(order_no: str) -> list[Line]:
    """Returns the lines that were added to an order's folio, oldest first."""
    rows = FolioLineRow.query(order_no, consistent_read=True)
    return [row.to_domain() for row in rows]
