"""Points: one for each yuan paid through WeChat, as long as it has not gone back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.account import Account, AccountEntry
from posthouse.domain.event import Event, EventType
from posthouse.services.step import ATTEMPTS, Step
from posthouse.store import accounts, guests, payments
from posthouse.store.transaction import StoreBusy, Transaction

if TYPE_CHECKING:
    from posthouse.domain.payment import Payment


def follow_money(event: Event, step: Step) -> int:
    """Bring a guest's points in line with what is left of a payment; answers by how much they changed.

    In whatever order and however often a payment's events come, the payment's row says how many points it stands for:
    it is what the inbox is to other consumers. Points that are not there any more are not taken back.
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
    raise StoreBusy(f"the points of {event.payload['payment_id']} keep changing; try again in a moment")


def _change_account(transaction: Transaction, payment: Payment, step: Step) -> int:
    guest = guests.find(payment.user_id)
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
