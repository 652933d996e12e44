"""GET /api/staff/differences: differences between WeChat's reports and our rows, newest first."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.entry.payments.payment_views import difference_json
from posthouse.store import differences


@endpoint(ADMIN, query=ListQuery)
def handler(request: Request[Any, ListQuery]) -> Answer | Refusal:
    position = position_of(request, "differences")
    if isinstance(position, Refusal):
        return position
    return page_answer(request, "differences", differences.list_all(request.query.limit, position), difference_json)
