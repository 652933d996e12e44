"""Points: one for each yuan that was paid through WeChat and not refunded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.account import Account, AccountEntry
from posthouse.domain.event import Event, EventType
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import accounts, guests, payments
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.payment import Payment


def adjust_points(event: Event, step: Step) -> int:
    """Give or take points until they match what is left of a payment. Returns by how much they changed.

    The payment's row says how many points it stands for, so its events may come in any order and more than once: no
    inbox is needed. Points that the guest has spent are not taken back.
    """
    for _ in range(ATTEMPTS):
        payment = payments.get(event.payload["payment_id"])
        if payment is None or payment.points == payment.points_due:
            return 0
        if payment.points is None and event.type is EventType.REFUND_SUCCEEDED:
            return 0  # the payment's own event is on its way, and finds what is left
        transaction = Transaction()
        payments.note_points(transaction, payment, payment.points_due)
        change = _change_account(transaction, payment, step)
        if transaction.commit() is None:
            return change
    raise busy(event.payload["payment_id"])


def _change_account(transaction: Transaction, payment: Payment, step: Step) -> int:
    guest = guests.find(payment.user_id) if payment.user_id else None
    if guest is None:
        return 0
    wanted = guest.points + payment.points_due - (payment.points or 0)
    change = max(wanted, 0) - guest.points
    if change:
        entry = AccountEntry(
            user_id=guest.user_id,
            entry_id=step.new_ulid(),
            account=Account.POINTS,
            change=change,
            after=guest.points + change,
            reason="payment" if change > 0 else "refund",
            actor=guest.user_id,
            order_no=payment.order_no,
            at=step.now,
        )
        accounts.change(transaction, entry)
    return change
