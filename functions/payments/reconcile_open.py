"""Every five minutes: payments and refunds that should have ended by now are asked about at WeChat."""

from typing import Any

from posthouse.entry import clock, wechat
from posthouse.entry.logs import count, flush_metrics, log_as, logger
from posthouse.entry.payments.cashier import cashier
from posthouse.services.payments.payments import Till
from posthouse.services.payments.reconciliation import reconcile_payments, reconcile_refunds
from posthouse.store import payments, refunds

AT_MOST = 2
"""Of one shard in one run: WeChat may take seconds to say nothing; the next run takes the rest."""


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    log_as(context.aws_request_id)
    step = clock.step(context.aws_request_id)
    ended = {"payments": 0, "refunds": 0}
    if not wechat.is_set_up():
        return ended
    till = Till(wechat.credentials(), wechat.wechat_pay())
    try:
        ended["refunds"] = reconcile_refunds(refunds.overdue(step.now, AT_MOST), cashier(), step)
    finally:  # neither of the two holds back the other
        ended["payments"] = reconcile_payments(payments.overdue(step.now, AT_MOST), till, step)
    if any(ended.values()):
        logger.warning("reconciliation found what notifications had not said", ended=ended)
        count("PaymentsReconciled", ended["payments"])
        count("RefundsReconciled", ended["refunds"])
    flush_metrics()
    return ended
