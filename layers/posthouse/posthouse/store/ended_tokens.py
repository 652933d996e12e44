"""The list of accounts of staff whose older tokens have ended: one row, which every environment of a staff route reads.

It has a table of its own, because all these functions may read it, and none of them the hashes of passwords.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pynamodb.attributes import JSONAttribute, UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.ended_tokens import EndedAccount, EndedTokens
from posthouse.domain.personal_data import NOTHING
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

ENDED = "ended_tokens"
"""The name of the condition that the list is as it was read."""

_OF_STAFF = "staff"


class EndedTokensRow(Model):
    """The list. ``accounts`` has for each username the first version whose tokens count, and when it was made."""

    class Meta(TableMeta):
        table_name = TableName("ended-tokens")
        personal = NOTHING

    list_name = UnicodeAttribute(hash_key=True)
    accounts = JSONAttribute()
    all_before = TimeAttribute(null=True)
    version = IntAttribute()


def read() -> EndedTokens:
    """Returns the list as it is now."""
    try:
        row = EndedTokensRow.get(_OF_STAFF, consistent_read=True)
    except EndedTokensRow.DoesNotExist:
        return EndedTokens()
    accounts = {name: EndedAccount(version, datetime.fromisoformat(at)) for name, (version, at) in row.accounts.items()}
    return EndedTokens(accounts, row.all_before, row.version)


def end(transaction: Transaction, username: str, version: int, now: datetime) -> None:
    """End the tokens of an account's former versions. Fails as ``ended_tokens`` if the list changed meanwhile."""
    before = read()
    ended = before.after(username, version, now)
    row = EndedTokensRow(
        _OF_STAFF,
        accounts={name: [account.version, account.at.isoformat()] for name, account in ended.accounts.items()},
        all_before=ended.all_before,
        version=ended.version,
    )
    transaction.put(ENDED, row, EndedTokensRow.version.does_not_exist() | (EndedTokensRow.version == before.version))
