"""POST /api/payments/wechat/notifications: WeChat reports a payment that succeeded, signed and encrypted."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.logs import count, logger
from posthouse.entry.payments.wechat_notifications import fail, settlement
from posthouse.entry.problems import Problem
from posthouse.entry.providers import provider_of
from posthouse.services.payments.payments import settle


@endpoint(OPEN, failure=fail)
def handler(request: Request[Any, Any]) -> Answer | Refusal | Problem:
    paid = settlement(request)
    if isinstance(paid, Problem):
        return paid
    outcome = settle(paid, provider_of("wechat"), request.step)
    if isinstance(outcome, Refusal):
        logger.append_keys(payment_id=paid.payment_id, transaction_id=paid.transaction_id)
        logger.error("an authentic notification does not match our payment", refusal=outcome.explanation)
        return outcome
    count("PaymentNotifications")
    return Answer(204)
