"""POST /api/staff/flash-sales: an admin creates a sale with units of the goods' stock, in one transaction."""

from typing import Any

from posthouse.domain.flash_sale import LONGEST, shards_for
from posthouse.domain.money import Money
from posthouse.domain.refusal import InvalidRequest, NotFound, Refusal
from posthouse.entry.flash_sales.flash_input import SaleInput
from posthouse.entry.flash_sales.flash_views import staff_sale_json
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.services.flash_sales.flash_sales import SaleWish, create_sale
from posthouse.store import flash_sales


def _again(request: Request[Any, Any], target: str) -> Answer | Refusal:
    found = flash_sales.get(target)
    return (
        NotFound("sale")
        if found is None
        else Answer(201, staff_sale_json(found, flash_sales.shards_of(found), 0, request.step.now))
    )


@endpoint(ADMIN, body=SaleInput, idempotent=_again)
def handler(request: Request[SaleInput, Any]) -> Answer | Refusal:
    body, now = request.body, request.step.now
    if body.ends_at <= max(body.starts_at, now):
        return InvalidRequest("ends_at", "must be later than starts_at and than now")
    if body.ends_at > now + LONGEST or body.starts_at < now - LONGEST:
        return InvalidRequest("ends_at", "a sale must begin and end within a year from now")
    wish = SaleWish(
        goods_id=body.goods_id,
        price=Money(body.price),
        stock=body.stock,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        per_user_limit=body.per_user_limit,
        shards=min(body.shards or shards_for(body.stock, body.orders_a_second), body.stock),
        challenge=body.challenge,
    )
    sale = create_sale(wish, request.caller, request.step)
    if isinstance(sale, Refusal):
        return sale
    return Answer(201, staff_sale_json(sale, flash_sales.shards_of(sale), 0, now))
