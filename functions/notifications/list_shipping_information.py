"""GET /api/staff/shipping-information: payments whose shipping information WeChat lacks, newest first."""

from typing import Any, Literal

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.entry.notifications.shipping_views import shipping_json
from posthouse.store import shipping_information


class MissingQuery(ListQuery):
    status: Literal["refused", "waiting"] = "refused"


@endpoint(ADMIN, query=MissingQuery)
def handler(request: Request[Any, MissingQuery]) -> Answer | Refusal:
    position = position_of(request, "shipping_information")
    if isinstance(position, Refusal):
        return position
    page = shipping_information.list_missing(request.query.status, request.query.limit, position)
    return page_answer(request, "shipping_information", page, shipping_json)
