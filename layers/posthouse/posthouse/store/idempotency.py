"""Idempotency keys: which id a caller's key led to. Written in the same transaction as what the key creates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.personal_data import expires
from posthouse.domain.refusal import IdempotencyKeyReused
from posthouse.store.table import TableMeta, TableName

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

KEPT = timedelta(days=7)

CONDITION = "idempotency"
"""The name of the condition that fails when the key has been used."""


class IdempotencyRow(Model):
    """A used key of one caller."""

    class Meta(TableMeta):
        table_name = TableName("idempotency")
        personal = expires("7 days", caller_key="user id")

    caller_key = UnicodeAttribute(hash_key=True)
    body_hash = UnicodeAttribute()
    result_id = UnicodeAttribute()
    expires_at = TTLAttribute()


def claim(transaction: Transaction, caller_key: str, body_hash: str, result_id: str, now: datetime) -> None:
    """Use up the key if the transaction commits."""
    row = IdempotencyRow(caller_key, body_hash=body_hash, result_id=result_id, expires_at=now + KEPT)
    transaction.put(CONDITION, row, IdempotencyRow.caller_key.does_not_exist())


def release(transaction: Transaction, caller_key: str, result_id: str) -> None:
    """Free a key again if what it led to came to nothing; fails as ``idempotency`` if it leads elsewhere."""
    ours = IdempotencyRow.result_id == result_id
    transaction.delete(CONDITION, IdempotencyRow(caller_key), IdempotencyRow.caller_key.does_not_exist() | ours)


def find(caller_key: str) -> IdempotencyRow | None:
    """The key's row if it has been used."""
    try:
        return IdempotencyRow.get(caller_key, consistent_read=True)
    except IdempotencyRow.DoesNotExist:
        return None


def result_of(row: IdempotencyRow, body_hash: str) -> str | IdempotencyKeyReused:
    """The id that the key led to, if the body is the same."""
    return row.result_id if row.body_hash == body_hash else IdempotencyKeyReused()
