"""GET /api/staff/flash-sales: one sale or all, newest first: units decided, sold and left, and waiting submissions."""

from typing import Any

from posthouse.domain.flash_sale import FlashSale
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.fields import Id
from posthouse.entry.flash_sales.flash_views import staff_sale_json
from posthouse.entry.flash_sales.submission_queue import submission_queue
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.store import flash_sales
from posthouse.store.page import Page


class StaffSalesQuery(ListQuery):
    sale_id: Id | None = None


@endpoint(ADMIN, query=StaffSalesQuery)
def handler(request: Request[Any, StaffSalesQuery]) -> Answer | Refusal:
    position = position_of(request, "staff_flash_sales")
    if isinstance(position, Refusal):
        return position
    if request.query.sale_id is None:
        page = flash_sales.list_sales(request.query.limit, position)
    else:
        sale = flash_sales.get(request.query.sale_id)
        if sale is None:
            return NotFound("sale")
        page = Page([sale], None)
    now, decided = request.step.now, flash_sales.decided_of(page.items)

    def shown(sale: FlashSale) -> dict[str, Any]:
        return staff_sale_json(sale, flash_sales.shards_of(sale), decided[sale.sale_id], now)

    found = page_answer(request, "staff_flash_sales", page, shown)
    return Answer(200, {**found.body, "waiting": submission_queue().waiting()})
