"""The levels of guests, from the lowest to the highest."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """A level. Every guest who has logged in is a ``member``."""

    MEMBER = "member"
    SILVER = "silver"
    GOLD = "gold"
    DIAMOND = "diamond"


_ORDER = {level: place for place, level in enumerate(Level)}


def reaches(level: Level | None, asked: Level | None) -> bool:
    """Whether a guest of this level has what is offered from another level on; None is nobody, and asks for nobody."""
    return asked is None or (level is not None and _ORDER[level] >= _ORDER[asked])
