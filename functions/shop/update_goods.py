"""PUT /api/staff/goods/{goods_id}: an admin changes an article, but not its stock."""

from typing import Annotated, Any

from msgspec import Meta

from posthouse.domain.refusal import Refusal
from posthouse.entry.fields import Id, Version
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.shop.goods_input import GoodsText
from posthouse.entry.shop.shop_views import goods_json
from posthouse.services.shop.goods import update_goods


class GoodsChange(GoodsText):
    """All fields that a read returns are accepted; those that cannot be changed are ignored."""

    version: Version | None = None
    goods_id: Id | None = None
    stock: Annotated[int, Meta(ge=0)] | None = None


@endpoint(ADMIN, body=GoodsChange)
def handler(request: Request[GoodsChange, Any]) -> Answer | Refusal:
    goods = request.body.to_goods(request.path["goods_id"], version=0)
    outcome = update_goods(goods, request.body.version, request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, goods_json(outcome))
