"""POST /api/shop-orders/{order_no}/receipt: the guest has received the goods."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.shop.shop_views import shop_order_json
from posthouse.services.shop.shop_orders import receive


@endpoint(GUEST)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    outcome = receive(request.path["order_no"], request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, shop_order_json(outcome))
