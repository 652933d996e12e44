"""POST /api/staff/users/{user_id}/balance-changes: an admin changes a guest's balance, once for each key."""

from typing import Any

from posthouse.domain.account import Account
from posthouse.domain.refusal import Refusal
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.shop.account_input import AccountChangeInput, change_of
from posthouse.entry.shop.shop_views import account_entry_json
from posthouse.services.shop.accounts import change_account


@endpoint(ADMIN, body=AccountChangeInput, idempotent=True)
def handler(request: Request[AccountChangeInput, Any]) -> Answer | Refusal:
    outcome = change_account(change_of(request, Account.BALANCE), request.caller, request.step)
    return outcome if isinstance(outcome, Refusal) else Answer(201, account_entry_json(outcome))
