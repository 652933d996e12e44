"""What business operations cost on AWS, counted on moto while they run: ``python -m benchmarks.costs``.

With ``--thousand``: what a month with a thousand stays costs, written into docs/deploy.md too.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from benchmarks.apart import wechat_beside_moto
from benchmarks.measure import table

if TYPE_CHECKING:
    from tests.integration.budgets import Operation
    from tests.integration.costs import Counted
    from tests.integration.standing import Simulator


def costs() -> str:
    """The section on costs."""
    print("counting costs", file=sys.stderr)
    with wechat_beside_moto() as simulator:
        from tests.integration.budgets import OPERATIONS

        found = [(operation, _count(operation, simulator)) for operation in OPERATIONS]
    return f"""## What a million of each operation cost on AWS

{_counts(found)}

{_dollars(found)}

Counted, not measured: the operations run through the handlers on moto, units by DynamoDB's rules from the requests and
the items (`tests/integration/units.py`), prices as listed for us-east-1, arm64, in November 2026
(`tests/integration/costs.py`). A function takes its memory in the template (512 MB, or 256 MB where
nobody waits for it) for 100 ms, the Express workflow 64 MB for 0.5 s, for which the function that asks for it waits. A
message is a batch of its own, an event in the outbox's stream an invocation of
the relay; where more come at once, both are shared and cheaper. Secrets, logs, traces and traffic to the internet are
not in it, nor are free tiers. What is paid includes the timer of the order, whose messages come even when it has been
paid. `tests/integration/test_costs.py` holds the budgets.
"""


def _count(operation: Operation, simulator: Simulator) -> Counted:
    import pytest

    from tests.integration.standing import house_on_moto

    with pytest.MonkeyPatch.context() as patch, house_on_moto(simulator, patch) as house:
        return operation.run(house)


def _counts(found: list[tuple[Operation, Counted]]) -> str:
    headers = ["operation", "calls to AWS", "write units", "read units", "SQS", "SNS", "invocations", "transitions"]
    rows = [
        [
            operation.title,
            str(it.number_of_calls),
            str(it.write_units),
            f"{it.read_units:g}",
            str(it.sqs_requests + it.fifo_requests),
            str(it.sns_messages),
            str(it.invocations),
            f"{it.express_transitions} (Express)" if it.express_runs else str(it.transitions),
        ]
        for operation, it in found
    ]
    return table(headers, rows)


def _dollars(found: list[tuple[Operation, Counted]]) -> str:
    services = list(found[0][1].dollars())
    rows = [
        [
            operation.title,
            *(f"{it.dollars()[service]:.2f}" for service in services),
            f"{it.total:.2f}",
            "-" if operation.budget is None else f"{operation.budget:g}",
        ]
        for operation, it in found
    ]
    return table(["$ per million", *services, "together", "budget"], rows)


def _thousand() -> str:
    from benchmarks.thousand import PAGE, rewritten, thousand

    text = thousand()
    PAGE.write_text(rewritten(PAGE.read_text(), text))
    return text


if __name__ == "__main__":
    print(_thousand() if "--thousand" in sys.argv else costs(), end="")
