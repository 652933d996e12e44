"""What many tests of a file begin with is arranged once in a process, and put back for each further test."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from tests.integration.house import House
from tests.integration.standing import Simulator
from tests.support.clock import go_to
from tests.support.moto_state import MotoState, moto_state, put_back

T = TypeVar("T")


@dataclass(frozen=True)
class _Arranged:
    """The state of AWS, WeChat, the clock and the house after the arrangement, and what it returned."""

    moto: MotoState
    wechat: bytes
    moment: datetime
    delivered: Counter[str]
    house: House
    made: Any


_ARRANGED: dict[tuple[str, Callable[..., Any]], _Arranged] = {}


def arranged(house: House, simulator: Simulator, arrange: Callable[[House], T]) -> T:
    """Return what ``arrange(house)`` returns in a new house: a class or a function that keeps nothing but facts.

    The test gets a copy, and begins with a new execution environment.
    """
    arrangement = (simulator.url, arrange)
    if arrangement not in _ARRANGED:
        made = copy.deepcopy(arrange(house), {id(house): house})
        moment, delivered = datetime.now(UTC), Counter(house.delivered)
        _ARRANGED[arrangement] = _Arranged(moto_state(), simulator.memory(), moment, delivered, house, made)
    kept = _ARRANGED[arrangement]
    put_back(kept.moto)
    simulator.remember(kept.wechat)
    go_to(kept.moment)
    house.delivered = Counter(kept.delivered)
    house.begin_environment()
    restored: T = copy.deepcopy(kept.made, {id(kept.house): house})
    return restored
