"""Inputs: a change of a guest's account by staff, and the query of an account's ledger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta

from posthouse.domain.account import MOST, Account
from posthouse.entry.fields import Reason
from posthouse.entry.inputs import Input
from posthouse.entry.listing import ListQuery
from posthouse.services.shop.accounts import AccountChange

if TYPE_CHECKING:
    from posthouse.entry.http import Request


class AccountChangeInput(Input):
    """A change of an account, and its reason."""

    change: Annotated[int, Meta(ge=-MOST, le=MOST)]
    reason: Reason

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        if self.change == 0:
            yield "change", "must not be 0"


class EntriesQuery(ListQuery):
    """The account to list."""

    account: Account = Account.BALANCE


def change_of(request: Request[AccountChangeInput, Any], account: Account) -> AccountChange:
    """Returns the change that a request asks for."""
    return AccountChange(
        user_id=request.path["user_id"],
        account=account,
        change=request.body.change,
        reason=request.body.reason,
        caller_key=request.caller_key,
        body_hash=request.body_hash,
    )
