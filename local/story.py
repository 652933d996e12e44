"""`make logs ORDER=B…`: prints the log lines about one order, from all functions, in the order of time.

The lines that contain the order's number give the correlation ids of its requests, messages and workflows. Every line
with one of these ids that does not name another order belongs to the story.
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from local.folders import LOGS

ORDER_NO = re.compile(r"[0-9A-Za-z_-]{6,32}")
SHOWN = (
    "route",
    "status",
    "event_type",
    "event_id",
    "consumer",
    "outcome",
    "refusal",
    "api",
    "reason",
    "exception_name",
)


@dataclass(frozen=True)
class Line:
    """One log line: its time and its content. Output that did not come from the logger has no time of its own."""

    at: datetime
    facts: dict[str, Any]
    text: str

    def tells_of(self, order_no: str) -> bool:
        """Whether the line contains the order's number."""
        return order_no in self.text

    @property
    def correlation_id(self) -> str:
        """The correlation id of the line; empty if it has none."""
        return str(self.facts.get("correlation_id") or "")


def read_lines(files: Iterable[Path]) -> list[Line]:
    """All log lines of these files, the earliest first."""
    return sorted((line for file in files for line in _lines(file)), key=lambda line: line.at)


def _lines(file: Path) -> Iterator[Line]:
    at = datetime.fromtimestamp(file.stat().st_ctime).astimezone()
    with file.open(encoding="utf-8", errors="replace") as log:
        for text in log:
            try:
                facts = json.loads(text)
            except ValueError:
                continue  # a line that is still being written
            if "_aws" in facts:
                continue  # a metric
            with suppress(KeyError, ValueError):
                at = datetime.strptime(facts["timestamp"], "%Y-%m-%d %H:%M:%S,%f%z")
            yield Line(at, facts, text)


def story_of(order_no: str, lines: list[Line]) -> list[Line]:
    """The lines that belong to an order."""
    led_to = {line.correlation_id for line in lines if line.tells_of(order_no)} - {""}
    return [line for line in lines if line.tells_of(order_no) or _goes_along(line, order_no, led_to)]


def _goes_along(line: Line, order_no: str, led_to: set[str]) -> bool:
    return line.correlation_id in led_to and line.facts.get("order_no") in {None, order_no}


def written(line: Line) -> str:
    """A line as text for a person."""
    facts = line.facts
    function = str(facts.get("function") or facts.get("function_name") or "?")
    told = " ".join(f"{key}={facts[key]}" for key in SHOWN if facts.get(key) not in {None, ""})
    message = str(facts.get("message") or facts.get("text") or "").strip().partition("\n")[0]
    when = f"{line.at:%Y-%m-%d %H:%M:%S}.{line.at.microsecond // 1000:03d}"
    return f"{when}  {function:<26} {facts.get('level', ''):<7} {message:<36} {told}".rstrip()


def main(arguments: list[str], logs: Path = LOGS) -> int:
    """Print the story. Exit status 1, after one line with the reason, if there is none."""
    order_no = arguments[0] if arguments else ""
    if not ORDER_NO.fullmatch(order_no):
        print("Say which order: make logs ORDER=B…", file=sys.stderr)
        return 1
    files = sorted(path for path in logs.glob("*/functions.log") if not path.parent.is_symlink())
    if not files:
        print("There are no logs yet: start Posthouse with `make run`.", file=sys.stderr)
        return 1
    story = story_of(order_no, read_lines(files))
    if not story:
        now = "" if any(map(_runs, files)) else " Posthouse does not run now: start it with `make run`."
        print(f"Nothing in the logs of the last {len(files)} runs tells of {order_no}.{now}", file=sys.stderr)
        return 1
    for line in story:
        print(written(line))
    print(f"{len(story)} lines of {len({line.correlation_id for line in story} - {''})} requests.")
    return 0


def _runs(log: Path) -> bool:
    """Whether the run of a log is still alive; the name of the log's folder ends with the run's process id."""
    try:
        os.kill(int(log.parent.name.rpartition("-")[2]), 0)
    except (OSError, ValueError):
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
