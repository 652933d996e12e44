"""What a hotel's desk took on a business date: one row for each way and each member of staff.

A row is counted in the transaction that writes the folio's line, so it is the sum of these lines. A day's list reads as
many rows as people took money, whatever they took.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.folio import DeskMethod
from posthouse.domain.money import ZERO, Money
from posthouse.domain.takings import Takings
from posthouse.store.table import IntAttribute, TableMeta, TableName

if TYPE_CHECKING:
    from posthouse.domain.folio import Line
    from posthouse.store.transaction import Transaction

TAKINGS = "takings"
"""The name of the condition on the counters."""


class TakingsRow(Model):
    """Counters of one way and one member of staff; ``day`` is the hotel and the business date."""

    class Meta(TableMeta):
        table_name = TableName("takings")
        personal = ()

    day = UnicodeAttribute(hash_key=True)
    entry = UnicodeAttribute(range_key=True)
    taken = IntAttribute()
    given_back = IntAttribute()
    movements = IntAttribute()

    def to_domain(self) -> Takings:
        method, _, username = self.entry.partition("#")
        return Takings(DeskMethod(method), username, Money(self.taken), Money(self.given_back), count=self.movements)


def _day(hotel_id: str, business_date: date) -> str:
    return f"{hotel_id}#{business_date}"


def count(transaction: Transaction, hotel_id: str, business_date: date, line: Line) -> None:
    """Count a line of desk money on the day on which it is written. It decides nothing, so it always holds."""
    row = TakingsRow(_day(hotel_id, business_date), f"{line.method}#{line.by}")
    taken, given_back = max(ZERO - line.amount, ZERO), max(line.amount, ZERO)
    actions = [
        TakingsRow.taken.add(taken.fen),
        TakingsRow.given_back.add(given_back.fen),
        TakingsRow.movements.add(1),
    ]
    always = TakingsRow.day.does_not_exist() | TakingsRow.day.exists()
    transaction.update(TAKINGS, row, actions, always)


def list_of_day(hotel_id: str, business_date: date) -> tuple[Takings, ...]:
    """Returns what each member of staff took in each way, by way and name. AWS calls: one query."""
    return tuple(row.to_domain() for row in TakingsRow.query(_day(hotel_id, business_date), consistent_read=True))
