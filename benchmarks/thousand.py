"""The costs of a month with a thousand stays on AWS: counted calls x list prices, plus the fixed costs of a stack."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.apart import wechat_beside_moto
from benchmarks.fixed_costs import SOURCES, Line, MonthlyPrices, fixed_costs, logged, schedules, traced
from benchmarks.measure import table

if TYPE_CHECKING:
    from tests.integration.costs import Counted
    from tests.integration.standing import Simulator

PAGE = Path(__file__).parents[1] / "docs" / "deploy.md"
_BLOCK = re.compile(r"(<!-- thousand -->\n).*?(<!-- /thousand -->\n)", re.DOTALL)

BOOKKEEPING_MONTHS = 60
"""How long the bill assumes that orders are stored."""


@dataclass(frozen=True)
class Month:
    """How often each operation happens in a month. All numbers but the stays are assumptions on how guests search."""

    whole_stay: int = 1_000
    cancelled_by_timer: int = 200
    search: int = 10_000
    room_read_warm: int = 20_000
    shop_order_paid: int = 300

    log_bytes: int = 1_500
    """Bytes that one invocation writes to the log, including Lambda's own three lines."""


@dataclass(frozen=True)
class Operation:
    """The counts for one operation."""

    title: str
    counted: Counted
    stored_bytes: int


TITLES = {
    "whole_stay": "whole stays, from booking to check-out",
    "cancelled_by_timer": "bookings that are never paid",
    "search": "searches by date",
    "room_read_warm": "views of a room",
    "shop_order_paid": "shop orders, paid",
}


def thousand(month: Month = Month()) -> str:
    """The page's section."""
    print("counting the costs of a thousand stays", file=sys.stderr)
    with wechat_beside_moto() as simulator:
        found = {name: _operation(simulator, name) for name in TITLES}
        runs = {step: _run(simulator, step) for step in schedules()}
    return bill(month, found, runs)


def rewritten(page: str, text: str) -> str:
    """The page with its bill replaced."""
    return _BLOCK.sub(lambda found: f"{found[1]}{text}{found[2]}", page)


def bill(month: Month, found: dict[str, Operation], runs: dict[str, float]) -> str:
    """The bill as a table, with a text that explains how it is calculated."""
    lines, fixed = guests(month, found), fixed_costs(runs, month.log_bytes)
    total = sum(line.dollars for line in [*lines, *fixed])
    stored = {name: operation.stored_bytes for name, operation in found.items()}
    rows = [
        *map(_row, lines),
        _sum("caused by guests", sum(line.dollars for line in lines)),
        *map(_row, fixed),
        _sum("the stack without guests", sum(line.dollars for line in fixed)),
        _sum("total", total),
    ]
    return f"""{table(["a month", "number", "$ each", "$", "prices of"], rows)}

Prices of {_sources([*lines, *fixed])}:
list prices for us-east-1, arm64, in November 2026, without free tiers (`tests/integration/costs.py`,
`benchmarks/fixed_costs.py`). An operation's price is calculated from the calls that were counted while it ran. How
often guests search before they book is an assumption (`benchmarks/thousand.py`). A stay takes
{stored["whole_stay"]:,} bytes in the tables and a shop order {stored["shop_order_paid"]:,} (all items, also those that
expire, without the copies of keys in indexes). The bill assumes {month.log_bytes:,} bytes of logs per invocation and a
trace of every invocation, which is the most that `Tracing` can cost. Nothing is encrypted with a KMS key
([decision 29](decisions/0029-default-encryption.md)). Not included: CloudFront, traffic to the internet, the secrets
that guests' requests read (each environment reads each secret at most once a minute), and WeChat's own fees.
"""


def _row(line: Line) -> list[str]:
    return [line.what, line.number, line.each, f"{line.dollars:.2f}", ", ".join(line.sources)]


def _sum(what: str, dollars: float) -> list[str]:
    return [f"**{what}**", "", "", f"**{dollars:.2f}**", ""]


def _sources(lines: list[Line]) -> str:
    """Links to the pages with the prices of all lines."""
    return ", ".join(f"[{name}]({SOURCES[name]})" for name in sorted({name for line in lines for name in line.sources}))


def guests(month: Month, found: dict[str, Operation]) -> list[Line]:
    """The lines of the bill that guests cause."""
    prices = MonthlyPrices()
    times = {name: int(getattr(month, name)) for name in found}
    lines = [_counted(found[name], number) for name, number in times.items()]
    invocations = sum(number * found[name].counted.invocations for name, number in times.items())
    lines.append(logged("their log, GB", invocations, month.log_bytes, prices))
    lines.append(traced("traces of their invocations", invocations, prices))
    stored = sum(number * found[name].stored_bytes for name, number in times.items()) * BOOKKEEPING_MONTHS / 1e9
    years = BOOKKEEPING_MONTHS // 12
    price = prices.stored_gb + prices.recoverable_gb
    what = f"rows of {years} years, GB, with point-in-time recovery"
    lines.append(Line(what, f"{stored:.1f}", f"{price:.2f}", stored * price, ("DynamoDB",)))
    return lines


def _counted(operation: Operation, number: int) -> Line:
    """The line of an operation, with the prices of the services that it called."""
    million = operation.counted.total
    asked = {service for service, dollars in operation.counted.dollars().items() if dollars}
    sources = {"HTTP API": "API Gateway", "DynamoDB writes": "DynamoDB", "DynamoDB reads": "DynamoDB"}
    names = tuple(sorted({sources.get(service, service) for service in asked}))
    return Line(operation.title, f"{number:,}", f"{million:.2f} a million", number * million / 1e6, names)


def _operation(simulator: Simulator, name: str) -> Operation:
    from tests.integration import operations
    from tests.integration.house import House
    from tests.integration.units import item_size

    def stored(house: House) -> int:
        return sum(item_size(item) for rows in house.contents().values() for item in rows)

    run: Callable[[House], Counted] = getattr(operations, name)
    from tests.integration.standing import house_on_moto

    with pytest.MonkeyPatch.context() as patch, house_on_moto(simulator, patch) as house:
        before = stored(house)
        counted = run(house)
        grown = stored(house) - before if counted.write_units else 0
    return Operation(TITLES[name], counted, grown)


def _run(simulator: Simulator, step: str) -> float:
    """Dollars for one scheduled run that finds nothing to do."""
    from tests.integration.costs import counted
    from tests.integration.standing import house_on_moto

    with pytest.MonkeyPatch.context() as patch, house_on_moto(simulator, patch) as house:
        return counted(lambda: house.invoke(step, {})).total / 1e6
