"""POST /api/staff/goods: an admin adds an article with its initial stock."""

from typing import Any

from posthouse.domain.ids import IdKind
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.shop.goods_input import GoodsText, Stock
from posthouse.entry.shop.shop_views import goods_json
from posthouse.services.shop.goods import create_goods


class GoodsInput(GoodsText, kw_only=True):
    stock: Stock


@endpoint(ADMIN, body=GoodsInput)
def handler(request: Request[GoodsInput, Any]) -> Answer:
    goods = request.body.to_goods(request.step.new_id(IdKind.GOODS), version=1)
    return Answer(201, goods_json(create_goods(goods, request.body.stock, request.caller, request.step)))
