"""What the tables of bookings and of shop orders have in common: a timeline, an open payment and a guest's list."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import MapAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from posthouse.store.pointers import read_pointed_page
from posthouse.store.table import TimeAttribute

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking
    from posthouse.domain.shop_order import ShopOrder
    from posthouse.store.page import Page, Position
    from posthouse.store.transaction import Transaction

ORDER = "order"
"""The name of the condition on the order's own row."""

PENDING_PAYMENT = "pending_payment"
"""The state of an order of either kind that waits for its payment."""


class MomentMap(MapAttribute[str, Any]):
    """A state, and when the order came into it."""

    status = UnicodeAttribute()
    at = TimeAttribute()


def append_moment(table: Any, status: str, at: datetime) -> Action:
    """Returns the action that adds a state to an order's timeline."""
    appended: Action = table.timeline.set(table.timeline.append([MomentMap(status=status, at=at)]))
    return appended


def is_unchanged(table: Any, order: Booking | ShopOrder) -> Condition:
    """Returns the condition that an order has the version and the open payment that were read."""
    unchanged: Condition = (table.version == order.version) & _has_payment(table, order.payment_id)
    return unchanged


def _has_payment(table: Any, payment_id: str | None) -> Condition:
    same: Condition = table.payment_id.does_not_exist() if payment_id is None else table.payment_id == payment_id
    return same


def open_payment(
    transaction: Transaction, table: Any, order: Booking | ShopOrder, payment_id: str, now: datetime
) -> None:
    """Make a payment the order's open one.

    Fails as ``order`` if another payment was opened since the order was read, or if it cannot be paid any more.
    """
    payable = (table.status == PENDING_PAYMENT) & (table.expires_at > now)
    condition = payable & _has_payment(table, order.payment_id)
    transaction.update(ORDER, table(order.order_no), [table.payment_id.set(payment_id)], condition)


def list_of_guest(table: Any, user_id: str, status: str | None, limit: int, position: Position | None) -> Page[Any]:
    """Returns a page of a guest's orders, newest first. The work is bounded by what one guest has ordered."""
    found = table.by_guest.query(user_id, scan_index_forward=False, page_size=limit + 1, last_evaluated_key=position)
    return read_pointed_page(found, table.to_domain, limit, lambda row: status in {None, row.status})
