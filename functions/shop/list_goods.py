"""GET /api/goods: the articles on sale with their current stock, and what shipping costs."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.entry.settings import Settings, read_settings
from posthouse.entry.shop.shop_views import goods_json
from posthouse.services.shop.goods_cache import goods_cache


class ShippingSettings(Settings):
    shipping_fee: int
    free_shipping_from: int


@endpoint(OPEN, query=ListQuery)
def handler(request: Request[Any, ListQuery]) -> Answer | Refusal:
    position = position_of(request, "goods")
    if isinstance(position, Refusal):
        return position
    listed = page_answer(request, "goods", goods_cache().page(request.query.limit, position), goods_json)
    settings = read_settings(ShippingSettings)
    shipping = {"fee": settings.shipping_fee, "free_from": settings.free_shipping_from}
    return Answer(200, {**listed.body, "shipping": shipping})
