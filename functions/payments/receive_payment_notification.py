"""POST /api/payments/wechat/notifications: WeChat says, signed and encrypted, that a payment has succeeded."""

import json
from typing import Any

from posthouse.clients.wechat.notification import NotificationRefused, PaymentNotice, open_notification
from posthouse.domain.money import Money
from posthouse.domain.payment import Settlement
from posthouse.domain.refusal import Refusal
from posthouse.entry import wechat
from posthouse.entry.http import OPEN, Answer, LambdaAnswer, Request, endpoint
from posthouse.entry.logs import count, logger
from posthouse.entry.problems import Problem
from posthouse.services.payments import settle


def fail(problem: Problem, _request_id: str) -> LambdaAnswer:
    """A refusal in the form that WeChat reads."""
    body = json.dumps({"code": "FAIL", "message": problem.detail}, ensure_ascii=False)
    return {"statusCode": problem.status, "headers": {"Content-Type": "application/json"}, "body": body}


@endpoint(OPEN, failure=fail)
def handler(request: Request[Any, Any]) -> Answer | Refusal | Problem:
    credentials = wechat.credentials()
    notice = open_notification(request.headers, request.raw_body, credentials, request.step.now)
    if isinstance(notice, NotificationRefused):
        logger.warning("a notification was refused", reason=notice.reason)
        return Problem(401, "notification_refused", f"The notification was refused: {notice.reason}.")
    if not isinstance(notice, PaymentNotice) or notice.trade_state != "SUCCESS":
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
    outcome = settle(settlement, credentials, request.step)
    if isinstance(outcome, Refusal):
        logger.append_keys(payment_id=settlement.payment_id, transaction_id=settlement.transaction_id)
        logger.error("an authentic notification does not fit", refusal=outcome.explanation)
        return outcome
    count("PaymentNotifications")
    return Answer(204)
