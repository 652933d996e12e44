"""Idempotency keys: the id that a caller's key led to, written in the same transaction as what the key creates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.personal_data import expires
from posthouse.domain.refusal import IdempotencyKeyReused
from posthouse.domain.value import Value
from posthouse.store.table import TableMeta, TableName
from posthouse.store.transaction import REQUEST

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

KEPT = timedelta(days=7)

CONDITION = "idempotency"
"""The name of the condition that a key is new."""


class Claim(Value):
    """The key that a request brings although its route does not require one, and the hash of its body."""

    caller_key: str
    body_hash: str


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
    """Use a key. Fails as ``idempotency`` if it was used before."""
    row = IdempotencyRow(caller_key, body_hash=body_hash, result_id=result_id, expires_at=now + KEPT)
    transaction.put(CONDITION, row, IdempotencyRow.caller_key.does_not_exist())


def claim_request(transaction: Transaction, claimed: Claim, target: str, now: datetime) -> None:
    """Use the key of a request for its change of ``target``; the commit raises KeyTaken if it was used before."""
    row = IdempotencyRow(claimed.caller_key, body_hash=claimed.body_hash, result_id=target, expires_at=now + KEPT)
    transaction.put(REQUEST, row, IdempotencyRow.caller_key.does_not_exist())


def release(transaction: Transaction, caller_key: str, result_id: str) -> None:
    """Release a key whose order was undone. Fails as ``idempotency`` if it led to another id."""
    ours = IdempotencyRow.result_id == result_id
    transaction.delete(CONDITION, IdempotencyRow(caller_key), IdempotencyRow.caller_key.does_not_exist() | ours)


def find(caller_key: str) -> IdempotencyRow | None:
    """Returns the row of a key that was used."""
    try:
        return IdempotencyRow.get(caller_key, consistent_read=True)
    except IdempotencyRow.DoesNotExist:
        return None


def result_for(caller_key: str, body_hash: str) -> str | IdempotencyKeyReused | None:
    """Returns the id that a key led to, a refusal if the body was another, None if the key is new."""
    row = find(caller_key)
    return None if row is None else result_of(row, body_hash)


def result_of(row: IdempotencyRow, body_hash: str) -> str | IdempotencyKeyReused:
    """Returns the id that a key led to, or a refusal if the body was another."""
    return row.result_id if row.body_hash == body_hash else IdempotencyKeyReused()
