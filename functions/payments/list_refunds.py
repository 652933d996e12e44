"""GET /api/staff/refunds?status=: money owed to guests, that which waits longest first."""

from typing import Any

from posthouse.domain.refund import Trouble
from posthouse.domain.refusal import Refusal
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.entry.payments.payment_views import troubled_refund_json
from posthouse.store import refunds


class RefundsQuery(ListQuery):
    status: Trouble = Trouble.FAILED


@endpoint(ADMIN, query=RefundsQuery)
def handler(request: Request[Any, RefundsQuery]) -> Answer | Refusal:
    listing = f"refunds {request.query.status}"
    position = position_of(request, listing)
    if isinstance(position, Refusal):
        return position
    page = refunds.list_in_trouble(request.query.status, request.query.limit, position)
    return page_answer(request, listing, page, troubled_refund_json)
