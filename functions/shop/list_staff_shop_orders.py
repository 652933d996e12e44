"""GET /api/staff/shop-orders: all guests' orders of goods, by state, newest first."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.domain.shop_order import ShopState
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.listing import page_answer, position_of
from posthouse.entry.shop_order_input import ShopOrdersQuery
from posthouse.entry.shop_views import listed_shop_order_json
from posthouse.store import shop_orders


@endpoint(ADMIN, query=ShopOrdersQuery)
def handler(request: Request[Any, ShopOrdersQuery]) -> Answer | Refusal:
    position = position_of(request, "staff_shop_orders")
    if isinstance(position, Refusal):
        return position
    states = list(ShopState) if request.query.status is None else [request.query.status]
    page = shop_orders.list_in(states, request.query.limit, position)
    return page_answer(request, "staff_shop_orders", page, listed_shop_order_json)
