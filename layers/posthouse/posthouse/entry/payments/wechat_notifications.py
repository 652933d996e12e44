"""WeChat Pay's notifications over HTTP: verified on the raw bytes, refused in the form that WeChat reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from posthouse.clients.wechat.notification import (
    NotificationRefused,
    PaymentNotification,
    RefundNotification,
    open_notification,
)
from posthouse.clients.wechat.pay_provider import report_of, settlement_of
from posthouse.entry import wechat
from posthouse.entry.logs import logger
from posthouse.entry.problems import Problem

if TYPE_CHECKING:
    from posthouse.domain.payment import Settlement
    from posthouse.domain.refund import RefundReport
    from posthouse.entry.http import LambdaAnswer, Request


def fail(problem: Problem, _request_id: str) -> LambdaAnswer:
    """Returns a problem in the form that WeChat reads."""
    body = json.dumps({"code": "FAIL", "message": problem.detail}, ensure_ascii=False)
    return {"statusCode": problem.status, "headers": {"Content-Type": "application/json"}, "body": body}


def settlement(request: Request[Any, Any]) -> Settlement | Problem:
    """Returns the payment that a notification reports as succeeded, or why the notification is refused."""
    notification = _opened(request)
    if isinstance(notification, PaymentNotification):
        return settlement_of(notification.trade, request.step.now)
    return notification if isinstance(notification, Problem) else _refused("a payment that succeeded")


def ended_refund(request: Request[Any, Any]) -> RefundReport | Problem:
    """Returns the refund that a notification reports as ended, or why the notification is refused."""
    notification = _opened(request)
    if isinstance(notification, Problem):
        return notification
    merchant_id = wechat.credentials().merchant_id
    if not isinstance(notification, RefundNotification) or notification.merchant_id != merchant_id:
        return _refused("a refund of ours")
    return report_of(notification.refund)


def _opened(request: Request[Any, Any]) -> PaymentNotification | RefundNotification | Problem:
    notification = open_notification(request.headers, request.raw_body, wechat.pay_credentials(), request.step.now)
    if isinstance(notification, NotificationRefused):
        logger.warning("a notification was refused", reason=notification.reason)
        return Problem(401, "notification_refused", f"The notification was refused: {notification.reason}.")
    return notification


def _refused(subject: str) -> Problem:
    return Problem(400, "notification_refused", f"The notification is not about {subject}.")
