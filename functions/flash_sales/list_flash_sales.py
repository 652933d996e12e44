"""GET /api/flash-sales: the sales, newest first, with what is left of each."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.flash_sales.flash_views import sale_json
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.services.flash_sales.flash_gate import gate
from posthouse.store import flash_sales


@endpoint(OPEN, query=ListQuery)
def handler(request: Request[Any, ListQuery]) -> Answer | Refusal:
    position = position_of(request, "flash_sales")
    if isinstance(position, Refusal):
        return position
    page = flash_sales.list_sales(request.query.limit, position)
    now, known = request.step.now, gate()
    return page_answer(request, "flash_sales", page, lambda sale: sale_json(sale, known.left(sale), now))
