"""Account deletion: one transaction closes the account; a scheduled function erases the personal data page by page."""

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
from posthouse.store import account_deletions, allowances, guests, unionids
from posthouse.store.account_deletions import Part, Progress
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Guest

ORDERS_NAMED = 10
"""How many open orders a refusal lists."""

PAGE = 25
"""Orders of one page: the progress is saved after each page."""

TOKENS_ARE_DEAD = GUEST_TOKEN_LIFE + timedelta(hours=1)
"""After this time no token from before the deletion is valid, so no new data can appear."""

LOOK_AGAIN = timedelta(hours=6)
"""How soon orders that were still open are checked again."""

_ERASE = {
    Part.BOOKINGS: account_deletions.erase_bookings,
    Part.ORDERS: account_deletions.erase_orders,
    Part.MESSAGES: account_deletions.erase_messages,
    Part.NOTES: account_deletions.erase_notes,
}


class ErasureIncomplete(Exception):
    """The data of some deleted accounts could not be erased; the data of the others was."""


def delete_account(user_id: str, step: Step) -> Guest | NotFound | OrdersOpen | BalanceLeft | TooManyRequests:
    """Close a guest's account; a closed one stays closed. Refused while orders are open or the balance is not zero.

    A returned guest cannot delete the new account while tokens of the old one are valid. Otherwise one person could act
    as several guests at once.
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
        unionids.leave(transaction, guest)
        allowances.close(transaction, user_id, step.now, TOKENS_ARE_DEAD)
        if transaction.commit() is None:
            return guest
    raise busy(user_id)


def erase_each(user_ids: Iterable[str], has_time: Callable[[], bool], step: Step) -> int:
    """Erase the personal data of deleted accounts. Returns how many are done for now.

    A fault with one account does not stop the others. Raises ErasureIncomplete at the end if there was a fault.
    """
    done = 0
    faults: list[Exception] = []
    for user_id in user_ids:
        try:
            done += erase(user_id, has_time, step)
        except Exception as fault:  # noqa: BLE001 - the other accounts come first
            faults.append(fault)
    if faults:
        first = faults[0]
        raise ErasureIncomplete(f"{len(faults)} accounts could not be erased, the first: {first!r}") from first
    return done


def erase(user_id: str, has_time: Callable[[], bool], step: Step) -> bool:
    """Erase the personal data of one deleted account while there is time. Returns True if nothing is left for now.

    It may stop anywhere: the progress is saved after each page, and erasing a page twice changes nothing.
    """
    while has_time():
        was = account_deletions.progress_of(user_id)
        if was is None:
            return True
        page = _ERASE[was.part](user_id, PAGE, was.position)
        seen = replace(was, position=page.position, waits=was.waits or not all(page.items))
        following = _after(seen)
        if following is not None:
            account_deletions.note_progress(was, following)
            continue
        _end(seen, step)
        return True
    return False


def _after(seen: Progress) -> Progress | None:
    """Returns the progress after a page; None at the end of the last part."""
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
