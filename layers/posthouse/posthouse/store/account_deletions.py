"""Account deletion: the account is closed at once; the personal data in other tables is erased page by page.

Bookkeeping data stays: orders with their numbers, amounts and dates, and every row of the ledgers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from posthouse.domain.booking import OPEN as OPEN_STAYS
from posthouse.domain.event import EventType
from posthouse.domain.shop_order import OPEN as OPEN_ORDERS
from posthouse.domain.value import Value
from posthouse.store import lookups, notes
from posthouse.store.bookings import BookingRow, erasing_of_guest
from posthouse.store.conditional import holds
from posthouse.store.guests import GuestRow
from posthouse.store.outbox import OutboxRow
from posthouse.store.page import Page, Position, read_page
from posthouse.store.payers import erase_payers
from posthouse.store.pointers import rows_of
from posthouse.store.shop_orders import ShopOrderRow
from posthouse.store.table import DUE_SHARDS, due_shard, epoch

if TYPE_CHECKING:
    from posthouse.domain.identity import Guest
    from posthouse.store.transaction import Transaction

GUEST = "guest"
"""The name of the condition on the account."""

FIRST = "first"
"""The name of the condition on the row of the person's first account."""

READ_AT_ONCE = 100
"""Rows that one call reads in the search for open orders."""


class Part(StrEnum):
    """The parts of the erasure, in this order; ``messages`` are the events of logins, ``notes`` those of the guest."""

    BOOKINGS = "bookings"
    ORDERS = "orders"
    MESSAGES = "messages"
    NOTES = "notes"


class Progress(Value):
    """How far the erasure of an account has come. ``waits``: an order or payment was still open."""

    user_id: str
    deleted_at: datetime
    version: int
    part: Part = Part.BOOKINGS
    position: Position | None = None
    waits: bool = False


def open_orders_of(user_id: str, at_most: int) -> list[str]:
    """Returns the numbers of a guest's open orders. The cost grows with the number of all their orders."""
    stays = BookingRow.by_guest.query(user_id, scan_index_forward=False, page_size=READ_AT_ONCE)
    goods = ShopOrderRow.by_guest.query(user_id, scan_index_forward=False, page_size=READ_AT_ONCE)
    found = chain(_open(stays, _is_open_stay), _open(goods, lambda order: order.status in OPEN_ORDERS))
    return list(islice(found, at_most))


def _open(pointers: Iterable[Any], is_open: Callable[[Any], bool]) -> Iterator[str]:
    return (row.order_no for _, row in rows_of(pointers, READ_AT_ONCE) if is_open(row))


def _is_open_stay(row: BookingRow) -> bool:
    return row.status in OPEN_STAYS or not row.to_domain().is_even


def close_account(transaction: Transaction, guest: Guest, first_id: str, now: datetime) -> None:
    """Close the account of a guest; fails as ``guest`` if it has changed since it was read.

    The row stays, because the ledgers refer to it. The row of the person's first account counts the next generation.
    """
    closing: list[Action] = [
        *(column.remove() for column in (GuestRow.openid, GuestRow.unionid, GuestRow.phone_number)),
        *(column.remove() for column in (GuestRow.nickname, GuestRow.known)),
        *(column.remove() for column in (GuestRow.last_login_at, GuestRow.login_hour, GuestRow.logins)),
        GuestRow.deleted_at.set(now),
        GuestRow.version.set(guest.version + 1),
        GuestRow.due_shard.set(due_shard(guest.user_id)),
        GuestRow.due_at.set(epoch(now)),
    ]
    no_money: Condition = GuestRow.balance.does_not_exist() | (GuestRow.balance == 0)
    unchanged = (GuestRow.version == guest.version) & GuestRow.deleted_at.does_not_exist() & no_money
    following = GuestRow.generation.set(guest.generation + 1)
    if first_id == guest.user_id:
        transaction.update(GUEST, GuestRow(guest.user_id), [*closing, following], unchanged)
        return
    transaction.update(GUEST, GuestRow(guest.user_id), closing, unchanged)
    transaction.update(FIRST, GuestRow(first_id), [following], GuestRow.generation == guest.generation)


def due(now: datetime, at_most: int) -> Iterator[str]:
    """Returns the ids of deleted accounts whose erasure is due; at most ``at_most`` of each shard."""
    for shard in range(DUE_SHARDS):
        for row in GuestRow.by_due.query(str(shard), GuestRow.due_at <= epoch(now), limit=at_most):
            yield row.user_id


def progress_of(user_id: str) -> Progress | None:
    """Returns the progress of an account's erasure; None if the account is not deleted."""
    try:
        row = GuestRow.get(user_id, consistent_read=True)
    except GuestRow.DoesNotExist:
        return None
    if row.deleted_at is None:
        return None
    at = row.forget_from or {"part": Part.BOOKINGS, "position": None, "waits": False}
    return Progress(user_id, row.deleted_at, row.version, Part(at["part"]), at["position"], at["waits"])


def note_progress(was: Progress, to: Progress) -> None:
    """Save the progress, unless another run has changed it."""
    at = {"part": to.part, "position": to.position, "waits": to.waits}
    _change(was, GuestRow.forget_from.set(at))


def look_again_at(was: Progress, at: datetime) -> None:
    """Schedule the erasure again from the beginning."""
    _change(was, GuestRow.forget_from.remove(), GuestRow.due_at.set(epoch(at)))


def finish(was: Progress) -> None:
    """Mark the erasure as complete."""
    _change(was, GuestRow.forget_from.remove(), GuestRow.due_shard.remove(), GuestRow.due_at.remove())


def _change(was: Progress, *actions: Action) -> None:
    changes = [*actions, GuestRow.version.set(was.version + 1)]
    holds(lambda: GuestRow(was.user_id).update(actions=changes, condition=GuestRow.version == was.version))


def erase_bookings(user_id: str, limit: int, position: Position | None) -> Page[bool]:
    """Erase the personal data in a page of bookings. Returns False for each open one."""
    rows = BookingRow.by_guest.query(user_id, limit=limit + 1, last_evaluated_key=position)
    return read_page(rows, _erase_booking, limit)


def _erase_booking(row: BookingRow) -> bool:
    ended = BookingRow.order_no.exists() & ~BookingRow.status.is_in(*sorted(OPEN_STAYS))
    has_ended = holds(lambda: BookingRow(row.order_no).update(actions=erasing_of_guest(), condition=ended))
    if has_ended:
        lookups.forget(row.order_no)
        notes.forget(row.order_no)
    return erase_payers(row.order_no) and has_ended


def erase_orders(user_id: str, limit: int, position: Position | None) -> Page[bool]:
    """Erase the personal data in a page of shop orders. Returns False for each open one."""
    rows = ShopOrderRow.by_guest.query(user_id, limit=limit + 1, last_evaluated_key=position)
    return read_page(rows, _erase_order, limit)


def _erase_order(row: ShopOrderRow) -> bool:
    columns = (ShopOrderRow.address, ShopOrderRow.consignee, ShopOrderRow.phone_number, ShopOrderRow.tracking_no)
    erasing: list[Action] = [column.remove() for column in (*columns, ShopOrderRow.carrier)]
    ended = ShopOrderRow.order_no.exists() & ~ShopOrderRow.status.is_in(*sorted(OPEN_ORDERS))
    has_ended = holds(lambda: ShopOrderRow(row.order_no).update(actions=erasing, condition=ended))
    if has_ended:
        notes.forget(row.order_no)
    return erase_payers(row.order_no) and has_ended


def erase_messages(user_id: str, limit: int, position: Position | None) -> Page[bool]:
    """Erase the nickname in a page of the events of the guest's logins."""
    rows = OutboxRow.query(user_id, limit=limit + 1, last_evaluated_key=position)
    return read_page(rows, _erase_message, limit)


def _erase_message(row: OutboxRow) -> bool:
    if row.type == EventType.GUEST_LOGGED_IN:
        changes: list[Any] = [OutboxRow.payload.set({"user_id": row.aggregate_id, "nickname": ""})]
        row.update(actions=changes, condition=OutboxRow.aggregate_id.exists())
    return True


def erase_notes(user_id: str, _limit: int, _position: Position | None) -> Page[bool]:
    """Delete what staff noted of the guest. No other follows: each is written on condition that the account is open."""
    notes.forget(user_id)
    return Page([], None)
