"""POST /api/payments/wechat/refund-notifications: WeChat reports how a refund ended, signed and encrypted."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.logs import count, logger
from posthouse.entry.payments.wechat_notifications import ended_refund, fail
from posthouse.entry.problems import Problem
from posthouse.services.payments.refunds import note


@endpoint(OPEN, failure=fail)
def handler(request: Request[Any, Any]) -> Answer | Refusal | Problem:
    report = ended_refund(request)
    if isinstance(report, Problem):
        return report
    outcome = note(report, "wechat", request.step)
    if isinstance(outcome, Refusal):
        logger.append_keys(out_refund_no=report.out_refund_no)
        logger.error("an authentic notification does not match our refund", refusal=outcome.explanation)
        return outcome
    count("RefundNotifications")
    return Answer(204)
