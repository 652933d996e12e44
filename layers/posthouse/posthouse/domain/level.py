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


HIGHEST = list(Level)[-1]
"""What the desk may sell: who stands there is a matter of the desk."""


def levels_from(asked: Level) -> tuple[Level, ...]:
    """Returns the levels that have what is offered from this one on."""
    return tuple(level for level in Level if reaches(level, asked))


def reaches(level: Level | None, asked: Level | None) -> bool:
    """Whether a guest of this level has what is offered from another level on; None is nobody, and asks for nobody."""
    return asked is None or (level is not None and _ORDER[level] >= _ORDER[asked])
