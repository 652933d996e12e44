"""Giving money back: the refund is written with whatever makes it necessary; its event then takes it to WeChat."""

from __future__ import annotations

from posthouse.domain.event import EventType
from posthouse.domain.money import Money
from posthouse.domain.payment import Payment
from posthouse.domain.refund import Refund, RefundState, refund_no_of
from posthouse.services.step import Step
from posthouse.store import outbox, refunds
from posthouse.store.transaction import Transaction


def request(transaction: Transaction, payment: Payment, amount: Money, reason: str, step: Step) -> Refund:
    """Ask for the refund if the transaction commits; it fails as ``refund`` if that was asked for before."""
    refund = Refund(
        out_refund_no=refund_no_of(payment.payment_id),
        payment_id=payment.payment_id,
        order_no=payment.order_no,
        user_id=payment.user_id,
        amount=amount,
        total=payment.payable,
        reason=reason,
        status=RefundState.REQUESTED,
        requested_at=step.now,
    )
    refunds.create(transaction, refund)
    payload = {
        "out_refund_no": refund.out_refund_no,
        "payment_id": refund.payment_id,
        "order_no": refund.order_no,
        "user_id": refund.user_id,
        "amount": refund.amount.fen,
    }
    outbox.send(transaction, step.event(EventType.REFUND_REQUESTED, refund.out_refund_no, 1, payload))
    return refund
