"""Guests' accounts: what staff put on them or take off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.account import MOST, Account, AccountEntry, InsufficientBalance
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.value import Value
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import accounts, guests, idempotency
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal


class AccountChange(Value):
    """What staff ask for. ``caller_key`` and ``body_hash`` stand for the Idempotency-Key and what came with it."""

    user_id: str
    account: Account
    change: int
    reason: str
    caller_key: str
    body_hash: str


def change_account(wish: AccountChange, caller: Principal, step: Step) -> AccountEntry | Refusal:
    """Change an account, once for each key; it never goes below nothing."""
    for _ in range(ATTEMPTS):
        used = idempotency.find(wish.caller_key)
        if used is not None:
            entry_id = idempotency.result_of(used, wish.body_hash)
            if isinstance(entry_id, Refusal):
                return entry_id
            return accounts.get_entry(wish.user_id, wish.account, entry_id) or NotFound("guest")
        guest = guests.find(wish.user_id)  # what came back to one who has left is paid out by hand
        if guest is None:
            return NotFound("guest")
        before = guest.balance if wish.account is Account.BALANCE else guest.points
        if not 0 <= before + wish.change <= MOST:
            return InsufficientBalance(wish.account, before, wish.change)
        entry = AccountEntry(
            user_id=wish.user_id,
            entry_id=step.new_ulid(),
            account=wish.account,
            change=wish.change,
            after=before + wish.change,
            reason=wish.reason,
            actor=caller.subject,
            order_no=None,
            at=step.now,
        )
        transaction = Transaction()
        idempotency.claim(transaction, wish.caller_key, wish.body_hash, entry.entry_id, step.now)
        accounts.change(transaction, entry)
        was, after = {wish.account: before}, {wish.account: entry.after, "change": wish.change, "reason": wish.reason}
        record(transaction, step.actor(caller.subject), f"change_{wish.account}", wish.user_id, before=was, after=after)
        if transaction.commit() is None:
            return entry
    raise busy(wish.user_id)
