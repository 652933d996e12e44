"""GET /api/staff/goods: all articles, also those that are not on sale."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, list_answer, position_of
from posthouse.entry.shop.shop_views import goods_json
from posthouse.services.shop.goods import Stocked
from posthouse.store import goods


@endpoint(ADMIN, query=ListQuery)
def handler(request: Request[Any, ListQuery]) -> Answer | Refusal:
    position = position_of(request, "staff_goods")
    if isinstance(position, Refusal):
        return position
    page = goods.list_goods(request.query.limit, position, on_sale=False)
    stock = goods.read_stock(each.goods_id for each in page.items)
    items = [goods_json(Stocked(each, stock[each.goods_id])) for each in page.items]
    return list_answer(request, "staff_goods", items, page.position)
