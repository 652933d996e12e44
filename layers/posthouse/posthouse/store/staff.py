"""Staff accounts."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.attributes import JSONAttribute, UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.identity import Role, StaffAccount
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute
from posthouse.store.transaction import Transaction

FAILURES_BEFORE_LOCK = 5
LOCKED_FOR = timedelta(minutes=15)

FIRST_ADMIN = "#first-admin"
"""The row that exists once a deployment has its first admin; no username can begin with #."""


class StaffRow(Model):
    """One account."""

    class Meta(TableMeta):
        table_name = TableName("staff")

    username = UnicodeAttribute(hash_key=True)
    role = UnicodeAttribute()
    hotel_ids = JSONAttribute()
    password_hash = UnicodeAttribute()
    failures = IntAttribute(null=True)
    locked_until = TimeAttribute(null=True)
    created_at = TimeAttribute()

    def to_domain(self) -> StaffAccount:
        return StaffAccount(
            username=self.username,
            role=Role(self.role),
            hotel_ids=frozenset(self.hotel_ids),
            password_hash=self.password_hash,
            locked_until=self.locked_until,
        )


def get(username: str) -> StaffAccount | None:
    """The account of that name."""
    if username.startswith("#"):
        return None
    try:
        return StaffRow.get(username, consistent_read=True).to_domain()
    except StaffRow.DoesNotExist:
        return None


def create(transaction: Transaction, account: StaffAccount, now: datetime) -> None:
    """Add an account; fails as ``staff`` if the name is taken."""
    row = StaffRow(
        account.username,
        role=account.role,
        hotel_ids=sorted(account.hotel_ids),
        password_hash=account.password_hash,
        created_at=now,
    )
    transaction.put("staff", row, StaffRow.username.does_not_exist())


def claim_first_admin(transaction: Transaction, username: str, now: datetime) -> None:
    """Fails as ``first_admin`` if the deployment had its first admin before."""
    row = StaffRow(FIRST_ADMIN, role=Role.ADMIN, hotel_ids=[], password_hash=f"see {username}", created_at=now)
    transaction.put("first_admin", row, StaffRow.username.does_not_exist())


def note_failure(username: str, now: datetime) -> None:
    """Count a failed login; the fifth in a row locks the account for a quarter of an hour."""
    row = StaffRow(username)
    row.update(actions=[StaffRow.failures.add(1)], condition=StaffRow.username.exists())
    if row.failures is not None and row.failures >= FAILURES_BEFORE_LOCK:
        row.update(
            actions=[StaffRow.locked_until.set(now + LOCKED_FOR), StaffRow.failures.remove()],
            condition=StaffRow.failures >= FAILURES_BEFORE_LOCK,
        )


def note_success(username: str) -> None:
    """Forget the failed logins before this one."""
    StaffRow(username).update(
        actions=[StaffRow.failures.remove(), StaffRow.locked_until.remove()], condition=StaffRow.username.exists()
    )
