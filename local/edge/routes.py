"""Finds the function of a request, as API Gateway's HTTP API does, and limits how many requests it gets at once."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

IN_FLIGHT = 8
"""Requests that one function may serve at a time: MiniStack starts a process for each and never queues."""
WAITING = 512
"""Requests that may wait for one function; any more are refused."""


@dataclass(frozen=True)
class RouteTable:
    """The HTTP API's routes: route key ("POST /api/sessions") -> function."""

    routes: dict[str, str]

    def function_for(self, method: str, path: str) -> str | None:
        """The function that serves a request, or None when no route matches. The most specific route wins."""
        best: tuple[tuple[bool, int, bool], str] | None = None
        for key, function in self.routes.items():
            verb, _, pattern = key.partition(" ")
            if verb not in {method, "ANY"} or not _matches(pattern.split("/"), path.split("/")):
                continue
            segments = pattern.split("/")
            rank = ("+}" not in pattern, sum(not part.startswith("{") for part in segments), verb != "ANY")
            if best is None or rank > best[0]:
                best = (rank, function)
        return best[1] if best else None


def _matches(pattern: list[str], path: list[str]) -> bool:
    if pattern and pattern[-1].endswith("+}"):
        head = len(pattern) - 1
        return len(path) >= len(pattern) and _matches(pattern[:head], path[:head]) and path[head] != ""
    return len(pattern) == len(path) and all(
        part == given or (part.startswith("{") and given != "") for part, given in zip(pattern, path, strict=True)
    )


class TooManyWaitingError(Exception):
    """The largest allowed number of requests waits for a function already."""


@dataclass
class _Lane:
    slots: asyncio.Semaphore
    waiting: int = 0


@dataclass
class Lanes:
    """Lets a bounded number of requests run in each function, first come, first served, and a bounded number wait."""

    in_flight: int = IN_FLIGHT
    waiting: int = WAITING
    _lanes: dict[str, _Lane] = field(init=False)

    def __post_init__(self) -> None:
        self._lanes = defaultdict(lambda: _Lane(asyncio.Semaphore(self.in_flight)))

    @asynccontextmanager
    async def enter(self, function: str) -> AsyncIterator[None]:
        """Hold one of the function's places.

        Raises
        ------
        TooManyWaitingError
            At once, when no more requests may wait.
        """
        lane = self._lanes[function]
        if lane.waiting >= self.waiting:
            raise TooManyWaitingError
        lane.waiting += 1
        try:
            await lane.slots.acquire()
        finally:
            lane.waiting -= 1
        try:
            yield
        finally:
            lane.slots.release()
