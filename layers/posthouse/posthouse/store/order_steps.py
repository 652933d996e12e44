"""The steps of a checkout that were done or undone: no step is done twice, and none after it was undone.

A row says that the step was done (``taken``) or must never be done again (``void``). Undoing a step that has no row
writes a void row too: a tombstone, which refuses a late step.
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
"""How the names of conditions on steps begin; the step's name follows."""


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
    """Returns ``taken``, ``void``, or None if the step has no row."""
    try:
        return str(OrderStepRow.get(order_no, step, consistent_read=True).state)
    except OrderStepRow.DoesNotExist:
        return None


def take(transaction: Transaction, order_no: str, step: CheckoutStep, now: datetime) -> None:
    """Mark a step as done. Fails as ``step:<name>`` if it was done or undone before."""
    transaction.put(STEP + step, _row(order_no, step, TAKEN, now), OrderStepRow.order_no.does_not_exist())


def void(transaction: Transaction, order_no: str, step: CheckoutStep, now: datetime, *, taken: bool) -> None:
    """Mark a step as undone, or as never to be done. Fails as ``step:<name>`` if ``taken`` is not true any more."""
    as_read = OrderStepRow.state == TAKEN if taken else OrderStepRow.order_no.does_not_exist()
    transaction.put(STEP + step, _row(order_no, step, VOID, now), as_read)


def must_be(transaction: Transaction, order_no: str, step: CheckoutStep, state: str) -> None:
    """Check that a step is taken, or void. Fails as ``step:<name>``."""
    transaction.check(STEP + step, OrderStepRow, (order_no, step), OrderStepRow.state == state)


def _row(order_no: str, step: CheckoutStep, state: str, now: datetime) -> OrderStepRow:
    return OrderStepRow(order_no, step, state=state, changed_at=now, expires_at=now + KEPT)
