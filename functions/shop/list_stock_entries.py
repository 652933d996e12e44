"""GET /api/staff/goods/{goods_id}/stock-entries: an article's stock ledger, newest first."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.entry.shop.shop_views import stock_entry_json
from posthouse.store import goods


@endpoint(ADMIN, query=ListQuery)
def handler(request: Request[Any, ListQuery]) -> Answer | Refusal:
    goods_id = request.path["goods_id"]
    listing = f"stock_entries {goods_id}"
    position = position_of(request, listing)
    if isinstance(position, Refusal):
        return position
    page = goods.stock_entries(goods_id, request.query.limit, position)
    return page_answer(request, listing, page, stock_entry_json)
