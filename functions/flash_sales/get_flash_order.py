"""GET /api/flash-orders/{order_no}: one of the guest's flash orders, with its timeline and refunds."""

from typing import Any

from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.payments.payment_views import refunds_json
from posthouse.entry.shop.shop_views import shop_order_json
from posthouse.services.shop.shop_orders import for_guest
from posthouse.store import refunds


@endpoint(GUEST)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    order = for_guest(request.path["order_no"], request.caller)
    if isinstance(order, Refusal) or order.sale is None:
        return NotFound("order")
    found = refunds.list_of_order(order.order_no)
    return Answer(200, {**shop_order_json(order), **refunds_json(found)})
