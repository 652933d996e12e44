"""A payment succeeded: it pays its order, or what is too much is refunded at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from posthouse.domain.money import ZERO
from posthouse.domain.payment import CannotSettle, Payment
from posthouse.services.payments import refunds
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import inbox, payments
from posthouse.store.refunds import REFUND
from posthouse.store.transaction import Failed, Transaction

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking
    from posthouse.domain.event import Event
    from posthouse.domain.shop_order import ShopOrder

PAID_TOO_LATE = "订单已取消"
"""The reason of a refund, as the guest reads it in WeChat: the order was cancelled before the money came."""

PAID_TWICE = "重复支付"
"""The reason of a refund: the order was paid before, in whole or in part."""

_CANCELLED = "cancelled"
"""The state of a cancelled order, of either kind."""

T = TypeVar("T", bound="Booking | ShopOrder")


def settle_order(
    event: Event,
    consumer: str,
    find: Callable[[str], T | None],
    take: Callable[[Transaction, T, Payment], T | None],
    step: Step,
    on_failure: Callable[[Failed], None] | None = None,
) -> T | None:
    """Settle a payment that succeeded, exactly once: ``take`` adds to the transaction what becomes of the money.

    Returns the order if this call changed it, as ``take`` says. ``on_failure`` sees the conditions that failed before
    the next attempt. Raises CannotSettle if there is no such payment or no such order.
    """
    payment_id, order_no = event.payload["payment_id"], event.payload["order_no"]
    for _ in range(ATTEMPTS):
        payment, order = payments.get(payment_id), find(order_no)
        if payment is None or order is None:
            raise CannotSettle(f"payment {payment_id} or its order {order_no} does not exist")
        transaction = Transaction()
        inbox.done(transaction, event, consumer, step.now)
        changed = take(transaction, order, payment)
        failed = transaction.commit()
        if failed is None:
            return changed
        if inbox.DONE in failed:
            return None
        if REFUND in failed:  # another message has requested it already
            inbox.note_done(event, consumer, step.now)
            return None
        if on_failure is not None:
            on_failure(failed)
    raise busy(order_no)


def why_back(status: str) -> str:
    """Returns the reason of a refund of money that an order in that state does not need."""
    return PAID_TOO_LATE if status == _CANCELLED else PAID_TWICE


def refund_rest(transaction: Transaction, payment: Payment, reason: str, step: Step) -> None:
    """Request a refund of what staff have not refunded by hand already."""
    if payment.refundable > ZERO:
        refunds.request(transaction, payment, payment.refundable, refunds.RefundDetails(reason), step)
