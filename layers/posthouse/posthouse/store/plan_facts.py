"""How a rate plan is stored: in its own row, short in the row of its hotel, and copied in the bookings of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from posthouse.domain.level import Level
from posthouse.domain.rate_plan import Cancelling, DaysAhead, PayWhen, RatePlan

SHORT = (
    "rate_plan_id",
    "name",
    "version",
    "breakfasts",
    "payment",
    "cancel_fee_bp",
    "cancelling",
    "adjustment_bp",
    "adjustment",
    "free_cancel_hours",
    "deposit_bp",
    "min_stay",
    "min_level",
    "least_ahead",
    "most_ahead",
    "weekdays",
    "valid_from",
    "valid_to",
)
"""The order of the short lists; what most plans do not have stands last. An enabled plan has no more."""


def plan_facts(plan: RatePlan) -> dict[str, Any]:
    """Returns all of a plan as JSON; None is what it does not have."""
    return {
        "rate_plan_id": plan.rate_plan_id,
        "room_id": plan.room_id,
        "name": plan.name,
        "breakfasts": plan.breakfasts,
        "cancel_fee_bp": plan.cancel_fee_bp,
        "payment": plan.payment,
        "adjustment_bp": plan.adjustment_bp,
        "adjustment": plan.adjustment,
        "cancelling": plan.cancelling,
        "free_cancel_hours": plan.free_cancel_hours,
        "min_stay": plan.min_stay,
        "least_ahead": plan.days_ahead.min,
        "most_ahead": plan.days_ahead.max,
        "weekdays": list(plan.weekdays) or None,
        "min_level": plan.min_level,
        "deposit_bp": plan.deposit_bp,
        "valid_from": None if plan.valid_from is None else plan.valid_from.isoformat(),
        "valid_to": None if plan.valid_to is None else plan.valid_to.isoformat(),
        "enabled": plan.enabled,
        "version": plan.version,
    }


def plan_of(facts: Mapping[str, Any]) -> RatePlan:
    """Returns a plan from its facts; those that it does not have may be missing."""
    level, begin, end = facts.get("min_level"), facts.get("valid_from"), facts.get("valid_to")
    return RatePlan(
        rate_plan_id=facts["rate_plan_id"],
        room_id=facts["room_id"],
        name=facts["name"],
        breakfasts=facts["breakfasts"],
        cancel_fee_bp=facts["cancel_fee_bp"],
        payment=PayWhen(facts["payment"]),
        adjustment_bp=facts["adjustment_bp"],
        adjustment=facts["adjustment"],
        cancelling=Cancelling(facts["cancelling"]),
        free_cancel_hours=facts.get("free_cancel_hours"),
        min_stay=facts.get("min_stay"),
        days_ahead=DaysAhead(facts.get("least_ahead"), facts.get("most_ahead")),
        weekdays=tuple(facts.get("weekdays") or ()),
        min_level=None if level is None else Level(level),
        deposit_bp=facts.get("deposit_bp"),
        valid_from=None if begin is None else date.fromisoformat(begin),
        valid_to=None if end is None else date.fromisoformat(end),
        enabled=facts.get("enabled", True),
        version=facts["version"],
    )


def short(plan: RatePlan) -> list[Any]:
    """Returns an enabled plan as a short list, without the empty end that most plans have."""
    facts = plan_facts(plan)
    listed = [facts[name] for name in SHORT]
    while listed[-1] is None:
        listed.pop()
    return listed


def plan_of_short(room_id: str, listed: Sequence[Any]) -> RatePlan:
    """Returns the plan of a room type from its short list."""
    return plan_of({"room_id": room_id, **dict(zip(SHORT, listed, strict=False))})
