"""POST /api/payments/wechat/refund-notifications: WeChat says, signed and encrypted, how a refund has ended."""

from typing import Any

from posthouse.clients.wechat.notification import RefundNotification
from posthouse.domain.money import Money
from posthouse.domain.refund import RefundWord
from posthouse.domain.refusal import Refusal
from posthouse.entry import wechat
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.logs import count, logger
from posthouse.entry.payments.wechat_notifications import fail, opened
from posthouse.entry.problems import Problem
from posthouse.services.payments.refunds import note


@endpoint(OPEN, failure=fail)
def handler(request: Request[Any, Any]) -> Answer | Refusal | Problem:
    notice = opened(request)
    if isinstance(notice, Problem):
        return notice
    if not isinstance(notice, RefundNotification) or notice.merchant_id != wechat.credentials().merchant_id:
        return Problem(400, "notification_refused", "The notification is not about a refund of ours.")
    word = RefundWord(
        out_refund_no=notice.out_refund_no,
        refund_id=notice.refund_id,
        payment_id=notice.out_trade_no,
        status=notice.status,
        amount=Money(notice.amount),
        total=Money(notice.total),
        at=notice.success_time,
    )
    outcome = note(word, request.step)
    if isinstance(outcome, Refusal):
        logger.append_keys(out_refund_no=word.out_refund_no)
        logger.error("an authentic notification does not fit", refusal=outcome.explanation)
        return outcome
    count("RefundNotifications")
    return Answer(204)
