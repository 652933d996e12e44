"""JSON forms of values that every domain uses: timestamps and amounts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from posthouse.domain.money import Money


def rfc3339(moment: datetime) -> str:
    """Returns a timestamp in UTC, with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def rfc3339_or_none(moment: datetime | None) -> str | None:
    """Returns a timestamp; None for None."""
    return None if moment is None else rfc3339(moment)


def fen_or_none(money: Money | None) -> int | None:
    """Returns the amount in fen; None for None."""
    return None if money is None else money.fen
