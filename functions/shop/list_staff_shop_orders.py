"""GET /api/staff/shop-orders: all guests' orders of goods, by state, newest first; or one order in full.

The audit notes who has read one in full.
"""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.domain.shop_order import ShopState
from posthouse.entry.fields import Id
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.listing import list_answer, page_answer, position_of
from posthouse.entry.shop.shop_order_input import ShopOrdersQuery
from posthouse.entry.shop.shop_views import listed_shop_order_json, shop_order_json
from posthouse.services.shop.shop_orders import read_in_full
from posthouse.store import shop_orders


class StaffShopOrdersQuery(ShopOrdersQuery):
    order_no: Id | None = None


@endpoint(ADMIN, query=StaffShopOrdersQuery)
def handler(request: Request[Any, StaffShopOrdersQuery]) -> Answer | Refusal:
    if request.query.order_no is not None:
        order = read_in_full(request.query.order_no, request.caller, request.step)
        if isinstance(order, Refusal):
            return order
        return list_answer(request, "staff_shop_orders", [shop_order_json(order)], None)
    position = position_of(request, "staff_shop_orders")
    if isinstance(position, Refusal):
        return position
    states = list(ShopState) if request.query.status is None else [request.query.status]
    page = shop_orders.list_in(states, request.query.limit, position)
    return page_answer(request, "staff_shop_orders", page, listed_shop_order_json)
