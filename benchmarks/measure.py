"""Measures times, counts calls to AWS, and writes tables of both."""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from posthouse.store import connection


@dataclass(frozen=True)
class Sample:
    """The measurements of one operation: wall and CPU time in milliseconds, and its calls to AWS by name."""

    name: str
    median_ms: float
    p95_ms: float
    cpu_ms: float
    calls: Counter[str]

    @property
    def number_of_calls(self) -> int:
        return sum(self.calls.values())


def measure(
    name: str, act: Callable[[], object], prepare: Callable[[], object] = lambda: None, rounds: int = 50
) -> Sample:
    """Run an operation several times, each after an unmeasured preparation; the first run is only a warm-up."""
    calls: Counter[str] = Counter()
    events = connection.dynamodb().meta.events
    walls: list[float] = []
    cpus: list[float] = []
    gc.disable()
    try:
        for round_ in range(rounds + 1):
            prepare()
            calls.clear()
            events.register("before-call.dynamodb.*", lambda model, **_: calls.update([model.name]), unique_id="bench")
            wall, cpu = time.perf_counter(), time.process_time()
            act()
            walls.append((time.perf_counter() - wall) * 1000)
            cpus.append((time.process_time() - cpu) * 1000)
            events.unregister("before-call.dynamodb.*", unique_id="bench")
            if round_ == 0:
                walls.clear()
                cpus.clear()
    finally:
        gc.enable()
    return Sample(name, statistics.median(walls), percentile(walls, 95), statistics.median(cpus), Counter(calls))


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that so many per cent of the values do not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def calls_text(calls: Counter[str]) -> str:
    """``2: GetItem x2``."""
    if not calls:
        return "0"
    return f"{sum(calls.values())}: " + ", ".join(
        name if times == 1 else f"{name} ×{times}" for name, times in calls.items()
    )


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with aligned columns, easy to read as text; all columns but the first are right-aligned."""
    widths = [max(len(row[column]) for row in [headers, *rows]) for column in range(len(headers))]

    def line(cells: Sequence[str]) -> str:
        first, *rest = cells
        aligned = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
        return f"| {' | '.join(aligned)} |"

    ruler = [":" + "-" * (widths[0] - 1), *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(headers), line(ruler), *(line(row) for row in rows)])
