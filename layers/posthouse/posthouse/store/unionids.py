"""WeChat's unionids: one person has one in all apps of an owner, and an openid in each app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.personal_data import forgotten
from posthouse.store.guests import GuestRow
from posthouse.store.table import TableMeta, TableName

if TYPE_CHECKING:
    from posthouse.domain.identity import Guest
    from posthouse.store.transaction import Transaction

UNIONID = "unionid"
"""The name of the condition that the unionid leads to no account yet."""

LEFT_UNIONID = "left_unionid"
"""The name of the condition that the account's earlier unionid leads to it."""

GUEST = "guest"
"""The name of the condition on the account."""


class UnionidRow(Model):
    """The account that a unionid leads to: that of the first login which brought it."""

    class Meta(TableMeta):
        table_name = TableName("unionids")
        personal = forgotten(unionid="unionid", user_id="user id")
        exported_as = "account"

    unionid = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute()


def is_known(unionid: str) -> bool:
    """Whether the unionid leads to an account. It may have become known a moment ago: ``lead`` looks again."""
    try:
        UnionidRow.get(unionid)
    except UnionidRow.DoesNotExist:
        return False
    return True


def lead(transaction: Transaction, unionid: str, guest: Guest) -> None:
    """Let a unionid lead to the account; fails as ``unionid`` if it leads to one, as ``guest`` if this one has changed.

    An app that moves to another owner brings another unionid: the earlier one leads nowhere then.
    """
    transaction.put(UNIONID, UnionidRow(unionid, user_id=guest.user_id), UnionidRow.unionid.does_not_exist())
    before = GuestRow.unionid.does_not_exist() if guest.unionid is None else GuestRow.unionid == guest.unionid
    there = GuestRow.user_id.exists() & GuestRow.deleted_at.does_not_exist()
    actions = [GuestRow.unionid.set(unionid), GuestRow.version.add(1)]
    transaction.update(GUEST, GuestRow(guest.user_id), actions, there & before)
    leave(transaction, guest)


def leave(transaction: Transaction, guest: Guest) -> None:
    """Let the account's unionid, if it has one, lead nowhere; the account itself is changed by the caller."""
    if guest.unionid is not None:
        mine = UnionidRow.user_id == guest.user_id
        transaction.delete(LEFT_UNIONID, UnionidRow(guest.unionid), mine)
