"""GET /api/staff/orders/{order_no}/messages: an order's events, with the state of each consumer."""

from typing import Any

from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.http import STAFF, Answer, Request, endpoint
from posthouse.entry.messaging.message_views import message_json
from posthouse.services.messaging.order_messages import messages_of
from posthouse.services.orders import may_see


@endpoint(STAFF)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    order_no = request.path["order_no"]
    if not may_see(order_no, request.caller):
        return NotFound("order")
    return Answer(200, {"items": [message_json(message) for message in messages_of(order_no)], "next_cursor": None})
