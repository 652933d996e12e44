"""GET /api/flash-sales/{sale_id}/challenge: a puzzle to solve before a submission, if the sale needs one."""

from typing import Any

from posthouse.domain.challenge import BITS
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry import clock
from posthouse.entry.flash_sales import flash_tokens
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.services.flash_sales.sale_cache import sale_cache


@endpoint(GUEST)
def handler(request: Request[Any, Any]) -> Answer | Refusal:
    sale_id = request.path["sale_id"]
    sale = sale_cache().sale(sale_id)
    if sale is None:
        return NotFound("sale")
    puzzle = flash_tokens.sign_puzzle(sale_id, request.caller.subject, clock.new_nonce(), request.step.now)
    return Answer(200, {"required": sale.challenge, "puzzle": puzzle, "bits": BITS})
