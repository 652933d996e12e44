"""The clock and the source of ids, in one place so that tests can fix both."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from posthouse.services.step import Step


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def new_ulid() -> str:
    """A new ULID: sortable by time, unguessable enough not to collide."""
    from ulid import ULID  # 19 ms of CPU that functions which only read can do without

    return str(ULID())


def new_nonce() -> str:
    """32 random hexadecimal digits."""
    return secrets.token_hex(16)


def step(correlation_id: str) -> Step:
    """A step that runs now."""
    return Step(now(), new_ulid, correlation_id)
