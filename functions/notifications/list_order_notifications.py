"""GET /api/staff/orders/{order_no}/notifications: every attempt to send a notice of an order, oldest first."""

from typing import Any

from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.notifications.notice_views import staff_notice_json
from posthouse.services.orders import may_see
from posthouse.store import notices


@endpoint(STAFF)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    order_no = request.path["order_no"]
    if not may_see(order_no, request.caller):
        return NotFound("order")
    attempts = notices.list_of_order(order_no)
    return Answer(200, {"items": [staff_notice_json(attempt) for attempt in attempts], "next_cursor": None})
