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
from benchmarks.fixed_costs import Line, MonthlyPrices, fixed_costs, schedules
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
    lines = guests(month, found)
    fixed = fixed_costs(runs)
    total = sum(line.dollars for line in [*lines, *fixed])
    stored = {name: operation.stored_bytes for name, operation in found.items()}
    rows = [[line.what, line.number, f"{line.dollars:.2f}"] for line in lines]
    rows.append(["**what guests do**", "", f"**{sum(line.dollars for line in lines):.2f}**"])
    rows += [[line.what, line.number, f"{line.dollars:.2f}"] for line in fixed]
    rows.append(["**what a stack costs by being there**", "", f"**{sum(line.dollars for line in fixed):.2f}**"])
    rows.append(["**together**", "", f"**{total:.2f}**"])
    return f"""{table(["a month", "number", "$"], rows)}

A stay is {stored["whole_stay"]:,} bytes in the tables and a shop order {stored["shop_order_paid"]:,} (items, those that
expire among them, without the copies of keys in indexes). Logs are taken at {month.log_bytes:,} bytes an invocation.
Prices are those of us-east-1, arm64, November 2026, without free tiers (`tests/integration/costs.py`,
`benchmarks/fixed_costs.py`); how often guests look before they book is an assumption (`benchmarks/thousand.py`). Not in
it: traces, requests to KMS, CloudFront and traffic to the internet, WeChat's own fees.
"""


def guests(month: Month, found: dict[str, Operation]) -> list[Line]:
    """The lines of the bill that guests make."""
    prices = MonthlyPrices()
    times = {name: int(getattr(month, name)) for name in found}
    lines = [
        Line(found[name].title, f"{number:,}", number * found[name].counted.total / 1e6)
        for name, number in times.items()
    ]
    invocations = sum(number * found[name].counted.invocations for name, number in times.items())
    lines.append(Line("invocations' logs", f"{invocations:,}", invocations * month.log_bytes / 1e9 * prices.log_gb))
    stored = sum(number * found[name].stored_bytes for name, number in times.items()) * BOOKKEEPING_MONTHS / 1e9
    years = BOOKKEEPING_MONTHS // 12
    price = prices.stored_gb + prices.recoverable_gb
    lines.append(Line(f"rows of {years} years, GB, with point-in-time recovery", f"{stored:.1f}", stored * price))
    return lines


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
