"""Guests' accounts, stored in the guest's row, and their ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.account import Account, AccountEntry
from posthouse.domain.personal_data import BOOKKEEPING, kept
from posthouse.store.guests import GuestRow
from posthouse.store.page import Page, Position, read_page
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

ACCOUNT = "account"
"""The name of the condition on the account."""

ENTRY = "account_entry"
"""The name of the condition that a ledger row is new."""


class AccountEntryRow(Model):
    """One change of an account, written once. ``entry_id`` begins with the account's name."""

    class Meta(TableMeta):
        table_name = TableName("account-entries")
        personal = kept(BOOKKEEPING, user_id="user id", actor="user id")
        exported_as = "balance_entry, points_entry"

    user_id = UnicodeAttribute(hash_key=True)
    entry_id = UnicodeAttribute(range_key=True)
    change = IntAttribute()
    after = IntAttribute()
    reason = UnicodeAttribute()
    actor = UnicodeAttribute()
    order_no = UnicodeAttribute(null=True)
    at = TimeAttribute()

    def to_domain(self) -> AccountEntry:
        account, _, entry_id = self.entry_id.partition("#")
        return AccountEntry(
            user_id=self.user_id,
            entry_id=entry_id,
            account=Account(account),
            change=self.change,
            after=self.after,
            reason=self.reason,
            actor=self.actor,
            order_no=self.order_no,
            at=self.at,
        )


def change(transaction: Transaction, entry: AccountEntry) -> None:
    """Change an account together with its ledger row.

    Fails as ``account`` if it is not what the entry says it was before. Raises ValueError if it would be negative. The
    upper limit is checked where staff add to an account, not here: a refund to it must always be possible.
    """
    before = entry.after - entry.change
    if entry.after < 0 or before < 0:
        msg = f"an account of {before} cannot be changed by {entry.change}"
        raise ValueError(msg)
    column = GuestRow.balance if entry.account is Account.BALANCE else GuestRow.points
    unchanged = (column.does_not_exist() | (column == 0)) if before == 0 else column == before
    exists = GuestRow.user_id.exists()
    transaction.update(ACCOUNT, GuestRow(entry.user_id), [column.set(entry.after)], exists & unchanged)
    row = AccountEntryRow(
        entry.user_id,
        f"{entry.account}#{entry.entry_id}",
        change=entry.change,
        after=entry.after,
        reason=entry.reason,
        actor=entry.actor,
        order_no=entry.order_no,
        at=entry.at,
    )
    transaction.put(ENTRY, row, AccountEntryRow.user_id.does_not_exist())


def get_entry(user_id: str, account: Account, entry_id: str) -> AccountEntry | None:
    """Returns one change of an account."""
    try:
        return AccountEntryRow.get(user_id, f"{account}#{entry_id}", consistent_read=True).to_domain()
    except AccountEntryRow.DoesNotExist:
        return None


def entries(user_id: str, account: Account, limit: int, position: Position | None) -> Page[AccountEntry]:
    """Returns a page of an account's ledger, newest first."""
    rows = AccountEntryRow.query(
        user_id,
        AccountEntryRow.entry_id.startswith(f"{account}#"),
        scan_index_forward=False,
        limit=limit + 1,
        last_evaluated_key=position,
    )
    return read_page(rows, AccountEntryRow.to_domain, limit)
