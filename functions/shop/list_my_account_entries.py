"""GET /api/me/account-entries: the ledger of the guest's balance or points, newest first."""

from typing import Any

from posthouse.domain.refusal import Refusal
from posthouse.entry.http import GUEST, Answer, Request, endpoint
from posthouse.entry.listing import page_answer, position_of
from posthouse.entry.shop.account_input import EntriesQuery
from posthouse.entry.shop.shop_views import my_account_entry_json
from posthouse.store import accounts


@endpoint(GUEST, query=EntriesQuery)
def handler(request: Request[Any, EntriesQuery]) -> Answer | Refusal:
    position = position_of(request, "my_account_entries")
    if isinstance(position, Refusal):
        return position
    page = accounts.entries(request.caller.subject, request.query.account, request.query.limit, position)
    return page_answer(request, "my_account_entries", page, my_account_entry_json)
