"""The lookup table of the front desk: hotel -> token -> order (domain/finding.py), and which tokens an order has.

A row is only a pointer: whoever reads it compares the stay itself, so that a row that is left over finds nothing. Rows
are written outside of transactions, which cost twice as much. The order's tokens are noted first, so that no row exists
that is not noted, and what is noted can be deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from msgspec.structs import replace
from pynamodb.attributes import ListAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model

from posthouse.domain.personal_data import forgotten
from posthouse.domain.value import Value
from posthouse.store.batch import read_rows
from posthouse.store.bookings import BookingRow
from posthouse.store.conditional import holds
from posthouse.store.page import Page, Position
from posthouse.store.table import IntAttribute, TableMeta, TableName
from posthouse.store.transaction import TRIES, StoreBusy

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking
    from posthouse.domain.finding import Sought

READ_BEYOND = 100
"""How many rows a request reads beyond a page, to find stays that fit everything; then it returns a cursor."""


FORGETTING = "forgetting"
"""Stands in a note for the event, while its rows are deleted."""


class LookupRow(Model):
    """One token of one stay. ``entry`` is the token, ``#`` and the order number."""

    class Meta(TableMeta):
        table_name = TableName("lookups")
        personal = (*forgotten(entry="name"), *forgotten(entry="phone number"))

    hotel_id = UnicodeAttribute(hash_key=True)
    entry = UnicodeAttribute(range_key=True)
    expires_at = TTLAttribute()

    @property
    def token(self) -> str:
        return str(self.entry.rpartition("#")[0])

    @property
    def order_no(self) -> str:
        return str(self.entry.rpartition("#")[2])


class IndexedOrderRow(Model):
    """What the lookup table has of an order: ``tokens`` now, and ``former`` ones, of which rows may be left over.

    ``version`` is the booking's as it was read, ``event_id`` the event that wrote it last.
    """

    class Meta(TableMeta):
        table_name = TableName("indexed-orders")
        personal = (
            *forgotten(tokens="name", former="name"),
            *forgotten(tokens="phone number", former="phone number"),
        )

    order_no = UnicodeAttribute(hash_key=True)
    hotel_id = UnicodeAttribute()
    tokens = ListAttribute(of=UnicodeAttribute)
    former = ListAttribute(of=UnicodeAttribute, null=True)
    version = IntAttribute()
    event_id = UnicodeAttribute()
    expires_at = TTLAttribute()

    def to_domain(self) -> IndexedOrder:
        return IndexedOrder(
            order_no=self.order_no,
            hotel_id=self.hotel_id,
            tokens=tuple(map(str, self.tokens)),
            former=tuple(map(str, self.former or ())),
            version=self.version,
            event_id=self.event_id,
            expires_at=self.expires_at,
        )


class IndexedOrder(Value):
    """What the lookup table has of an order. All rows are gone some days after ``expires_at``."""

    order_no: str
    hotel_id: str
    tokens: tuple[str, ...]
    former: tuple[str, ...]
    version: int
    event_id: str
    expires_at: datetime


def read_with_booking(order_no: str) -> tuple[Booking | None, IndexedOrder | None]:
    """Returns a booking, and what the lookup table has of it, both strongly consistent in one call."""
    rows = read_rows([(BookingRow, (order_no,)), (IndexedOrderRow, (order_no,))])
    found, noted = rows.get(BookingRow, order_no), rows.get(IndexedOrderRow, order_no)
    return found.to_domain() if found is not None else None, noted.to_domain() if noted is not None else None


def get_indexed(order_no: str) -> IndexedOrder | None:
    """Returns what the lookup table has of an order."""
    try:
        return IndexedOrderRow.get(order_no, consistent_read=True).to_domain()
    except IndexedOrderRow.DoesNotExist:
        return None


def note(was: IndexedOrder | None, to: IndexedOrder) -> bool:
    """Note an order's tokens. Returns False if they changed since they were read."""
    row = IndexedOrderRow(
        to.order_no,
        hotel_id=to.hotel_id,
        tokens=list(to.tokens),
        former=list(to.former) or None,
        version=to.version,
        event_id=to.event_id,
        expires_at=to.expires_at,
    )
    unchanged = IndexedOrderRow.order_no.does_not_exist() if was is None else _is_still(was)
    return holds(lambda: row.save(condition=unchanged))


def write_rows(indexed: IndexedOrder) -> None:
    """Write the rows of an order's tokens, and delete those of its former ones. Done twice it changes nothing."""
    with LookupRow.batch_write() as batch:
        for token in indexed.tokens:
            batch.save(_row(indexed, token))
        for token in indexed.former:
            batch.delete(_row(indexed, token))


def still_noted(written: IndexedOrder) -> bool:
    """Returns True if all rows that were just written are noted. If not, those that are not noted are deleted.

    Others may have noted something else, or deleted the note, after this one was made and before its rows were written.
    """
    now = get_indexed(written.order_no)
    stray = set(written.tokens) - set(() if now is None else now.tokens)
    with LookupRow.batch_write() as batch:
        for token in stray:
            batch.delete(_row(written, token))
    return not stray


def forget(order_no: str) -> None:
    """Delete all that the lookup table has of an order. Raises StoreBusy if others note something each time.

    Before its rows are deleted the note says so: who writes rows then sees it afterwards, and deletes them.
    """
    for _ in range(TRIES):
        was = get_indexed(order_no)
        if was is None:
            return
        former = tuple(sorted({*was.tokens, *was.former}))
        none = replace(was, tokens=(), former=former, event_id=FORGETTING)
        if note(was, none):
            write_rows(none)
            if _delete_note(none):
                return
    raise StoreBusy(f"{order_no} keeps changing; try again in a moment")


def _delete_note(was: IndexedOrder) -> bool:
    return holds(lambda: IndexedOrderRow(was.order_no).delete(condition=_is_still(was)))


def _is_still(was: IndexedOrder) -> Condition:
    unchanged: Condition = (IndexedOrderRow.version == was.version) & (IndexedOrderRow.event_id == was.event_id)
    return unchanged


def _row(indexed: IndexedOrder, token: str) -> LookupRow:
    return LookupRow(indexed.hotel_id, f"{token}#{indexed.order_no}", expires_at=indexed.expires_at)


def find(
    hotel_ids: Sequence[str],
    sought: Sought,
    fits: Callable[[Booking, str], bool],
    limit: int,
    position: Position | None,
) -> Page[Booking]:
    """Returns a page of the stays of these hotels that are found so, hotel by hotel; a stay once.

    ``fits`` gets a stay and the token by which it is found. AWS calls: one for each hotel and beginning, and one for
    the stays. Where many are found by one word and do not fit another, as many again; then a page may be short and have
    a cursor.
    """
    items: list[Booking] = []
    last, at = None, position
    for at_once in (limit + 1, READ_BEYOND):
        pointers = list(islice(_pointers(hotel_ids, sought.beginnings, at_once, at), at_once))
        for pointer, booking in _bookings_of(pointers):
            if not fits(booking, pointer.row.token):
                continue
            if len(items) == limit:
                return Page(items, last)
            items.append(booking)
            last = pointer.position
        if len(pointers) < at_once:
            return Page(items, None)
        at = pointers[-1].position
    return Page(items, at)


class _Pointer(Value):
    """A row, and the number of the beginning by which it was found."""

    number: int
    row: LookupRow

    @property
    def position(self) -> Position:
        """A hotel, one of the beginnings, and the key of a row."""
        return {
            "hotel_id": self.row.hotel_id,
            "beginning": self.number,
            "key": self.row.serialize(null_check=False),
        }


def _bookings_of(pointers: list[_Pointer]) -> Iterator[tuple[_Pointer, Booking]]:
    rows = read_rows([(BookingRow, (number,)) for number in {pointer.row.order_no for pointer in pointers}])
    for pointer in pointers:
        row = rows.get(BookingRow, pointer.row.order_no)
        if row is not None:
            yield pointer, row.to_domain()


def _pointers(
    hotel_ids: Sequence[str], beginnings: Sequence[str], page_size: int, position: Position | None
) -> Iterator[_Pointer]:
    """Returns the rows: in each hotel those of the first beginning come first, each backwards."""
    at = position or {"hotel_id": "", "beginning": 0, "key": None}
    for hotel_id in (it for it in hotel_ids if it >= at["hotel_id"]):
        begin, key = (at["beginning"], at["key"]) if hotel_id == at["hotel_id"] else (0, None)
        for number, beginning in enumerate(beginnings):
            if number >= begin:
                rows = LookupRow.query(
                    hotel_id,
                    LookupRow.entry.startswith(beginning),
                    scan_index_forward=False,
                    page_size=page_size,
                    last_evaluated_key=key if number == begin else None,
                )
                yield from (_Pointer(number, row) for row in rows)


def begin_at(hotel_id: str) -> Position:
    """Returns the position at the begin of a hotel's stays."""
    return {"hotel_id": hotel_id, "beginning": 0, "key": None}
