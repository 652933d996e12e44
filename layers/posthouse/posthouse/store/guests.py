"""Guests' accounts. The user id is derived from the openid, so two logins at the same time use the same row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from posthouse.domain.identity import Guest
from posthouse.domain.level import Level
from posthouse.domain.limit import hour_of
from posthouse.domain.personal_data import BOOKKEEPING, RETURN, forgotten, kept
from posthouse.domain.value import Value
from posthouse.store.conditional import holds
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

FIRST_LOGIN = "first_login"
GUEST = "guest"
"""The name of the condition that the guest is there."""

HELD = "held"
"""The name of the condition on the room-nights that a guest's unpaid bookings hold."""

KNOWN = "known"

LEVEL = "level"
"""The name of the condition on a guest's level."""


class _ByPhone(GlobalSecondaryIndex["GuestRow"]):
    class Meta:
        index_name = "by_phone"
        projection = KeysOnlyProjection()

    phone_number = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute(range_key=True)


class _ByDue(GlobalSecondaryIndex["GuestRow"]):
    class Meta:
        index_name = "by_due"
        projection = KeysOnlyProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    due_at = IntAttribute(range_key=True)


class GuestRow(Model):
    """One guest. ``known`` is set by the first login and removed by a reset.

    A deleted account keeps its row with ``deleted_at``. It is in the index ``by_due`` until all personal data is
    erased; ``forget_from`` is the progress of the erasure. The row of a person's first account counts the accounts in
    ``generation``; a later account names the first one in ``first_id``.
    """

    class Meta(TableMeta):
        table_name = TableName("guests")
        personal = (
            *forgotten(openid="openid", unionid="unionid", phone_number="phone number", nickname="nickname"),
            *kept(BOOKKEEPING, user_id="user id"),
            *kept(RETURN, first_id="user id"),
        )
        exported_as = "account"

    user_id = UnicodeAttribute(hash_key=True)
    openid = UnicodeAttribute(null=True)
    unionid = UnicodeAttribute(null=True)
    phone_number = UnicodeAttribute(null=True)
    nickname = UnicodeAttribute(null=True)
    balance = IntAttribute(null=True)
    points = IntAttribute(null=True)
    held = IntAttribute(null=True)
    known = BooleanAttribute(null=True)
    version = IntAttribute()
    created_at = TimeAttribute()
    last_login_at = TimeAttribute(null=True)
    login_hour = IntAttribute(null=True)
    logins = IntAttribute(null=True)
    level = UnicodeAttribute(null=True)
    generation = IntAttribute(null=True)
    first_id = UnicodeAttribute(null=True)
    deleted_at = TimeAttribute(null=True)
    forget_from = JSONAttribute(null=True)
    due_shard = UnicodeAttribute(null=True)
    due_at = IntAttribute(null=True)

    by_due = _ByDue()
    by_phone = _ByPhone()

    def to_domain(self) -> Guest:
        return Guest(
            user_id=self.user_id,
            openid=self.openid or "",
            phone_number=self.phone_number,
            nickname=self.nickname,
            balance=self.balance or 0,
            points=self.points or 0,
            version=self.version,
            created_at=self.created_at,
            login_hour=self.login_hour or 0,
            logins=self.logins or 0,
            generation=self.generation or 1,
            first_id=self.first_id or self.user_id,
            deleted_at=self.deleted_at,
            unionid=self.unionid,
            level=Level(self.level or Level.MEMBER),
        )


_IS_KNOWN = GuestRow.known == True  # noqa: E712 - an expression


def get(user_id: str, *, consistent: bool = True) -> Guest | None:
    """Returns the guest with this id; None also for a deleted account.

    An eventually consistent read costs half and is enough for facts that never change. A guest whom it does not find
    may be new, so a consistent read follows.
    """
    found = find(user_id, consistent=consistent) or (None if consistent else find(user_id))
    return None if found is None or found.deleted_at is not None else found


def find(user_id: str, *, consistent: bool = True) -> Guest | None:
    """Returns the guest with this id, also if the account is deleted."""
    try:
        return GuestRow.get(user_id, consistent_read=consistent).to_domain()
    except GuestRow.DoesNotExist:
        return None


def level_of(user_id: str) -> Level | None:
    """Returns the level of a guest, who is a member at least; None for an account that is deleted or not there."""
    try:
        # With the key: pynamodb takes a row without any of the attributes for none.
        row = GuestRow.get(user_id, attributes_to_get=["user_id", "level", "deleted_at"])
    except GuestRow.DoesNotExist:
        return None
    return None if row.deleted_at is not None else Level(row.level or Level.MEMBER)


class Login(Value):
    """The facts of a login. None leaves the stored value. ``generation`` is the number of the person's account."""

    user_id: str
    openid: str
    phone_number: str | None
    nickname: str | None
    first_id: str
    generation: int = 1


def _login_actions(login: Login, now: datetime, logins: Any) -> list[Action]:
    actions: list[Action] = [
        GuestRow.openid.set(login.openid),
        GuestRow.last_login_at.set(now),
        GuestRow.created_at.set(GuestRow.created_at | now),
        GuestRow.version.add(1),
        GuestRow.login_hour.set(hour_of(now)),
        GuestRow.logins.set(logins),
    ]
    if login.phone_number is not None:
        actions.append(GuestRow.phone_number.set(login.phone_number))
    if login.nickname is not None:
        actions.append(GuestRow.nickname.set(login.nickname))
    return actions


def log_in_known(login: Login, now: datetime) -> Guest | None:
    """Record the first login in this hour of a known guest; None if it is another login."""
    row = GuestRow(login.user_id)
    first = GuestRow.login_hour.does_not_exist() | (GuestRow.login_hour != hour_of(now))
    noted = holds(lambda: row.update(actions=_login_actions(login, now, 1), condition=_IS_KNOWN & first))
    return row.to_domain() if noted else None


def log_in_once_more(login: Login, at_most: int, now: datetime) -> Guest | None:
    """Record a further login in this hour of a known guest; None if there were ``at_most`` already."""
    row = GuestRow(login.user_id)
    in_this_hour = (GuestRow.login_hour == hour_of(now)) & (GuestRow.logins < at_most)
    actions = _login_actions(login, now, GuestRow.logins + 1)
    noted = holds(lambda: row.update(actions=actions, condition=_IS_KNOWN & in_this_hour))
    return row.to_domain() if noted else None


def log_in_again(transaction: Transaction, login: Login, before: Guest, now: datetime) -> None:
    """Record another login of a known guest; fails as ``known`` if the row has changed since it was read."""
    logins = before.logins + 1 if before.login_hour == hour_of(now) else 1
    actions = _login_actions(login, now, logins)
    transaction.update(KNOWN, GuestRow(login.user_id), actions, _IS_KNOWN & (GuestRow.version == before.version))


def log_in_first(transaction: Transaction, login: Login, version: int, now: datetime) -> None:
    """Record the guest's first login as this ``version`` of the row; fails as ``first_login`` if there was one."""
    before = GuestRow.version.does_not_exist() if version == 1 else GuestRow.version == version - 1
    actions = [*_login_actions(login, now, 1), GuestRow.known.set(True)]
    if login.generation > 1:
        actions += [GuestRow.generation.set(login.generation), GuestRow.first_id.set(login.first_id)]
    stays = GuestRow.known.does_not_exist() & GuestRow.deleted_at.does_not_exist()
    transaction.update(FIRST_LOGIN, GuestRow(login.user_id), actions, stays & before)


def hold_nights(
    transaction: Transaction, user_id: str, room_nights: int, at_most: int, levels: Sequence[Level] = ()
) -> None:
    """Count the room-nights of an unpaid booking. Fails as ``held`` if all together would be more than ``at_most``.

    So it does if the guest's level is none of these, where some are given.
    """
    few = GuestRow.held.does_not_exist() | (GuestRow.held <= at_most - room_nights)
    allowed = GuestRow.user_id.exists() & few
    condition = allowed & GuestRow.level.is_in(*levels) if levels else allowed
    transaction.update(HELD, GuestRow(user_id), [GuestRow.held.add(room_nights)], condition)


def must_have_level(transaction: Transaction, user_id: str, levels: Sequence[Level]) -> None:
    """Check that the guest's level is one of these, all above a member's. Fails as ``level``."""
    transaction.check(LEVEL, GuestRow, (user_id,), GuestRow.level.is_in(*levels))


def hold_more(transaction: Transaction, user_id: str, room_nights: int) -> None:
    """Count room-nights that staff let an unpaid booking hold: there is no bound, and it always holds."""
    transaction.update(HELD, GuestRow(user_id), [GuestRow.held.add(room_nights)], GuestRow.user_id.exists())


def release_nights(transaction: Transaction, user_id: str, room_nights: int) -> None:
    """Count them no more: it is paid, its guest has come or it has ended. Fails as ``held`` if they did not count."""
    transaction.update(HELD, GuestRow(user_id), [GuestRow.held.add(-room_nights)], GuestRow.held >= room_nights)


def with_phone(phone_number: str) -> Iterator[str]:
    """Returns the ids of the guests with this phone number (at most a few)."""
    for row in GuestRow.by_phone.query(phone_number):
        yield row.user_id


def must_stay(transaction: Transaction, user_id: str) -> None:
    """Check that the account is open. Fails as ``guest`` if there is none, or if it is deleted."""
    is_open = GuestRow.user_id.exists() & GuestRow.deleted_at.does_not_exist()
    transaction.check(GUEST, GuestRow, (user_id,), is_open)


def reset_first_login(transaction: Transaction, user_id: str) -> None:
    """Let the guest's next login count as a first one."""
    transaction.update(GUEST, GuestRow(user_id), [GuestRow.known.remove()], GuestRow.user_id.exists())
