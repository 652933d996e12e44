"""GET /api/staff/users/{user_id}/account-entries: the ledger of a guest's balance or points, newest first."""

from typing import Any

from posthouse.domain.refusal import NotFound, Refusal
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.listing import page_answer, position_of
from posthouse.entry.shop.account_input import EntriesQuery
from posthouse.entry.shop.shop_views import account_entry_json
from posthouse.store import accounts, guests


@endpoint(ADMIN, query=EntriesQuery)
def handler(request: Request[Any, EntriesQuery]) -> Answer | Refusal:
    user_id = request.path["user_id"]
    listing = f"account_entries {user_id}"
    position = position_of(request, listing)
    if isinstance(position, Refusal):
        return position
    page = accounts.entries(user_id, request.query.account, request.query.limit, position)
    if not page.items and guests.find(user_id) is None:
        return NotFound("guest")
    return page_answer(request, listing, page, account_entry_json)
