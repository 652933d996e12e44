"""PUT /api/flash-orders/{order_no}/address: the guest sets the address, until the goods are shipped."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.shop.delivery_input import DeliveryInput
from posthouse.entry.shop.shop_views import shop_order_json
from posthouse.services.flash_sales.flash_orders import set_address


@endpoint(GUEST, body=DeliveryInput)
def handler(request: Request[DeliveryInput, Any]) -> Answer | Refusal:
    outcome = set_address(request.path["order_no"], request.body.to_delivery(), request.caller)
    return outcome if isinstance(outcome, Refusal) else Answer(200, shop_order_json(outcome))
