"""How bounds and hours of a room type are stored: with the room type, with its hotel, and in the read models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from posthouse.domain.day_use import DayUse
from posthouse.domain.money import Money
from posthouse.domain.price import Occupancy

OCCUPANCY = ("max_adults", "max_children", "included_adults", "extra_adult_price", "extra_child_price")
"""The names of the attributes, in the order of the short lists of offers."""


def occupancy_of(facts: Mapping[str, Any]) -> Occupancy:
    """Returns the bounds from attributes; rows of older releases have none."""
    adult, child = facts.get("extra_adult_price"), facts.get("extra_child_price")
    return Occupancy(
        max_adults=facts.get("max_adults"),
        max_children=facts.get("max_children"),
        included_adults=facts.get("included_adults"),
        extra_adult_price=None if adult is None else Money(adult),
        extra_child_price=None if child is None else Money(child),
    )


def occupancy_facts(occupancy: Occupancy) -> dict[str, int | None]:
    """Returns the attributes: numbers of guests, and prices in fen."""
    adult, child = occupancy.extra_adult_price, occupancy.extra_child_price
    return {
        "max_adults": occupancy.max_adults,
        "max_children": occupancy.max_children,
        "included_adults": occupancy.included_adults,
        "extra_adult_price": None if adult is None else adult.fen,
        "extra_child_price": None if child is None else child.fen,
    }


def day_use_of(facts: Sequence[Any] | None) -> DayUse | None:
    """Returns a day use from its short list: hours, begin and end of the window."""
    return DayUse(*facts) if facts else None


def day_use_facts(day_use: DayUse | None) -> list[Any] | None:
    """Returns the short list of a day use."""
    return None if day_use is None else [day_use.hours, day_use.begin, day_use.end]
