"""Differences between our ledger and WeChat's, one row each, and how far a day has been compared."""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import JSONAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from posthouse.domain.difference import Difference, Subject
from posthouse.domain.personal_data import MONEY_IN_QUESTION, NOTHING, kept
from posthouse.store.conditional import holds
from posthouse.store.page import Page, Position, read_page
from posthouse.store.table import TableMeta, TableName, TimeAttribute

_LISTING = "differences"


class _Listed(GlobalSecondaryIndex["DifferenceRow"]):
    class Meta:
        index_name = "listed"
        projection = AllProjection()

    listing = UnicodeAttribute(hash_key=True)
    found_at = TimeAttribute(range_key=True)


class DifferenceRow(Model):
    """One difference."""

    class Meta(TableMeta):
        table_name = TableName("differences")
        personal = kept(MONEY_IN_QUESTION, difference_id="openid", ours="openid", theirs="openid")

    difference_id = UnicodeAttribute(hash_key=True)
    listing = UnicodeAttribute(default=_LISTING)
    kind = UnicodeAttribute()
    number = UnicodeAttribute()
    order_no = UnicodeAttribute()
    field = UnicodeAttribute()
    ours = UnicodeAttribute()
    theirs = UnicodeAttribute()
    found_at = TimeAttribute()

    listed = _Listed()

    def to_domain(self) -> Difference:
        return Difference(
            subject=Subject(self.kind, self.number, self.order_no),
            field=self.field,
            ours=self.ours,
            theirs=self.theirs,
            found_at=self.found_at,
        )


class ComparisonRow(Model):
    """How far a day of the ledger has been compared; ``position`` is None when the whole day was compared."""

    class Meta(TableMeta):
        table_name = TableName("comparisons")
        personal = NOTHING

    day = UnicodeAttribute(hash_key=True)
    position = JSONAttribute(null=True)


def keep(difference: Difference) -> bool:
    """Store a difference. Returns False if it was found before."""
    row = DifferenceRow(
        difference.difference_id,
        kind=difference.subject.kind,
        number=difference.subject.number,
        order_no=difference.subject.order_no,
        field=difference.field,
        ours=difference.ours,
        theirs=difference.theirs,
        found_at=difference.found_at,
    )
    return holds(lambda: row.save(condition=DifferenceRow.difference_id.does_not_exist()))


def list_all(limit: int, position: Position | None) -> Page[Difference]:
    """Returns a page of differences, newest first."""
    rows = DifferenceRow.listed.query(_LISTING, scan_index_forward=False, limit=limit + 1, last_evaluated_key=position)
    return read_page(rows, DifferenceRow.to_domain, limit)


def comparison_of(day: str) -> ComparisonRow | None:
    """Returns how far a day has been compared; None if that has not begun."""
    try:
        return ComparisonRow.get(day, consistent_read=True)
    except ComparisonRow.DoesNotExist:
        return None


def note_comparison(day: str, position: Any) -> None:
    """Store how far a day has been compared; None for the whole day."""
    ComparisonRow(day, position=position).save()
