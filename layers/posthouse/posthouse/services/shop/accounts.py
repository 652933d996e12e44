"""Changes of guests' accounts by staff."""

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
    """A change that staff request. ``caller_key`` is its Idempotency-Key, ``body_hash`` the hash of its body."""

    user_id: str
    account: Account
    change: int
    reason: str
    caller_key: str
    body_hash: str


def change_account(request: AccountChange, caller: Principal, step: Step) -> AccountEntry | Refusal:
    """Change an account, once for each Idempotency-Key; it never goes below zero."""
    for _ in range(ATTEMPTS):
        made = _made_before(request)
        if made is not None:
            return made
        guest = guests.find(request.user_id)  # also one who has left: a refund to their balance is paid out by hand
        if guest is None:
            return NotFound("guest")
        before = guest.balance if request.account is Account.BALANCE else guest.points
        after_all = before + request.change
        if after_all < 0 or (request.change > 0 and after_all > MOST):
            # The first request with the same key may have committed between our reads: then its entry is returned.
            return _made_before(request) or InsufficientBalance(request.account, before, request.change)
        entry = AccountEntry(
            user_id=request.user_id,
            entry_id=step.new_ulid(),
            account=request.account,
            change=request.change,
            after=before + request.change,
            reason=request.reason,
            actor=caller.subject,
            order_no=None,
            at=step.now,
        )
        transaction = Transaction()
        idempotency.claim(transaction, request.caller_key, request.body_hash, entry.entry_id, step.now)
        accounts.change(transaction, entry)
        was, after = (
            {request.account: before},
            {request.account: entry.after, "change": request.change, "reason": request.reason},
        )
        record(
            transaction,
            step.actor(caller.subject),
            f"change_{request.account}",
            request.user_id,
            before=was,
            after=after,
        )
        if transaction.commit() is None:
            return entry
    raise busy(request.user_id)


def _made_before(request: AccountChange) -> AccountEntry | Refusal | None:
    """Returns the entry that the first request with the key made, a refusal if its body was another, or None."""
    entry_id = idempotency.result_for(request.caller_key, request.body_hash)
    if entry_id is None or isinstance(entry_id, Refusal):
        return entry_id
    return accounts.get_entry(request.user_id, request.account, entry_id) or NotFound("guest")
