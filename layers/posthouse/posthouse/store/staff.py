"""Staff accounts, their failed logins, and the number of admins who can log in."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from pynamodb.attributes import BooleanAttribute, JSONAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from posthouse.domain.identity import ATTEMPTS_BEFORE_LOCK, LOCKED_FOR, Role, StaffAccount
from posthouse.domain.personal_data import NOTHING
from posthouse.store.conditional import holds
from posthouse.store.pointers import read_pointed_page
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.store.page import Page, Position
    from posthouse.store.transaction import Transaction

STAFF = "staff"
"""The name of the condition on an account's row: that it is new, or as it was read."""

NO_ADMIN = "first_admin"
"""The name of the condition that there is no admin yet."""

ADMINS = "admins"
"""The name of the condition that another enabled admin is left."""

FIRST_ADMIN = "#first-admin"
"""The row that exists after the first admin was created. No username can begin with #."""

ADMIN_COUNT = "#admins"
"""The row with the number of enabled admins. It changes in the transaction that changes an account."""

_LISTING = "staff"


class _Listed(GlobalSecondaryIndex["StaffRow"]):
    class Meta:
        index_name = "listed"
        projection = KeysOnlyProjection()

    listing = UnicodeAttribute(hash_key=True)
    username = UnicodeAttribute(range_key=True)


class StaffRow(Model):
    """One account. Only accounts have a ``listing``; the rows whose keys begin with # have none."""

    class Meta(TableMeta):
        table_name = TableName("staff")
        personal = NOTHING

    username = UnicodeAttribute(hash_key=True)
    listing = UnicodeAttribute(null=True)
    role = UnicodeAttribute()
    hotel_ids = JSONAttribute()
    password_hash = UnicodeAttribute()
    enabled = BooleanAttribute(default=True)
    version = IntAttribute(default=1)
    failures = IntAttribute(null=True)
    last_attempt_at = TimeAttribute(null=True)
    created_at = TimeAttribute()
    last_login_at = TimeAttribute(null=True)
    admins = IntAttribute(null=True)

    listed = _Listed()

    def to_domain(self) -> StaffAccount:
        return StaffAccount(
            username=self.username,
            role=Role(self.role),
            hotel_ids=frozenset(self.hotel_ids),
            password_hash=self.password_hash,
            created_at=self.created_at,
            enabled=self.enabled,
            version=self.version,
            last_login_at=self.last_login_at,
            failures=self.failures or 0,
            last_attempt_at=self.last_attempt_at,
        )


def get(username: str) -> StaffAccount | None:
    """Returns the account with this name, or None."""
    if username.startswith("#"):
        return None
    try:
        return StaffRow.get(username, consistent_read=True).to_domain()
    except StaffRow.DoesNotExist:
        return None


def list_accounts(limit: int, position: Position | None) -> Page[StaffAccount]:
    """Returns a page of all accounts, by username."""
    found = StaffRow.listed.query(_LISTING, page_size=limit + 1, last_evaluated_key=position)
    return read_pointed_page(found, StaffRow.to_domain, limit)


def create(transaction: Transaction, account: StaffAccount) -> None:
    """Create an account; fails as ``staff`` if the name is taken."""
    row = StaffRow(
        account.username,
        listing=_LISTING,
        role=account.role,
        hotel_ids=sorted(account.hotel_ids),
        password_hash=account.password_hash,
        created_at=account.created_at,
    )
    transaction.put(STAFF, row, StaffRow.username.does_not_exist())
    if account.is_admin_at_work:
        _count_admins(transaction, 1)


def claim_first_admin(transaction: Transaction, username: str, now: datetime) -> None:
    """Mark that the deployment has its first admin; fails as ``first_admin`` if it had one before."""
    row = StaffRow(FIRST_ADMIN, role=Role.ADMIN, hotel_ids=[], password_hash=f"see {username}", created_at=now)
    transaction.put(NO_ADMIN, row, StaffRow.username.does_not_exist())


def change(transaction: Transaction, read: StaffAccount, changed: StaffAccount) -> None:
    """Change an account's role, hotels, password, and whether it is enabled.

    Fails as ``staff`` if it changed since it was read, and as ``admins`` if no enabled admin would be left.
    """
    actions: list[Action] = [
        StaffRow.role.set(changed.role),
        StaffRow.hotel_ids.set(sorted(changed.hotel_ids)),
        StaffRow.enabled.set(changed.enabled),
        StaffRow.password_hash.set(changed.password_hash),
        StaffRow.version.set(changed.version),
    ]
    transaction.update(STAFF, StaffRow(read.username), actions, StaffRow.version == read.version)
    gained = changed.is_admin_at_work - read.is_admin_at_work
    if gained:
        _count_admins(transaction, gained)


def _count_admins(transaction: Transaction, gained: int) -> None:
    another_is_left = StaffRow.admins > -gained
    condition = another_is_left if gained < 0 else StaffRow.admins.does_not_exist() | another_is_left
    transaction.update(ADMINS, StaffRow(ADMIN_COUNT), [StaffRow.admins.add(gained)], condition)


def _is_open(now: datetime) -> Condition:
    """Returns the condition that an account is not locked."""
    few = StaffRow.failures.does_not_exist() | (StaffRow.failures < ATTEMPTS_BEFORE_LOCK)
    is_open: Condition = StaffRow.username.exists() & (few | _is_over(now))
    return is_open


def _is_over(now: datetime) -> Condition:
    return StaffRow.last_attempt_at <= now - LOCKED_FOR


def note_right_password(account: StaffAccount, now: datetime) -> bool:
    """Forget the failures of an account, and note the login if it is enabled. Returns False if it is locked by now."""
    actions: list[Action] = [StaffRow.failures.remove()]
    if account.enabled:
        actions.append(StaffRow.last_login_at.set(now))
    return holds(lambda: StaffRow(account.username).update(actions=actions, condition=_is_open(now)))


def note_wrong_password(username: str, now: datetime) -> bool:
    """Count a failure. Returns False if the account is locked by now: then the failure does not count.

    The first failure after a lock is over counts as the first of five.
    """
    row = StaffRow(username)
    few = StaffRow.failures.does_not_exist() | (StaffRow.failures < ATTEMPTS_BEFORE_LOCK)
    locked = StaffRow.failures >= ATTEMPTS_BEFORE_LOCK
    one_more: list[Action] = [StaffRow.failures.add(1), StaffRow.last_attempt_at.set(now)]
    the_first: list[Action] = [StaffRow.failures.set(1), StaffRow.last_attempt_at.set(now)]
    tries = ((one_more, few), (the_first, locked & _is_over(now)), (one_more, few))
    exists = StaffRow.username.exists()
    return any(holds(partial(row.update, actions=actions, condition=exists & fits)) for actions, fits in tries)


def locked_until(username: str, now: datetime) -> datetime:
    """Returns until when an account is locked that was found locked just now."""
    row = StaffRow.get(username, consistent_read=True)
    return (row.last_attempt_at or now) + LOCKED_FOR
