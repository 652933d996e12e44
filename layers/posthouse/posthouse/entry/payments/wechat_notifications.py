"""Notifications of WeChat Pay at a function's edge: verified on the raw bytes, answered in WeChat's own form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from posthouse.clients.wechat.notification import (
    NotificationRefused,
    PaymentNotification,
    RefundNotification,
    open_notification,
)
from posthouse.entry import wechat
from posthouse.entry.logs import logger
from posthouse.entry.problems import Problem

if TYPE_CHECKING:
    from posthouse.entry.http import LambdaAnswer, Request


def fail(problem: Problem, _request_id: str) -> LambdaAnswer:
    """A refusal in the form that WeChat reads."""
    body = json.dumps({"code": "FAIL", "message": problem.detail}, ensure_ascii=False)
    return {"statusCode": problem.status, "headers": {"Content-Type": "application/json"}, "body": body}


def opened(request: Request[Any, Any]) -> PaymentNotification | RefundNotification | Problem:
    """What WeChat says, if it is WeChat who says it."""
    notice = open_notification(request.headers, request.raw_body, wechat.pay_credentials(), request.step.now)
    if isinstance(notice, NotificationRefused):
        logger.warning("a notification was refused", reason=notice.reason)
        return Problem(401, "notification_refused", f"The notification was refused: {notice.reason}.")
    return notice
