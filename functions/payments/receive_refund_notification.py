"""POST /api/payments/wechat/refund-notifications: WeChat reports how a refund ended, signed and encrypted."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.logs import count, logger
from posthouse.entry.payments.wechat_notifications import ended_refund, fail
from posthouse.entry.problems import Problem
from posthouse.services.payments.refunds import note, report_of


@endpoint(OPEN, failure=fail)
def handler(request: Request[Any, Any]) -> Answer | Refusal | Problem:
    refund = ended_refund(request)
    if isinstance(refund, Problem):
        return refund
    outcome = note(report_of(refund), request.step)
    if isinstance(outcome, Refusal):
        logger.append_keys(out_refund_no=refund.out_refund_no)
        logger.error("an authentic notification does not match our refund", refusal=outcome.explanation)
        return outcome
    count("RefundNotifications")
    return Answer(204)
