"""Staff accounts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.attributes import JSONAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from posthouse.domain.identity import Role, StaffAccount
from posthouse.domain.personal_data import NOTHING
from posthouse.store.conditional import holds
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

STAFF = "staff"
"""The name of the condition that a member of staff is new."""

NO_ADMIN = "first_admin"
"""The name of the condition that there is no admin yet."""

ATTEMPTS_BEFORE_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)

FIRST_ADMIN = "#first-admin"
"""The row that exists after the first admin was created. No username can begin with #."""


class StaffRow(Model):
    """One account."""

    class Meta(TableMeta):
        table_name = TableName("staff")
        personal = NOTHING

    username = UnicodeAttribute(hash_key=True)
    role = UnicodeAttribute()
    hotel_ids = JSONAttribute()
    password_hash = UnicodeAttribute()
    failures = IntAttribute(null=True)
    last_attempt_at = TimeAttribute(null=True)
    created_at = TimeAttribute()

    def to_domain(self) -> StaffAccount:
        return StaffAccount(
            username=self.username,
            role=Role(self.role),
            hotel_ids=frozenset(self.hotel_ids),
            password_hash=self.password_hash,
        )


def get(username: str) -> StaffAccount | None:
    """Returns the account with this name, or None."""
    if username.startswith("#"):
        return None
    try:
        return StaffRow.get(username, consistent_read=True).to_domain()
    except StaffRow.DoesNotExist:
        return None


def create(transaction: Transaction, account: StaffAccount, now: datetime) -> None:
    """Create an account; fails as ``staff`` if the name is taken."""
    row = StaffRow(
        account.username,
        role=account.role,
        hotel_ids=sorted(account.hotel_ids),
        password_hash=account.password_hash,
        created_at=now,
    )
    transaction.put(STAFF, row, StaffRow.username.does_not_exist())


def claim_first_admin(transaction: Transaction, username: str, now: datetime) -> None:
    """Mark that the deployment has its first admin; fails as ``first_admin`` if it had one before."""
    row = StaffRow(FIRST_ADMIN, role=Role.ADMIN, hotel_ids=[], password_hash=f"see {username}", created_at=now)
    transaction.put(NO_ADMIN, row, StaffRow.username.does_not_exist())


def count_attempt(username: str, now: datetime) -> datetime | None:
    """Count a login before its password is checked, so that parallel guesses are counted too.

    Returns None if the login may continue, otherwise the time until which the account is locked. Five attempts without
    a success lock it for 15 minutes after the last attempt.
    """
    row = StaffRow(username)
    known = StaffRow.username.exists()
    free = StaffRow.failures.does_not_exist() | (StaffRow.failures < ATTEMPTS_BEFORE_LOCK)
    counted: list[Action] = [StaffRow.failures.add(1), StaffRow.last_attempt_at.set(now)]
    if holds(lambda: row.update(actions=counted, condition=known & free)):
        return None
    waited = StaffRow.last_attempt_at <= now - LOCKED_FOR
    again: list[Action] = [StaffRow.failures.set(1), StaffRow.last_attempt_at.set(now)]
    if holds(lambda: row.update(actions=again, condition=known & waited)):
        return None
    locked = StaffRow.get(username, consistent_read=True)
    return (locked.last_attempt_at or now) + LOCKED_FOR


def note_success(username: str) -> None:
    """Reset the count of attempts after a successful login."""
    row = StaffRow(username)
    holds(lambda: row.update(actions=[StaffRow.failures.remove()], condition=StaffRow.username.exists()))
