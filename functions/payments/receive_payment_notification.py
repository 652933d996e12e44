"""POST /api/payments/wechat/notifications: WeChat says, signed and encrypted, that a payment has succeeded."""

from typing import Any

from posthouse.clients.wechat.notification import PaymentNotification
from posthouse.domain.money import Money
from posthouse.domain.payment import Settlement
from posthouse.domain.refusal import Refusal
from posthouse.entry import wechat
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.logs import count, logger
from posthouse.entry.payments.wechat_notifications import fail, opened
from posthouse.entry.problems import Problem
from posthouse.services.payments.payments import settle


@endpoint(OPEN, failure=fail)
def handler(request: Request[Any, Any]) -> Answer | Refusal | Problem:
    notice = opened(request)
    if isinstance(notice, Problem):
        return notice
    if not isinstance(notice, PaymentNotification) or notice.trade_state != "SUCCESS":
        return Problem(400, "notification_refused", "The notification is not about a payment that succeeded.")
    settlement = Settlement(
        app_id=notice.app_id,
        merchant_id=notice.merchant_id,
        payment_id=notice.out_trade_no,
        transaction_id=notice.transaction_id,
        amount=Money(notice.total, notice.currency),
        openid=notice.openid,
        succeeded_at=notice.success_time,
    )
    outcome = settle(settlement, wechat.credentials(), request.step)
    if isinstance(outcome, Refusal):
        logger.append_keys(payment_id=settlement.payment_id, transaction_id=settlement.transaction_id)
        logger.error("an authentic notification does not fit", refusal=outcome.explanation)
        return outcome
    count("PaymentNotifications")
    return Answer(204)
