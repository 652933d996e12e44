"""PUT /api/staff/flash-sales/{sale_id}: an admin pauses, resumes or ends a sale, or switches its challenge."""

from typing import Any

from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.flash_sales.flash_input import SaleChange
from posthouse.entry.flash_sales.flash_views import staff_sale_json
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.services.flash_sales.flash_sales import change_sale
from posthouse.store import flash_sales


@endpoint(ADMIN, body=SaleChange)
def handler(request: Request[SaleChange, Any]) -> Answer | Refusal:
    sale_id = request.path["sale_id"]
    outcome = change_sale(sale_id, request.body.state, request.body.challenge, request.caller, request.step)
    if isinstance(outcome, Refusal):
        return outcome
    sale = flash_sales.get(sale_id)
    if sale is None:
        return NotFound("sale")
    decided = flash_sales.decided_of([sale])[sale_id]
    return Answer(200, staff_sale_json(sale, flash_sales.shards_of(sale), decided, request.step.now))
