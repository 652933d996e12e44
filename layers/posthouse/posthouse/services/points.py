"""Points: one for each yuan paid through WeChat, as long as it has not gone back."""

from __future__ import annotations

from posthouse.domain.account import Account, AccountEntry
from posthouse.domain.event import Event, EventType
from posthouse.services.step import ATTEMPTS, Step
from posthouse.store import accounts, guests, inbox, payments
from posthouse.store.transaction import StoreBusy, Transaction


def follow_money(event: Event, consumer: str, step: Step) -> int:
    """Bring a guest's points in line with what is left of a payment; answers by how much they changed.

    In whatever order a payment's events come, the payment's row says how many points it stands for. Points that are not
    there any more are not taken back.
    """
    for _ in range(ATTEMPTS):
        payment = payments.get(event.payload["payment_id"])
        guest = None if payment is None else guests.find(payment.user_id)
        transaction = Transaction()
        inbox.done(transaction, event, consumer, step.now)
        early = payment is not None and payment.points is None and event.type is EventType.REFUND_SUCCEEDED
        change = 0
        if payment is not None and guest is not None and not early:
            payments.note_points(transaction, payment, payment.points_due)
            wanted = guest.points + payment.points_due - (payment.points or 0)
            change = max(wanted, 0) - guest.points
        if payment is not None and guest is not None and change:
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
        failed = transaction.commit()
        if failed is None:
            return change
        if inbox.DONE in failed:
            return 0
    raise StoreBusy(f"the points of {event.payload['payment_id']} keep changing; try again in a moment")
