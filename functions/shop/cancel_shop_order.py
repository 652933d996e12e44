"""POST /api/shop-orders/{order_no}/cancellation: a guest cancels an unpaid order; all that it holds is released."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.logs import count
from posthouse.entry.shop.shop_views import shop_order_json
from posthouse.services.shop.shop_orders import cancel


@endpoint(GUEST)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    outcome = cancel(request.path["order_no"], request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    if outcome.timeline[-1].at == request.step.now:
        count("ShopOrdersCancelled")
    return Answer(200, shop_order_json(outcome))
