"""POST /api/staff/orders/{order_no}/return: an admin takes shipped goods back into stock and refunds them."""

from typing import Any

from posthouse.domain.money import Money
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.shop.shop_order_input import ReturnInput
from posthouse.entry.shop.shop_views import listed_shop_order_json
from posthouse.services.shop.shop_refunds import ReturnRequest, take_back
from posthouse.store import shop_orders


def _again(_request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = shop_orders.get(target)
    return NotFound("order") if found is None else Answer(200, listed_shop_order_json(found))


@endpoint(ADMIN, body=ReturnInput, idempotent=_again)
def handler(request: Request[ReturnInput, Any]) -> Answer | Refusal:
    amount = None if request.body.amount is None else Money(request.body.amount)
    wanted = ReturnRequest(request.path["order_no"], amount, request.body.reason)
    outcome = take_back(wanted, request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, listed_shop_order_json(outcome))
