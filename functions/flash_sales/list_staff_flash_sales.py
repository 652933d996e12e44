"""GET /api/staff/flash-sales: all sales with what is sold, left, returned and moved back, newest first."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.flash_views import staff_sale_json
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.store import flash_sales


@endpoint(ADMIN, query=ListQuery)
def handler(request: Request[Any, ListQuery]) -> Answer | Refusal:
    position = position_of(request, "staff_flash_sales")
    if isinstance(position, Refusal):
        return position
    page = flash_sales.list_sales(request.query.limit, position)
    now = request.step.now
    return page_answer(
        request,
        "staff_flash_sales",
        page,
        lambda sale: staff_sale_json(sale, flash_sales.shards_of(sale), now),
    )
