"""GET /api/staff/flash-sales/{sale_id}/verdicts?phone_number=: the tickets of a guest in a sale, with verdicts."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.flash_sales.flash_input import VerdictsQuery
from posthouse.entry.flash_sales.flash_views import decided_json
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.services.flash_sales.flash_lookup import verdicts_of_phone


@endpoint(ADMIN, query=VerdictsQuery)
def handler(request: Request[Any, VerdictsQuery]) -> Answer | Refusal:
    found = verdicts_of_phone(request.path["sale_id"], request.query.phone_number)
    if isinstance(found, Refusal):
        return found
    return Answer(200, {"items": [decided_json(decided) for decided in found], "next_cursor": None})
