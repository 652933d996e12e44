"""POST /api/staff/orders/{order_no}/shipment: an admin notes that a paid order's goods went to a carrier."""

from typing import Any

from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.shop_order import Shipment
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.logs import count
from posthouse.entry.shop.shop_order_input import ShipmentInput
from posthouse.entry.shop.shop_views import listed_shop_order_json
from posthouse.services.shop.shop_orders import ship
from posthouse.store import shop_orders


def _again(_request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = shop_orders.get(target)
    return NotFound("order") if found is None else Answer(200, listed_shop_order_json(found))


@endpoint(ADMIN, body=ShipmentInput, idempotent=_again)
def handler(request: Request[ShipmentInput, Any]) -> Answer | Refusal:
    shipment = Shipment(request.body.carrier, request.body.tracking_no)
    outcome = ship(request.path["order_no"], shipment, request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    count("ShopOrdersShipped")
    return Answer(200, listed_shop_order_json(outcome))
