"""The shipping information of payments: one row each, with what WeChat said. Those that WeChat lacks are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from posthouse.domain.personal_data import NOTHING
from posthouse.domain.shipping_information import ENDED, ShippingInformation, ShippingReason, ShippingStatus
from posthouse.store.conditional import holds
from posthouse.store.page import Page, Position, read_page
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from pynamodb.expressions.update import Action

    from posthouse.store.transaction import Transaction


SHIPPING = "shipping"
"""The condition on a row: nothing was tried since it was read."""


class _Missing(GlobalSecondaryIndex["ShippingRow"]):
    class Meta:
        index_name = "missing"
        projection = AllProjection()

    missing = UnicodeAttribute(hash_key=True)
    at = TimeAttribute(range_key=True)


class ShippingRow(Model):
    """The shipping information of one payment. ``missing`` is the status, and gone once it has ended."""

    class Meta(TableMeta):
        table_name = TableName("shipping-information")
        personal = NOTHING

    payment_id = UnicodeAttribute(hash_key=True)
    order_no = UnicodeAttribute()
    status = UnicodeAttribute()
    missing = UnicodeAttribute(null=True)
    at = TimeAttribute()
    tries = IntAttribute()
    logistics_type = IntAttribute(null=True)
    carrier = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    words = UnicodeAttribute(null=True)

    by_missing = _Missing()

    def to_domain(self) -> ShippingInformation:
        return ShippingInformation(
            payment_id=self.payment_id,
            order_no=self.order_no,
            status=ShippingStatus(self.status),
            at=self.at,
            tries=self.tries,
            logistics_type=self.logistics_type,
            carrier=self.carrier,
            reason=None if self.reason is None else ShippingReason(self.reason),
            words=self.words,
        )


def get(payment_id: str) -> ShippingInformation | None:
    """Returns the shipping information of a payment; None if WeChat was never to be told."""
    try:
        return ShippingRow.get(payment_id, consistent_read=True).to_domain()
    except ShippingRow.DoesNotExist:
        return None


def _fill(column: Any, value: Any) -> Action:
    """Set an attribute, or remove it where there is no value."""
    action: Action = column.remove() if value is None else column.set(value)
    return action


def note(told: ShippingInformation) -> ShippingInformation:
    """Note what became of a try. What has ended once stays so. Returns what is noted then."""
    row = ShippingRow(told.payment_id)
    facts: list[Action] = [
        ShippingRow.order_no.set(told.order_no),
        ShippingRow.status.set(told.status),
        ShippingRow.at.set(told.at),
        ShippingRow.tries.add(1),
        _fill(ShippingRow.missing, None if told.has_ended else told.status),
        _fill(ShippingRow.logistics_type, told.logistics_type),
        _fill(ShippingRow.carrier, told.carrier),
        _fill(ShippingRow.reason, told.reason),
        _fill(ShippingRow.words, told.words),
    ]
    open_yet = ShippingRow.status.does_not_exist() | ~ShippingRow.status.is_in(*sorted(ENDED))
    if holds(lambda: row.update(actions=facts, condition=open_yet)):
        return row.to_domain()
    return get(told.payment_id) or told


def wait(transaction: Transaction, noted: ShippingInformation, wanted: ShippingInformation) -> None:
    """Note that WeChat is to be told once more, by this carrier. Fails as ``shipping`` if it was tried meanwhile."""
    actions: list[Action] = [
        ShippingRow.status.set(wanted.status),
        ShippingRow.missing.set(wanted.status),
        ShippingRow.at.set(wanted.at),
        *([] if wanted.carrier is None else [ShippingRow.carrier.set(wanted.carrier)]),
    ]
    as_read = (ShippingRow.status == noted.status) & (ShippingRow.tries == noted.tries)
    transaction.update(SHIPPING, ShippingRow(noted.payment_id), actions, as_read)


def list_missing(status: str, limit: int, position: Position | None) -> Page[ShippingInformation]:
    """Returns a page of what WeChat lacks, by its status, newest first."""
    rows = ShippingRow.by_missing.query(status, scan_index_forward=False, limit=limit + 1, last_evaluated_key=position)
    return read_page(rows, ShippingRow.to_domain, limit)
