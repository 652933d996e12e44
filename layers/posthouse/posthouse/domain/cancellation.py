"""Cancelling a stay: until when it is free, and what fee the hotel keeps."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from posthouse.domain.money import ZERO, Money
from posthouse.domain.refusal import Refusal
from posthouse.domain.stay import Stay
from posthouse.domain.value import Value

ARRIVAL = time(14)
"""When a guest is expected on the arrival day, on the hotel's clock (docs/decisions/0010-cancelling-a-stay.md)."""


class NotCancellable(Refusal):
    """The guest cannot cancel the order: it is too late, or its payment has just come in."""

    status: str
    reason: str

    @property
    def explanation(self) -> str:
        return f"The order is {self.status} and cannot be cancelled: {self.reason}."


class CancelRule(Value):
    """The rule of a booking: cancelling is free until ``free_hours`` before arrival, then costs ``fee_bp``."""

    free_hours: int
    fee_bp: int

    def free_until(self, stay: Stay, time_zone: str) -> datetime:
        """Returns the last moment (UTC) at which cancelling is free."""
        return _arrival(stay, time_zone) - timedelta(hours=self.free_hours)

    def fee(self, stay: Stay, time_zone: str, paid: Money, now: datetime) -> Money | None:
        """Returns the fee that the hotel keeps of ``paid`` (half a fen is rounded up); None if cancelling is free."""
        if self.fee_bp == 0 or now <= self.free_until(stay, time_zone):
            return None
        return paid.share(self.fee_bp)


def back_on_cancel(paid: Money, promised: Money, fee: Money | None) -> Money:
    """Returns how much of a payment has to go back in all when its stay is cancelled.

    ``promised`` went back before, is on its way or is owed. It counts against what the rule gives back: the hotel keeps
    its fee, but never more than what was paid and has not been promised. No fee: all goes back.
    """
    return max(paid - (fee or ZERO), promised)


def _arrival(stay: Stay, time_zone: str) -> datetime:
    # In UTC, so that the hours before it are right when the clocks change.
    return datetime.combine(stay.check_in, ARRIVAL, ZoneInfo(time_zone)).astimezone(UTC)
