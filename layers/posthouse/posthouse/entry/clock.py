"""The clock and the source of ids, in one place, so that tests can control both."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from posthouse.services.step import Step


def now() -> datetime:
    """Returns the present time in UTC."""
    return datetime.now(UTC)


def new_ulid() -> str:
    """Returns a new ULID: sortable by time, with 80 random bits."""
    from ulid import ULID  # takes 19 ms of CPU, which functions that only read do not need

    return str(ULID())


def new_nonce() -> str:
    """Returns 32 random hexadecimal digits."""
    return secrets.token_hex(16)


def step(correlation_id: str) -> Step:
    """Returns the context of a business step that runs now."""
    return Step(now(), new_ulid, correlation_id)
