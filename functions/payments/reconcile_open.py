"""Every five minutes: queries payments and refunds at their providers that should have ended by now."""

from typing import Any

from posthouse.entry import clock
from posthouse.entry.logs import count, flush_metrics, log_as, logger
from posthouse.entry.providers import is_any_set_up, provider_of
from posthouse.services.payments.reconciliation import reconcile_payments, reconcile_refunds
from posthouse.store import payments, refunds

AT_MOST = 2
"""How many of one shard are queried in one run: a provider may take seconds for each. The next run takes the rest."""

COUNTED = 1000
"""How many refunds of each kind that do not reach their guests are counted at most: the alarm only needs one."""


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    log_as(context.aws_request_id)
    step = clock.step(context.aws_request_id)
    ended = {"payments": 0, "refunds": 0}
    if not is_any_set_up():
        return ended
    try:
        try:
            ended["refunds"] = reconcile_refunds(refunds.overdue(step.now, AT_MOST), provider_of, step)
        finally:  # a fault in one does not stop the other
            ended["payments"] = reconcile_payments(payments.overdue(step.now, AT_MOST), provider_of, step)
    finally:  # nor does it silence the alarms
        _count(ended)
    return ended


def _count(ended: dict[str, int]) -> None:
    """Count what was found, and the refunds that do not reach their guests."""
    if any(ended.values()):
        logger.warning("reconciliation found payments or refunds without a notification", ended=ended)
        count("PaymentsReconciled", ended["payments"])
        count("RefundsReconciled", ended["refunds"])
    count("RefundsOwed", refunds.count_in_trouble(COUNTED))
    flush_metrics()
