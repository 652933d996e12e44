"""Whether a token of staff has ended early, because its account was changed or disabled.

Each environment reads the list of these accounts anew every 30 seconds at most, and only for callers who are staff. If
the list cannot be read, the last one counts until it is a minute old; then no staff are let in (503).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from posthouse.domain.value import Value
from posthouse.entry.logs import logger
from posthouse.store import ended_tokens
from posthouse.store.transaction import passes

if TYPE_CHECKING:
    from posthouse.domain.ended_tokens import EndedTokens
    from posthouse.domain.identity import Principal

READ_EVERY_SECONDS = 30.0
"""How old the list may be before it is read again."""

USED_FOR_SECONDS = 60.0
"""How long a list is used that cannot be read again: a token ends within this time of the change, or nobody gets in."""

AGAIN_SECONDS = 5.0
"""How soon the list is read again after a failure."""


class _Known(Value):
    ended: EndedTokens
    read_at: float
    due_at: float

    def is_used_at(self, now: float) -> bool:
        return self.read_at <= now < self.due_at  # a clock may be set back


_known: list[_Known] = []


def has_ended(caller: Principal) -> bool:
    """Whether the caller's token has ended. Raises the fault of the store if nobody can tell."""
    now = time.time()
    if not _known or not _known[0].is_used_at(now):
        _known[:] = [_read(now)]
    return _known[0].ended.include(caller)


def _read(now: float) -> _Known:
    try:
        return _Known(ended_tokens.read(), now, now + READ_EVERY_SECONDS)
    except Exception as fault:
        last = _known[0] if _known else None
        if last is None or not passes(fault) or not last.read_at <= now < last.read_at + USED_FOR_SECONDS:
            raise
        logger.warning("the list of ended tokens cannot be read", exc_info=fault)
        return _Known(last.ended, last.read_at, min(now + AGAIN_SECONDS, last.read_at + USED_FOR_SECONDS))


def forget_ended_tokens() -> None:
    """Empty the cache, as in a new execution environment. For tests."""
    _known.clear()
