"""GET /api/staff/payment-log?day=: every payment of a day (in China's time zone), oldest first."""

from datetime import date
from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.entry.payments.payment_views import logged_payment_json
from posthouse.store import payment_log


class PaymentLogQuery(ListQuery, kw_only=True):
    day: date


@endpoint(ADMIN, query=PaymentLogQuery)
def handler(request: Request[Any, PaymentLogQuery]) -> Answer | Refusal:
    position = position_of(request, "payment_log")
    if isinstance(position, Refusal):
        return position
    page = payment_log.list_of_day(request.query.day, request.query.limit, position)
    return page_answer(request, "payment_log", page, logged_payment_json)
