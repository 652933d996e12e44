"""Guests' accounts, one row each. The user id follows from the openid, so two racing logins meet on one row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from posthouse.domain.identity import Guest
from posthouse.store.conditional import holds
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

FIRST_LOGIN = "first_login"
KNOWN = "known"


class _ByPhone(GlobalSecondaryIndex["GuestRow"]):
    class Meta:
        index_name = "by_phone"
        projection = KeysOnlyProjection()

    phone_number = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute(range_key=True)


class GuestRow(Model):
    """One guest. ``known`` is set by the first login and taken away by a reset."""

    class Meta(TableMeta):
        table_name = TableName("guests")

    user_id = UnicodeAttribute(hash_key=True)
    openid = UnicodeAttribute()
    phone_number = UnicodeAttribute(null=True)
    nickname = UnicodeAttribute(null=True)
    balance = IntAttribute(null=True)
    points = IntAttribute(null=True)
    known = BooleanAttribute(null=True)
    version = IntAttribute()
    created_at = TimeAttribute()
    last_login_at = TimeAttribute()

    by_phone = _ByPhone()

    def to_domain(self) -> Guest:
        return Guest(
            user_id=self.user_id,
            openid=self.openid,
            phone_number=self.phone_number,
            nickname=self.nickname,
            balance=self.balance or 0,
            points=self.points or 0,
            version=self.version,
            created_at=self.created_at,
        )


def get(user_id: str, *, consistent: bool = True) -> Guest | None:
    """The guest of that id; read for half the price where what is asked for never changes."""
    try:
        return GuestRow.get(user_id, consistent_read=consistent).to_domain()
    except GuestRow.DoesNotExist:
        return None


@dataclass(frozen=True)
class Login:
    """What a login tells of the guest; None leaves what is known."""

    user_id: str
    openid: str
    phone_number: str | None
    nickname: str | None


def _login_actions(login: Login, now: datetime) -> list[Action]:
    actions: list[Action] = [
        GuestRow.openid.set(login.openid),
        GuestRow.last_login_at.set(now),
        GuestRow.created_at.set(GuestRow.created_at | now),
        GuestRow.version.add(1),
    ]
    if login.phone_number is not None:
        actions.append(GuestRow.phone_number.set(login.phone_number))
    if login.nickname is not None:
        actions.append(GuestRow.nickname.set(login.nickname))
    return actions


def log_in_known(login: Login, now: datetime) -> Guest | None:
    """Note a login of a guest who has been here before; None if this would be the first one."""
    row = GuestRow(login.user_id)
    was_here = GuestRow.known == True  # noqa: E712 - an expression
    noted = holds(lambda: row.update(actions=_login_actions(login, now), condition=was_here))
    return row.to_domain() if noted else None


def log_in_again(transaction: Transaction, login: Login, version: int, now: datetime) -> None:
    """Note another login of a known guest, which brings the row to ``version``; fails as ``known`` otherwise."""
    was_here = GuestRow.known == True  # noqa: E712 - an expression
    unchanged = GuestRow.version == version - 1
    transaction.update(KNOWN, GuestRow(login.user_id), _login_actions(login, now), was_here & unchanged)


def log_in_first(transaction: Transaction, login: Login, version: int, now: datetime) -> None:
    """Make this the guest's first login, which brings the row to ``version``; fails as ``first_login`` if it is not."""
    before = GuestRow.version.does_not_exist() if version == 1 else GuestRow.version == version - 1
    transaction.update(
        FIRST_LOGIN,
        GuestRow(login.user_id),
        [*_login_actions(login, now), GuestRow.known.set(True)],
        GuestRow.known.does_not_exist() & before,
    )


def with_phone(phone_number: str) -> Iterator[str]:
    """Ids of the guests with that phone number (a few at most)."""
    for row in GuestRow.by_phone.query(phone_number):
        yield row.user_id


def forget_first_login(transaction: Transaction, user_id: str) -> None:
    """Let the guest's next login count as a first one."""
    transaction.update(f"guest:{user_id}", GuestRow(user_id), [GuestRow.known.remove()], GuestRow.user_id.exists())
