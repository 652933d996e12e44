"""GET /api/flash-sales: the sales with their units left, newest first."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.flash_sales.flash_views import sale_json
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.services.flash_sales.sale_cache import sale_cache
from posthouse.store import flash_sales


@endpoint(OPEN, query=ListQuery)
def handler(request: Request[Any, ListQuery]) -> Answer | Refusal:
    position = position_of(request, "flash_sales")
    if isinstance(position, Refusal):
        return position
    page = flash_sales.list_sales(request.query.limit, position)
    now, known = request.step.now, sale_cache()
    return page_answer(request, "flash_sales", page, lambda sale: sale_json(sale, known.left(sale), now))
