"""Every five minutes: payments and refunds that should have ended by now are asked about at WeChat."""

from typing import Any

from posthouse.entry import moment, wechat
from posthouse.entry.cashier import cashier
from posthouse.entry.logs import count, flush_metrics, log_as, logger
from posthouse.services.payments import Till
from posthouse.services.reconciliation import reconcile_payments, reconcile_refunds
from posthouse.store import payments, refunds

AT_MOST = 2
"""Of one shard in one run: WeChat may take seconds to say nothing; the next run takes the rest."""


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    log_as("")
    step = moment.step("")
    till = Till(wechat.credentials(), wechat.wechat_pay())
    settled = reconcile_payments(payments.overdue(step.now, AT_MOST), till, step)
    ended = reconcile_refunds(refunds.overdue(step.now, AT_MOST), cashier(), step)
    if settled or ended:
        logger.warning("reconciliation found what notifications had not said", payments=settled, refunds=ended)
        count("PaymentsReconciled", settled)
        count("RefundsReconciled", ended)
    flush_metrics()
    return {"payments": settled, "refunds": ended}
