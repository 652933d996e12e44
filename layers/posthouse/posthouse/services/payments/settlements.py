"""Money came in for an order: what holds for every kind of order that it may pay."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from posthouse.domain.money import ZERO
from posthouse.domain.payment import CannotSettle, Payment
from posthouse.services.payments import refunds
from posthouse.services.step import ATTEMPTS, Step
from posthouse.store import inbox, payments
from posthouse.store.refunds import REFUND
from posthouse.store.transaction import Failed, StoreBusy, Transaction

if TYPE_CHECKING:
    from posthouse.domain.event import Event

PAID_TOO_LATE = "订单已取消"
"""The reason of a refund, as the guest reads it in WeChat: the order was cancelled before the money came."""

PAID_TWICE = "重复支付"
"""The reason of a refund: another payment had paid the order."""

T = TypeVar("T")


def settle_money(
    event: Event,
    consumer: str,
    decide: Callable[[Transaction, Payment], T | None],
    step: Step,
    learn: Callable[[Failed], None] | None = None,
) -> T | None:
    """Let a payment that came in do once what ``decide`` adds to the transaction; answers what that answered.

    ``learn`` hears what stood in the way before the next try. Raises CannotSettle if there is no such payment.
    """
    for _ in range(ATTEMPTS):
        payment = payments.get(event.payload["payment_id"])
        if payment is None:
            raise CannotSettle(f"there is no payment {event.payload['payment_id']}")
        transaction = Transaction()
        inbox.done(transaction, event, consumer, step.now)
        changed = decide(transaction, payment)
        failed = transaction.commit()
        if failed is None:
            return changed
        if inbox.DONE in failed:
            return None
        if REFUND in failed:
            _note_repeat(event, consumer, step)
            return None
        if learn is not None:
            learn(failed)
    raise StoreBusy(f"{event.payload['order_no']} keeps changing; try again in a moment")


def give_back(transaction: Transaction, payment: Payment, reason: str, step: Step) -> None:
    """Refund what staff have not refunded by hand already."""
    if payment.refundable > ZERO:
        refunds.request(transaction, payment, payment.refundable, refunds.Why(reason), step)


def _note_repeat(event: Event, consumer: str, step: Step) -> None:
    """The refund is there already, by another message: there is only the inbox to write."""
    transaction = Transaction()
    inbox.done(transaction, event, consumer, step.now)
    transaction.commit()
