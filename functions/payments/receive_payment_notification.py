"""POST /api/payments/wechat/notifications: WeChat reports a payment that succeeded, signed and encrypted."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry import wechat
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.logs import count, logger
from posthouse.entry.payments.wechat_notifications import fail, paid_trade
from posthouse.entry.problems import Problem
from posthouse.services.payments.payments import settle_trade


@endpoint(OPEN, failure=fail)
def handler(request: Request[Any, Any]) -> Answer | Refusal | Problem:
    trade = paid_trade(request)
    if isinstance(trade, Problem):
        return trade
    outcome = settle_trade(trade, wechat.credentials(), request.step)
    if isinstance(outcome, Refusal):
        logger.append_keys(payment_id=trade.out_trade_no, transaction_id=trade.transaction_id)
        logger.error("an authentic notification does not match our payment", refusal=outcome.explanation)
        return outcome
    count("PaymentNotifications")
    return Answer(204)
