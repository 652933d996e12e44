"""What each step of a checkout has done, so that none is done twice, nor after it was undone.

A row says that the step's effect is there (``taken``) or will never be again (``void``). Undoing a step that left no
row writes a void one all the same: a tombstone, which a late step meets.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.personal_data import NOTHING
from posthouse.store.table import TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

KEPT = timedelta(days=90)

STEP = "step:"
"""The names of the conditions on steps begin so; the step's own name follows."""


class CheckoutStep(StrEnum):
    """A step of a checkout that takes something."""

    STOCK = "stock"
    COUPON = "coupon"
    BALANCE = "balance"


class OrderStepRow(Model):
    """One step of one order."""

    class Meta(TableMeta):
        table_name = TableName("order-steps")
        personal = NOTHING

    order_no = UnicodeAttribute(hash_key=True)
    step = UnicodeAttribute(range_key=True)
    state = UnicodeAttribute()
    changed_at = TimeAttribute()
    expires_at = TTLAttribute()


TAKEN = "taken"
VOID = "void"


def state_of(order_no: str, step: CheckoutStep) -> str | None:
    """``taken``, ``void``, or None where neither was done."""
    try:
        return str(OrderStepRow.get(order_no, step, consistent_read=True).state)
    except OrderStepRow.DoesNotExist:
        return None


def take(transaction: Transaction, order_no: str, step: CheckoutStep, now: datetime) -> None:
    """Let the step's effect happen once; fails as ``step:<name>`` if it has, or if it was undone."""
    transaction.put(STEP + step, _row(order_no, step, TAKEN, now), OrderStepRow.order_no.does_not_exist())


def void(transaction: Transaction, order_no: str, step: CheckoutStep, now: datetime, *, taken: bool) -> None:
    """Let the step's effect be undone once, or never happen; fails as ``step:<name>`` if it is not as was read."""
    as_read = OrderStepRow.state == TAKEN if taken else OrderStepRow.order_no.does_not_exist()
    transaction.put(STEP + step, _row(order_no, step, VOID, now), as_read)


def must_be(transaction: Transaction, order_no: str, step: CheckoutStep, state: str) -> None:
    """Demand that the step is taken, or void; fails as ``step:<name>``."""
    transaction.check(STEP + step, OrderStepRow, (order_no, step), OrderStepRow.state == state)


def _row(order_no: str, step: CheckoutStep, state: str, now: datetime) -> OrderStepRow:
    return OrderStepRow(order_no, step, state=state, changed_at=now, expires_at=now + KEPT)
