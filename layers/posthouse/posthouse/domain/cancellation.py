"""Cancelling a stay: until when it is free, and what fee the hotel keeps."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from posthouse.domain.money import ZERO, Money
from posthouse.domain.refusal import Refusal
from posthouse.domain.stay import Stay
from posthouse.domain.value import Value

if TYPE_CHECKING:
    from posthouse.domain.days import HotelClock


class NotCancellable(Refusal):
    """The guest cannot cancel the order: it is too late, or its payment has just come in."""

    status: str
    reason: str

    @property
    def explanation(self) -> str:
        return f"The order is {self.status} and cannot be cancelled: {self.reason}."


class CancelRule(Value):
    """The rule of a booking: cancelling is free until ``free_hours`` before arrival, then costs ``fee_bp``.

    Without ``free_hours`` it is never free. A deposit (``deposit_bp`` of what is payable) is kept at least.
    """

    free_hours: int | None
    fee_bp: int
    deposit_bp: int = 0

    def free_until(self, check_in: date, clock: HotelClock) -> datetime | None:
        """Returns the last moment (UTC) at which cancelling is free: so many hours before the hotel's check-in time.

        None if it is never free. Without a fee it stays free as long as it is possible (``cancellable_until``).
        """
        return None if self.free_hours is None else clock.arrival(check_in) - timedelta(hours=self.free_hours)

    def fee(self, stay: Stay, clock: HotelClock, payable: Money, now: datetime) -> Money | None:
        """Returns the fee that the hotel keeps of ``payable``, half a fen rounded up; None if cancelling is free."""
        free_until = self.free_until(stay.check_in, clock)
        if max(self.fee_bp, self.deposit_bp) == 0 or (free_until is not None and now <= free_until):
            return None
        return self.late_fee(payable)

    def late_fee(self, payable: Money) -> Money:
        """Returns the fee once cancelling is not free any more, and if the guest does not come."""
        return payable.share(max(self.fee_bp, self.deposit_bp))


def kept_of(fee: Money, paid: Money, owed: Money) -> Money:
    """Returns what the hotel keeps of a stay that is cancelled, or whose guest did not come.

    It is the fee by the rule, but never more than was ``paid`` and has not gone back. What is still ``owed`` of refunds
    that failed counts as gone back.
    """
    return max(min(fee, paid - owed), ZERO)


def cancellable_until(check_in: date, clock: HotelClock) -> datetime:
    """Returns the moment (UTC) from which the guest cannot cancel any more: the end of the arrival's business date."""
    return clock.end_of(check_in)
