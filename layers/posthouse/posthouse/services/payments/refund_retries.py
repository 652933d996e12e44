"""A refund that a guest does not get is tried again: under the same number while that one may still be paid, else
under a new one. docs/decisions/0038-refunds-that-fail.md says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.event import EventType
from posthouse.domain.money import ZERO
from posthouse.domain.refund import TRIED_AGAIN_AFTER, NothingOwed, Refund
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.services.payments.refunds import RefundDetails, request, send_event
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import payments, refunds
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal


def retry(out_refund_no: str, caller: Principal, step: Step) -> Refund | Refusal:
    """Try a refund again. Returns the refund that is under way then; a repeat, also at once, is the same try."""
    for _ in range(ATTEMPTS):
        refund = refunds.get(out_refund_no)
        if refund is None:
            return NotFound("refund")
        if refund.retried_by is not None:
            return refunds.get(refund.retried_by) or NotFound("refund")
        if refund.has_ended and refund.owed == ZERO:
            return NothingOwed(out_refund_no)
        if refund.tried_at is not None and step.now < refund.tried_at + TRIED_AGAIN_AFTER:
            return refund
        transaction = Transaction()
        again = _under_a_new_number(transaction, refund, step) if refund.has_ended else _ask(transaction, refund, step)
        if again is None:
            continue
        before = {"status": refund.status, "failure": refund.failure}
        after = {"out_refund_no": again.out_refund_no, "amount": again.amount.fen}
        record(transaction, step.actor(caller.subject), "retry_refund", out_refund_no, before=before, after=after)
        if transaction.commit() is None:
            return again
    raise busy(out_refund_no)


def retried(out_refund_no: str) -> Refund | None:
    """Returns the refund that took the place of this one, or this one if none did."""
    refund = refunds.get(out_refund_no)
    return refund if refund is None or refund.retried_by is None else refunds.get(refund.retried_by)


def _under_a_new_number(transaction: Transaction, refund: Refund, step: Step) -> Refund | None:
    """Request what is owed of a refund that failed for good. Fails as ``refund:<number>`` if it was tried before.

    Returns None if another refund took its place, in part or whole, between the reads of the two rows.
    """
    payment = payments.get(refund.payment_id)
    if payment is None:
        msg = f"the refund {refund.out_refund_no} has no payment"
        raise LookupError(msg)
    if payment.owed_by.get(refund.out_refund_no, ZERO) != refund.owed:
        return None
    details = RefundDetails(refund.reason, retry_of=refund.out_refund_no)
    return request(transaction, payment, refund.owed, details, step)


def _ask(transaction: Transaction, refund: Refund, step: Step) -> Refund:
    """Have the provider asked about a refund that it may still pay; it is sent again if it is not known there."""
    again = replace(refund, tries=refund.tries + 1, tried_at=step.now)
    refunds.try_again(transaction, refund, step.now)
    send_event(transaction, EventType.REFUND_REQUESTED, again, step)
    return again
