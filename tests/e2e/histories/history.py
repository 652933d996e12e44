"""What happened in a run: the actions of each script with times and answers, their counts, and what failed."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock


@dataclass(frozen=True)
class Line:
    """One action: seconds since the run began, who, what, the answer, how long it took, and faults before it."""

    at: float
    who: str
    what: str
    told: str
    took: float
    faults: str = ""

    def __str__(self) -> str:
        again = f"  after {self.faults}" if self.faults else ""
        return f"{self.at:8.2f} s  {self.who:<9} {self.what:<44} {self.told:<24} {self.took * 1000:5.0f} ms{again}"


@dataclass
class History:
    """The story of one script; most scripts are the life of one order."""

    title: str
    order_no: str | None = None
    lines: list[Line] = field(default_factory=list)

    def __str__(self) -> str:
        told = [f"{self.title} {self.order_no or ''}", *(f"  {line}" for line in sorted(self.lines, key=_when))]
        if self.order_no:
            told.append(f"  what the functions logged: make logs ORDER={self.order_no}")
        return "\n".join(told)


def _when(line: Line) -> float:
    return line.at


class Record:
    """Everything that a run has seen. Many threads write to it."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.began = time.monotonic()
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.faults: Counter[str] = Counter()
        self.failures: list[str] = []
        self.scripts = 0
        self._lock = Lock()

    @property
    def now(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.began

    def add(self, history: History, kind: str, line: Line) -> None:
        """Record one action."""
        with self._lock:
            history.lines.append(line)
            self.outcomes[kind, line.told] += 1
            if line.faults:
                self.faults.update(line.faults.split(", "))

    def fail(self, what: str, history: History | None = None) -> None:
        """Record that something is wrong, with the history of the order that it is about."""
        with self._lock:
            self.failures.append(f"SEED={self.seed}: {what}" + (f"\n{history}" if history else ""))

    def ended(self) -> None:
        """Record that one more script has ended."""
        with self._lock:
            self.scripts += 1

    def progress(self) -> str:
        """One line: how much was done until now."""
        with self._lock:
            kinds: Counter[str] = Counter()
            for (kind, _), times in self.outcomes.items():
                kinds[kind] += times
            told = ", ".join(f"{kind} {times}" for kind, times in kinds.most_common(9))
            wrong = f", {len(self.failures)} FAILURES" if self.failures else ""
            return f"{self.scripts} scripts, {kinds.total()} actions ({told}){wrong}"

    def table(self) -> str:
        """All actions by kind and outcome."""
        rows: dict[str, list[str]] = {}
        for (kind, told), times in sorted(self.outcomes.items(), key=lambda it: (it[0][0], -it[1])):
            rows.setdefault(kind, []).append(f"{told} {times}")
        lines = [f"  {kind:<18} {', '.join(outcomes)}" for kind, outcomes in rows.items()]
        return "\n".join([*lines, f"  tried again after: {_told(self.faults)}"])


def _told(counted: Counter[str]) -> str:
    return ", ".join(f"{what} {times}" for what, times in counted.most_common()) or "nothing"


def show(failures: Iterable[str], most: int = 12) -> str:
    """The failures as text, the first ones in full."""
    every = list(failures)
    more = [f"... and {len(every) - most} more"] if len(every) > most else []
    return "\n\n".join([f"{len(every)} failures", *every[:most], *more])
