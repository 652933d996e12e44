"""GET /api/staff/accounts: all accounts of staff, by username, for admins."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.identity.identity_views import staff_account_json
from posthouse.entry.listing import ListQuery, page_answer, position_of
from posthouse.store import staff


@endpoint(ADMIN, query=ListQuery)
def handler(request: Request[Any, ListQuery]) -> Answer | Refusal:
    position = position_of(request, "staff_accounts")
    if isinstance(position, Refusal):
        return position
    page = staff.list_accounts(request.query.limit, position)
    return page_answer(request, "staff_accounts", page, staff_account_json)
