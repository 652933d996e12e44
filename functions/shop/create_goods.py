"""POST /api/staff/goods: an admin adds an article with its initial stock."""

from typing import Any

from posthouse.domain.ids import IdKind
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.shop.goods_input import GoodsText, Stock
from posthouse.entry.shop.shop_views import goods_json
from posthouse.services.shop.goods import create_goods, stocked


class GoodsInput(GoodsText, kw_only=True):
    stock: Stock


def _again(_request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = stocked(target)
    return NotFound("goods") if found is None else Answer(201, goods_json(found))


@endpoint(ADMIN, body=GoodsInput, idempotent=_again)
def handler(request: Request[GoodsInput, Any]) -> Answer:
    goods = request.body.to_goods(request.step.new_id(IdKind.GOODS), version=1)
    return Answer(201, goods_json(create_goods(goods, request.body.stock, request.caller, request.step)))
