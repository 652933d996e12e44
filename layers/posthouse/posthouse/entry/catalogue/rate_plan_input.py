"""Inputs of rate plans: to create and to change them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from posthouse.domain.level import Level
from posthouse.domain.rate_plan import Cancelling, DaysAhead, PayWhen, RatePlan
from posthouse.domain.stay import MAX_DAYS_AHEAD, MAX_NIGHTS
from posthouse.entry.fields import MAX_FEN, Name
from posthouse.entry.inputs import Input

AdjustmentBp = Annotated[int, Meta(ge=-9_999, le=100_000)]
Adjustment = Annotated[int, Meta(ge=-MAX_FEN, le=MAX_FEN)]
DepositBp = Annotated[int, Meta(ge=1, le=9_999)]
DaysBefore = Annotated[int, Meta(ge=0, le=MAX_DAYS_AHEAD)]
Weekday = Annotated[int, Meta(ge=1, le=7)]
FreeCancelHours = Annotated[int, Meta(ge=0, le=8_760)]


class DaysAheadInput(Input):
    """How many days before the arrival the plan can be booked."""

    min: DaysBefore | None = None
    max: DaysBefore | None = None


class RatePlanInput(Input):
    """The fields of a new rate plan. Without ``free_cancel_hours`` the room type's hold; null is never free."""

    name: Name
    breakfasts: Annotated[int, Meta(ge=0, le=20)]
    cancel_fee_bp: Annotated[int, Meta(ge=0, le=10_000)]
    payment: PayWhen
    adjustment_bp: AdjustmentBp = 0
    adjustment: Adjustment = 0
    free_cancel_hours: FreeCancelHours | UnsetType | None = UNSET
    min_stay: Annotated[int, Meta(ge=1, le=MAX_NIGHTS)] | None = None
    days_ahead: DaysAheadInput | None = None
    weekdays: Annotated[tuple[Weekday, ...], Meta(max_length=7)] | None = None
    min_level: Level | None = None
    deposit_bp: DepositBp | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    enabled: bool = True

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        if self.weekdays is not None and len(set(self.weekdays)) < len(self.weekdays):
            yield "weekdays", "must name each day once"

    def to_plan(self, room_id: str, rate_plan_id: str, version: int) -> RatePlan:
        """Returns the rate plan in the given version."""
        hours, cancelling = _cancelling(self.free_cancel_hours)
        ahead = self.days_ahead or DaysAheadInput()
        return RatePlan(
            rate_plan_id=rate_plan_id,
            room_id=room_id,
            name=self.name,
            breakfasts=self.breakfasts,
            cancel_fee_bp=self.cancel_fee_bp,
            payment=self.payment,
            adjustment_bp=self.adjustment_bp,
            adjustment=self.adjustment,
            cancelling=cancelling,
            free_cancel_hours=hours,
            min_stay=self.min_stay,
            days_ahead=DaysAhead(ahead.min, ahead.max),
            weekdays=tuple(sorted(self.weekdays or ())),
            min_level=self.min_level,
            deposit_bp=self.deposit_bp,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            enabled=self.enabled,
            version=version,
        )


def _cancelling(sent: int | UnsetType | None) -> tuple[int | None, Cancelling]:
    if sent is UNSET:
        return None, Cancelling.AS_ROOM
    return (None, Cancelling.NEVER_FREE) if sent is None else (sent, Cancelling.HOURS)
