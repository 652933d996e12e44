"""The costs of requests while tables grow, counted on moto: ``python -m benchmarks.growth``."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from benchmarks.apart import wechat_beside_moto
from benchmarks.measure import table

if TYPE_CHECKING:
    from tests.integration.growth import Seen
    from tests.integration.standing import Simulator

SIZES = (100, 10_000, 100_000)


def growth() -> str:
    """The section on growth."""
    with wechat_beside_moto() as simulator:
        found = _seen(simulator)
    names = list(found[SIZES[0]])
    rows = [[name, *(_cell(found[size][name]) for size in SIZES), _verdict(name, found)] for name in names]
    shown = table(["", *(f"{size:,} rows" for size in SIZES), ""], rows)
    return f"""## What grows with the tables

{shown}

Each cell: calls to AWS / read units / write units / items read, for one request in a new environment, counted on moto
with so many rows in each table. All rows belong to one guest, one hotel, one article, one sale and one day, and none is
due. Lists return three rows. A list that is filtered by something other than its index is not flat: a guest's own
bookings, orders and coupons by status read past other rows of that guest. The catalogue is not included: searches,
above, are made for as many hotels as an environment can hold. The rows are put directly into moto's tables, each only
as its difference from a real row (`tests/integration/growth.py`); that takes 3 GB of memory at the end.
`tests/integration/test_growth.py` compares 10 rows with 1,000.
"""


def _seen(simulator: Simulator) -> dict[int, dict[str, Seen]]:
    import pytest

    from tests.integration.growth import Crowd
    from tests.integration.standing import house_on_moto

    found = {}
    with pytest.MonkeyPatch.context() as patch, house_on_moto(simulator, patch) as house:
        crowd = Crowd(house)
        for size in SIZES:
            began = time.perf_counter()
            crowd.grow(size)
            found[size] = dict([*crowd.lists(), *crowd.steps()])
            print(f"counted with {size:,} rows a table, {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return found


def _cell(seen: Seen) -> str:
    return f"{seen.calls} / {seen.read_units:g} / {seen.write_units} / {seen.items_read}"


def _verdict(name: str, found: dict[int, dict[str, Seen]]) -> str:
    return "flat" if len({found[size][name] for size in SIZES}) == 1 else "grows"


if __name__ == "__main__":
    print(growth(), end="")
