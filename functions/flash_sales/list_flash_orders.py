"""GET /api/staff/flash-orders: the orders of a sale or of a phone number, newest first."""

from typing import Any

from posthouse.domain.refusal import InvalidRequest, NotFound, Refusal
from posthouse.entry.flash_sales.flash_input import FlashOrdersQuery
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.listing import list_answer, page_answer, position_of
from posthouse.entry.shop.shop_views import listed_shop_order_json
from posthouse.services.flash_sales.flash_lookup import orders_of_phone
from posthouse.store import flash_sales, shop_orders


@endpoint(ADMIN, query=FlashOrdersQuery)
def handler(request: Request[Any, FlashOrdersQuery]) -> Answer | Refusal:
    query = request.query
    position = position_of(request, "flash_orders")
    if isinstance(position, Refusal):
        return position
    if query.phone_number is not None:
        items = [listed_shop_order_json(order) for order in orders_of_phone(query.phone_number, query.sale_id)]
        return list_answer(request, "flash_orders", items[: query.limit], None)
    if query.sale_id is None:
        return InvalidRequest("sale_id", "give sale_id, phone_number, or both")
    sale = flash_sales.get(query.sale_id)
    if sale is None:
        return NotFound("sale")
    page = shop_orders.list_of_sale(sale.sale_id, sale.shards, query.limit, position)
    return page_answer(request, "flash_orders", page, listed_shop_order_json)
