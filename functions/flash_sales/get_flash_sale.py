"""GET /api/flash-sales/{sale_id}: one sale, with the units left within the last second."""

from typing import Any

from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.flash_sales.flash_views import sale_json
from posthouse.entry.http import OPEN, Answer, Request, endpoint
from posthouse.services.flash_sales.sale_cache import sale_cache


@endpoint(OPEN)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    sale_id, known = request.path["sale_id"], sale_cache()
    sale = known.sale(sale_id)
    if sale is None:
        return NotFound("sale")
    return Answer(200, sale_json(sale, known.left(sale), request.step.now))
