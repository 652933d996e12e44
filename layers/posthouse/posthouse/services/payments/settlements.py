"""A payment succeeded: it pays its order, or it is refunded at once where there is nothing left to pay."""

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
"""The reason of a refund: another payment had paid the order."""

_CANCELLED = "cancelled"
"""The state of a cancelled order, of either kind."""

T = TypeVar("T", bound="Booking | ShopOrder")


def settle_order(
    event: Event,
    consumer: str,
    find: Callable[[str], T | None],
    pay: Callable[[Transaction, T, Payment], T],
    step: Step,
    on_failure: Callable[[Failed], None] | None = None,
) -> T | None:
    """Settle a payment that succeeded, exactly once: ``pay`` adds to the transaction what it does to its order.

    Returns the order if this call changed it. ``on_failure`` sees the conditions that failed before the next attempt.
    Raises CannotSettle if there is no such payment or no such order.
    """
    payment_id, order_no = event.payload["payment_id"], event.payload["order_no"]
    for _ in range(ATTEMPTS):
        payment, order = payments.get(payment_id), find(order_no)
        if payment is None or order is None:
            raise CannotSettle(f"payment {payment_id} or its order {order_no} does not exist")
        transaction = Transaction()
        inbox.done(transaction, event, consumer, step.now)
        changed = None
        if order.was_paid_with(payment_id):
            pass  # there is only the inbox to write
        elif order.can_be_paid:
            changed = pay(transaction, order, payment)
        else:
            reason = PAID_TOO_LATE if order.status == _CANCELLED else PAID_TWICE
            refund_rest(transaction, payment, reason, step)
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


def refund_rest(transaction: Transaction, payment: Payment, reason: str, step: Step) -> None:
    """Request a refund of what staff have not refunded by hand already."""
    if payment.refundable > ZERO:
        refunds.request(transaction, payment, payment.refundable, refunds.RefundDetails(reason), step)
