"""How values of every domain look in JSON: moments and amounts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from posthouse.domain.money import Money


def rfc3339(moment: datetime) -> str:
    """A timestamp in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def fen_or_none(money: Money | None) -> int | None:
    """The amount in fen; None where there is none."""
    return None if money is None else money.fen
