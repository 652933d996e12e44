"""GET /api/goods: the articles on sale; what is left of each is read now."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.entry.shop_views import goods_json
from posthouse.services.shelf import shelf


@endpoint(OPEN, query=ListQuery)
def handler(request: Request[Any, ListQuery]) -> Answer | Refusal:
    position = position_of(request, "goods")
    if isinstance(position, Refusal):
        return position
    return page_answer(request, "goods", shelf().page(request.query.limit, position), goods_json)
