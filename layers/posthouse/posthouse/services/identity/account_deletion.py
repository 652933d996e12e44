"""A guest leaves: the account is closed in one transaction, and forgotten page by page by whoever runs next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.identity import GUEST_TOKEN_LIFE, BalanceLeft, OrdersOpen
from posthouse.domain.limit import TooManyRequests
from posthouse.domain.refusal import NotFound
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import account_deletions, allowances, guests
from posthouse.store.account_deletions import Part, Progress
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Guest

ORDERS_NAMED = 10
"""How many open orders a refusal names."""

PAGE = 25
"""Orders whose guest is forgotten between two notes of how far it has come."""

TOKENS_ARE_DEAD = GUEST_TOKEN_LIFE + timedelta(hours=1)
"""After so long nothing can have been added by a token that was given out before the guest left."""

LOOK_AGAIN = timedelta(hours=6)
"""When to look again at orders that had not come to their end."""

_FORGET = {
    Part.BOOKINGS: account_deletions.forget_bookings,
    Part.ORDERS: account_deletions.forget_orders,
    Part.MESSAGES: account_deletions.forget_messages,
}


class ForgettingIncomplete(Exception):
    """Some who have left could not be forgotten; the others were."""


def delete_account(user_id: str, step: Step) -> Guest | NotFound | OrdersOpen | BalanceLeft | TooManyRequests:
    """Close a guest's account; that it is closed already is fine. Refused while anybody owes anybody something.

    Who came back may leave again when no token of the account before is alive: nobody is many guests at once.
    """
    for _ in range(ATTEMPTS):
        guest = guests.find(user_id)
        if guest is None:
            return NotFound("guest")
        if guest.deleted_at is not None:
            return guest
        alive = guest.created_at + TOKENS_ARE_DEAD - step.now
        if guest.generation > 1 and alive > timedelta(0):
            return TooManyRequests("account_deletions", ceil(alive.total_seconds()))
        waiting = account_deletions.open_orders_of(user_id, ORDERS_NAMED)
        if waiting:
            return OrdersOpen(tuple(waiting))
        if guest.balance:
            return BalanceLeft(guest.balance)
        transaction = Transaction()
        account_deletions.close_account(transaction, guest, guest.first_id, step.now)
        allowances.close(transaction, user_id, step.now, TOKENS_ARE_DEAD)
        if transaction.commit() is None:
            return guest
    raise busy(user_id)


def forget_each(user_ids: Iterable[str], has_time: Callable[[], bool], step: Step) -> int:
    """Go on forgetting guests who have left; answers how many are done for now. One holds back none of the others.

    Raises ForgettingIncomplete at the end, where a fault was met.
    """
    done = 0
    faults: list[Exception] = []
    for user_id in user_ids:
        try:
            done += forget(user_id, has_time, step)
        except Exception as fault:  # noqa: BLE001 - whatever it was, the others come first
            faults.append(fault)
    if faults:
        first = faults[0]
        raise ForgettingIncomplete(f"{len(faults)} could not be forgotten, the first: {first!r}") from first
    return done


def forget(user_id: str, has_time: Callable[[], bool], step: Step) -> bool:
    """Go on forgetting a guest who has left, while there is time; True if nothing is left to do for now.

    Each page is done before it is noted, and doing it again changes nothing: it may break off anywhere.
    """
    while has_time():
        was = account_deletions.progress_of(user_id)
        if was is None:
            return True
        page = _FORGET[was.part](user_id, PAGE, was.position)
        seen = replace(was, position=page.position, waits=was.waits or not all(page.items))
        following = _after(seen)
        if following is not None:
            account_deletions.note_progress(was, following)
            continue
        _end(seen, step)
        return True
    return False


def _after(seen: Progress) -> Progress | None:
    """What comes after a page; None at the end of the last part."""
    if seen.position is not None:
        return seen
    parts = list(Part)
    number = parts.index(seen.part) + 1
    return replace(seen, part=parts[number]) if number < len(parts) else None


def _end(seen: Progress, step: Step) -> None:
    dead = seen.deleted_at + TOKENS_ARE_DEAD
    if step.now < dead:
        account_deletions.look_again_at(seen, dead)
    elif seen.waits:
        account_deletions.look_again_at(seen, step.now + LOOK_AGAIN)
    else:
        account_deletions.finish(seen)
