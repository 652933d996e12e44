"""POST /api/staff/goods/{goods_id}/stock-changes: an admin adds units to stock or removes them."""

from collections.abc import Iterator
from typing import Annotated, Any

from msgspec import Meta

from posthouse.domain.goods import MAX_STOCK
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.fields import Reason
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.inputs import Input
from posthouse.entry.shop.shop_views import goods_json
from posthouse.services.shop.goods import change_stock, stocked


class StockChangeInput(Input):
    change: Annotated[int, Meta(ge=-MAX_STOCK, le=MAX_STOCK)]
    reason: Reason

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        if self.change == 0:
            yield "change", "must not be 0"


def _again(_request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = stocked(target)
    return NotFound("goods") if found is None else Answer(200, goods_json(found))


@endpoint(ADMIN, body=StockChangeInput, idempotent=_again)
def handler(request: Request[StockChangeInput, Any]) -> Answer | Refusal:
    body = request.body
    outcome = change_stock(request.path["goods_id"], body.change, body.reason, request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(200, goods_json(outcome))
