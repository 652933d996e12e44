"""GET /api/shop-orders: the guest's orders of goods, newest first."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.listing import page_answer, position_of
from posthouse.entry.shop.shop_order_input import ShopOrdersQuery
from posthouse.entry.shop.shop_views import listed_shop_order_json
from posthouse.store import shop_orders


@endpoint(GUEST, query=ShopOrdersQuery)
def handler(request: Request[Any, ShopOrdersQuery]) -> Answer | Refusal:
    position = position_of(request, "shop_orders")
    if isinstance(position, Refusal):
        return position
    page = shop_orders.list_of_guest(request.caller.subject, request.query.status, request.query.limit, position)
    return page_answer(request, "shop_orders", page, listed_shop_order_json)
