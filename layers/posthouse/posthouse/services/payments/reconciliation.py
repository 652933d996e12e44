"""Reconciliation: payments and refunds that should have ended by now are queried at their providers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from posthouse.clients.unavailable import ProviderNotSetUp, ProviderUnavailable
from posthouse.domain.payment import PaymentState
from posthouse.domain.refund import RefundState
from posthouse.domain.refusal import Refusal
from posthouse.services.payments.payments import close_at_provider
from posthouse.services.payments.payments import query as query_payment
from posthouse.services.payments.refunds import query as query_refund
from posthouse.store import payments, refunds

if TYPE_CHECKING:
    from posthouse.clients.provider import Providers
    from posthouse.domain.payment import Payment
    from posthouse.services.step import Step

ENDED = frozenset({RefundState.SUCCEEDED, RefundState.FAILED})


class ReconciliationIncomplete(Exception):
    """Some payments or refunds could not be reconciled; all others were."""


AGAIN = timedelta(minutes=10)
"""When a provider is queried again about what it has not decided."""


def reconcile_payments(payment_ids: Iterable[str], providers: Providers, step: Step) -> int:
    """Settle payments whose notification was lost, closed ones too. Returns how many had been paid."""

    def reconcile(payment_id: str) -> bool:
        payment = payments.get(payment_id)
        if payment is None or payment.status is PaymentState.SUCCEEDED:
            return False
        queried = query_payment(payment, providers, step)
        if isinstance(queried, Refusal):
            return False
        if queried.status is PaymentState.CREATED and queried.expires_at <= step.now:
            return _close(queried, providers, step)
        if queried.status is PaymentState.CLOSED:
            payments.query_no_more(payment_id)
        return queried.status is PaymentState.SUCCEEDED

    return _each(payment_ids, reconcile, lambda payment_id: payments.query_again_at(payment_id, step.now + AGAIN))


def _close(payment: Payment, providers: Providers, step: Step) -> bool:
    """Close a payment whose time is over: its order may go on without it. Returns whether its money came in."""
    if close_at_provider(payment, providers, step):
        return True
    payments.close_open(payment.payment_id)
    return False


def reconcile_refunds(refund_numbers: Iterable[str], providers: Providers, step: Step) -> int:
    """Send refunds that their providers do not have, note those that have ended, and list those that take too long.

    Returns how many had ended.
    """

    def reconcile(out_refund_no: str) -> bool:
        refund = refunds.get(out_refund_no)
        if refund is None:
            return False
        try:
            query_refund(refund, providers(refund.provider), step)
        finally:  # also while the provider does not respond
            after = refunds.get(out_refund_no)
            if after is not None and after.trouble is None and after.is_stuck(step.now):
                refunds.note_stuck(out_refund_no, step.now)
        return after is not None and after.status is not refund.status and after.status in ENDED

    return _each(refund_numbers, reconcile, lambda number: refunds.query_again_at(number, step.now + AGAIN))


def _each(names: Iterable[str], reconcile: Callable[[str], bool], later: Callable[[str], None]) -> int:
    """Reconcile each; a fault with one does not stop the others.

    Raises ReconciliationIncomplete at the end, if there was a fault other than a provider that is not available.
    """
    ended = 0
    faults: list[Exception] = []
    for name in names:
        try:
            ended += reconcile(name)
        except (ProviderUnavailable, ProviderNotSetUp):
            pass
        except Exception as fault:  # noqa: BLE001 - raised when the others are done
            faults.append(fault)
        later(name)
    if faults:
        first = faults[0]
        raise ReconciliationIncomplete(f"{len(faults)} could not be reconciled, the first: {first!r}") from first
    return ended
