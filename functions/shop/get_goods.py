"""GET /api/goods/{goods_id}: an article on sale, with its current stock."""

from typing import Any

from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.shop.shop_views import goods_json
from posthouse.services.shop.goods_cache import goods_cache


@endpoint(OPEN)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    found = goods_cache().find(request.path["goods_id"])
    return NotFound("goods") if found is None else Answer(200, goods_json(found))
