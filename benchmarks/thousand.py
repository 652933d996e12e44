"""What a month with a thousand stays costs on AWS: counted calls x list price, and what a stack costs by itself."""

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
"""How long orders are kept in the sum for storage."""


@dataclass(frozen=True)
class Month:
    """How often a month sees each operation. All but the stays is an assumption: how guests look before they book."""

    whole_stay: int = 1_000
    cancelled_by_timer: int = 200
    search: int = 10_000
    room_read_warm: int = 20_000
    shop_order_paid: int = 300

    log_bytes: int = 1_500
    """What one invocation writes to the log, Lambda's own three lines among it."""


@dataclass(frozen=True)
class Operation:
    """What was counted of one operation."""

    title: str
    counted: Counted
    stored_bytes: int


TITLES = {
    "whole_stay": "whole stays, from booking to check-out",
    "cancelled_by_timer": "bookings that nobody pays",
    "search": "searches by dates",
    "room_read_warm": "looks at a room",
    "shop_order_paid": "shop orders, paid",
}


def thousand(month: Month = Month()) -> str:
    """The page's section."""
    print("counting what a thousand stays cost", file=sys.stderr)
    with wechat_beside_moto() as simulator:
        found = {name: _operation(simulator, name) for name in TITLES}
        runs = {step: _run(simulator, step) for step in schedules()}
    return bill(month, found, runs)


def rewritten(page: str, text: str) -> str:
    """The page with the bill in its place."""
    return _BLOCK.sub(lambda found: f"{found[1]}{text}{found[2]}", page)


def bill(month: Month, found: dict[str, Operation], runs: dict[str, float]) -> str:
    """The bill as a table, with what it is worked out from."""
    lines, fixed = guests(month, found), fixed_costs(runs, month.log_bytes)
    total = sum(line.dollars for line in [*lines, *fixed])
    stored = {name: operation.stored_bytes for name, operation in found.items()}
    rows = [
        *map(_row, lines),
        _sum("what guests do", sum(line.dollars for line in lines)),
        *map(_row, fixed),
        _sum("what a stack costs by being there", sum(line.dollars for line in fixed)),
        _sum("together", total),
    ]
    return f"""{table(["a month", "number", "$ each", "$", "prices of"], rows)}

Prices of {_sources([*lines, *fixed])}:
those listed for us-east-1, arm64, in November 2026, without free tiers (`tests/integration/costs.py`,
`benchmarks/fixed_costs.py`). An operation's price is worked out from the calls that were counted while it ran; how
often guests look before they book is an assumption (`benchmarks/thousand.py`). A stay is
{stored["whole_stay"]:,} bytes in the tables and a shop order {stored["shop_order_paid"]:,} (items, those that expire
among them, without the copies of keys in indexes). Logs are taken at {month.log_bytes:,} bytes an invocation, and each
invocation as traced, which is the most that `Tracing` can cost. Nothing is encrypted with a key at KMS
([decision 29](decisions/0029-default-encryption.md)). Not in it: CloudFront and traffic to the internet, the secrets
that guests' requests read (each environment asks for each at most once a minute), WeChat's own fees.
"""


def _row(line: Line) -> list[str]:
    return [line.what, line.number, line.each, f"{line.dollars:.2f}", ", ".join(line.sources)]


def _sum(what: str, dollars: float) -> list[str]:
    return [f"**{what}**", "", "", f"**{dollars:.2f}**", ""]


def _sources(lines: list[Line]) -> str:
    """The pages with the prices of all lines."""
    return ", ".join(f"[{name}]({SOURCES[name]})" for name in sorted({name for line in lines for name in line.sources}))


def guests(month: Month, found: dict[str, Operation]) -> list[Line]:
    """The lines of the bill that guests make."""
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
    """An operation's line; it has the prices of the services that it asked."""
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
    """Dollars for one run by the clock that finds nothing to do."""
    from tests.integration.costs import counted
    from tests.integration.standing import house_on_moto

    with pytest.MonkeyPatch.context() as patch, house_on_moto(simulator, patch) as house:
        return counted(lambda: house.invoke(step, {})).total / 1e6
