"""Reconciliation: whatever is still in the open past its time, WeChat is asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from posthouse.clients.wechat.errors import WechatUnavailable
from posthouse.domain.payment import PaymentState
from posthouse.domain.refund import RefundState
from posthouse.domain.refusal import Refusal
from posthouse.services.payments.payments import Till
from posthouse.services.payments.payments import ask as ask_payment
from posthouse.services.payments.refunds import Cashier
from posthouse.services.payments.refunds import ask as ask_refund
from posthouse.store import payments, refunds

if TYPE_CHECKING:
    from posthouse.services.step import Step

ENDED = frozenset({RefundState.SUCCEEDED, RefundState.FAILED})


class ReconciliationIncomplete(Exception):
    """Some of what was due could not be dealt with; the rest was."""


AGAIN = timedelta(minutes=10)
"""When WeChat is asked again about what it has not decided."""


def reconcile_payments(payment_ids: Iterable[str], till: Till, step: Step) -> int:
    """Settle payments whose notification was lost, closed ones too; answers how many had been paid."""

    def ask(payment_id: str) -> bool:
        payment = payments.get(payment_id)
        if payment is None or payment.status is PaymentState.SUCCEEDED:
            return False
        answer = ask_payment(payment, till, step)
        if not isinstance(answer, Refusal) and answer.status is PaymentState.CLOSED:
            payments.ask_no_more(payment_id)
        return not isinstance(answer, Refusal) and answer.status is PaymentState.SUCCEEDED

    return _each(payment_ids, ask, lambda payment_id: payments.ask_again_at(payment_id, step.now + AGAIN))


def reconcile_refunds(refund_numbers: Iterable[str], cashier: Cashier, step: Step) -> int:
    """Bring refunds on their way, and note those that have ended; answers how many had."""

    def ask(out_refund_no: str) -> bool:
        refund = refunds.get(out_refund_no)
        if refund is None:
            return False
        ask_refund(refund, cashier, step)
        after = refunds.get(out_refund_no)
        return after is not None and after.status is not refund.status and after.status in ENDED

    return _each(refund_numbers, ask, lambda number: refunds.ask_again_at(number, step.now + AGAIN))


def _each(names: Iterable[str], ask: Callable[[str], bool], later: Callable[[str], None]) -> int:
    """Ask for each; one that cannot be dealt with holds back none of the others.

    Raises ReconciliationIncomplete at the end, where a fault other than WeChat's silence was met.
    """
    ended = 0
    faults: list[Exception] = []
    for name in names:
        try:
            ended += ask(name)
        except WechatUnavailable:
            pass
        except Exception as fault:  # noqa: BLE001 - whatever it was, the others come first
            faults.append(fault)
        later(name)
    if faults:
        first = faults[0]
        raise ReconciliationIncomplete(f"{len(faults)} could not be dealt with, the first: {first!r}") from first
    return ended
