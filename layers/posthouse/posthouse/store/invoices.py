"""Invoices, one row an order. Staff list them by their shelf, in one hotel or everywhere."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import JSONAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from posthouse.domain.booking import Booking
from posthouse.domain.invoice import Buyer, BuyerKind, Correction, Invoice, InvoiceState, Shelf, invoice_id_of
from posthouse.domain.money import Money
from posthouse.domain.personal_data import BOOKKEEPING, kept
from posthouse.domain.value import Value
from posthouse.store import orders
from posthouse.store.batch import read_rows
from posthouse.store.bookings import BookingRow
from posthouse.store.page import Page, Position
from posthouse.store.shop_orders import ShopOrderRow
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.domain.shop_order import ShopOrder
    from posthouse.store.transaction import Transaction

INVOICE = "invoice"
"""The name of the condition that an invoice is as it was read."""


class _ByShelf(GlobalSecondaryIndex["InvoiceRow"]):
    class Meta:
        index_name = "by_shelf"
        projection = AllProjection()

    shelf = UnicodeAttribute(hash_key=True)
    entry = UnicodeAttribute(range_key=True)


class _ByHotel(GlobalSecondaryIndex["InvoiceRow"]):
    class Meta:
        index_name = "by_hotel"
        projection = AllProjection()

    hotel_shelf = UnicodeAttribute(hash_key=True)
    entry = UnicodeAttribute(range_key=True)


class InvoiceRow(Model):
    """One invoice. It is written a few times in its life, so its indexes hold whole rows.

    ``shelf`` and ``hotel_shelf`` are absent once nobody has to find it.
    """

    class Meta(TableMeta):
        table_name = TableName("invoices")
        personal = kept(
            BOOKKEEPING, user_id="user id", title="invoice title", tax_number="tax number", email="e-mail address"
        )
        exported_as = "booking, order"

    invoice_id = UnicodeAttribute(hash_key=True)
    order_no = UnicodeAttribute()
    user_id = UnicodeAttribute()
    hotel_id = UnicodeAttribute(null=True)
    kind = UnicodeAttribute()
    title = UnicodeAttribute()
    tax_number = UnicodeAttribute(null=True)
    email = UnicodeAttribute()
    status = UnicodeAttribute()
    amount = IntAttribute()
    requested_at = TimeAttribute()
    entry = UnicodeAttribute()
    version = IntAttribute()
    number = UnicodeAttribute(null=True)
    issued_at = TimeAttribute(null=True)
    issued_by = UnicodeAttribute(null=True)
    refunded_since = IntAttribute(default=0)
    corrections = JSONAttribute(null=True)
    shelf = UnicodeAttribute(null=True)
    hotel_shelf = UnicodeAttribute(null=True)

    by_shelf = _ByShelf()
    by_hotel = _ByHotel()

    def to_domain(self) -> Invoice:
        return Invoice(
            invoice_id=self.invoice_id,
            order_no=self.order_no,
            user_id=self.user_id,
            hotel_id=self.hotel_id or "",
            buyer=Buyer(BuyerKind(self.kind), self.title, self.tax_number, self.email),
            status=InvoiceState(self.status),
            amount=Money(self.amount),
            requested_at=self.requested_at,
            entry=self.entry,
            version=self.version,
            number=self.number,
            issued_at=self.issued_at,
            issued_by=self.issued_by,
            refunded_since=Money(self.refunded_since),
            corrections=tuple(_correction(each) for each in self.corrections or ()),
        )


def _correction(facts: dict[str, Any]) -> Correction:
    at = TimeAttribute().deserialize(facts["at"])
    return Correction(facts["number"], Money(facts["amount"]), at, facts["by"])


def _facts(each: Correction) -> dict[str, Any]:
    return {
        "number": each.number,
        "amount": each.amount.fen,
        "at": TimeAttribute().serialize(each.at),
        "by": each.by,
    }


def write(transaction: Transaction, invoice: Invoice, before: Invoice | None) -> None:
    """Write an invoice in place of what was read. Fails as ``invoice`` if it has changed since, or is there by now."""
    buyer, shelf = invoice.buyer, invoice.shelf
    row = InvoiceRow(
        invoice.invoice_id,
        order_no=invoice.order_no,
        user_id=invoice.user_id,
        hotel_id=invoice.hotel_id or None,
        kind=buyer.kind,
        title=buyer.title,
        tax_number=buyer.tax_number,
        email=buyer.email,
        status=invoice.status,
        amount=invoice.amount.fen,
        requested_at=invoice.requested_at,
        entry=invoice.entry,
        version=1 if before is None else before.version + 1,
        number=invoice.number,
        issued_at=invoice.issued_at,
        issued_by=invoice.issued_by,
        refunded_since=invoice.refunded_since.fen,
        corrections=[_facts(each) for each in invoice.corrections] or None,
        shelf=shelf,
        hotel_shelf=_of_hotel(invoice.hotel_id, shelf) if shelf and invoice.hotel_id else None,
    )
    unchanged = InvoiceRow.invoice_id.does_not_exist() if before is None else InvoiceRow.version == before.version
    transaction.put(INVOICE, row, unchanged)


def get(invoice_id: str) -> Invoice | None:
    """Returns the invoice with this id, or None."""
    try:
        return InvoiceRow.get(invoice_id, consistent_read=True).to_domain()
    except InvoiceRow.DoesNotExist:
        return None


def of_order(order_no: str) -> Invoice | None:
    """Returns an order's invoice, or None."""
    return get(invoice_id_of(order_no))


class InvoiceFilter(Value):
    """Which invoices to list: of these shelves and hotels, None for all; the newest request first, or the oldest."""

    shelves: tuple[Shelf, ...]
    hotel_ids: tuple[str, ...] | None
    oldest_first: bool


def list_for_staff(wanted: InvoiceFilter, limit: int, position: Position | None) -> Page[Invoice]:
    """Returns a page of invoices by the time of their requests. One query for each shelf and hotel."""
    begin = None if position is None else str(position["entry"])
    found = [_query(index, key, begin, limit, wanted) for index, key in _keys(wanted)]
    merged: Iterable[InvoiceRow] = heapq.merge(*found, key=lambda row: str(row.entry), reverse=not wanted.oldest_first)
    rows = list(islice(_once(merged), limit + 1))
    items = [row.to_domain() for row in rows[:limit]]
    return Page(items, {"entry": items[-1].entry} if len(rows) > limit else None)


def _once(rows: Iterable[InvoiceRow]) -> Iterable[InvoiceRow]:
    """Leave out what is found on two shelves: an index may still have it on the one that it has left."""
    seen = set()
    for row in rows:
        if row.invoice_id not in seen:
            seen.add(row.invoice_id)
            yield row


def _keys(wanted: InvoiceFilter) -> list[tuple[Any, str]]:
    if wanted.hotel_ids is None:
        return [(InvoiceRow.by_shelf, str(shelf)) for shelf in wanted.shelves]
    pairs = [(hotel_id, shelf) for hotel_id in wanted.hotel_ids for shelf in wanted.shelves]
    return [(InvoiceRow.by_hotel, _of_hotel(hotel_id, shelf)) for hotel_id, shelf in pairs]


def _of_hotel(hotel_id: str, shelf: Shelf) -> str:
    return f"{hotel_id}#{shelf}"


def _query(index: Any, key: str, begin: str | None, limit: int, wanted: InvoiceFilter) -> Any:
    beyond = None
    if begin is not None:
        beyond = InvoiceRow.entry > begin if wanted.oldest_first else InvoiceRow.entry < begin
    return index.query(key, beyond, scan_index_forward=wanted.oldest_first, page_size=limit + 1)


def orders_of(order_numbers: Iterable[str]) -> dict[str, Booking | ShopOrder]:
    """Returns the orders of either kind with these numbers. AWS calls: one for a hundred, none for none."""
    wanted = [(BookingRow if number.startswith("B") else ShopOrderRow, (number,)) for number in order_numbers]
    rows = read_rows(wanted)
    found = {key[0]: rows.get(model, *key) for model, key in wanted}
    return {number: row.to_domain() for number, row in found.items() if row is not None}


def order_must_be_unchanged(transaction: Transaction, order: Booking | ShopOrder) -> None:
    """Check that an order has not changed since it was read. Fails as ``order``."""
    table = BookingRow if isinstance(order, Booking) else ShopOrderRow
    transaction.check(orders.ORDER, table, (order.order_no,), orders.is_unchanged(table, order))
