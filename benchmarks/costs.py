"""The costs of business operations on AWS, counted on moto while they run: ``python -m benchmarks.costs``.

With ``--thousand``: the costs of a month with a thousand stays, also written into docs/deploy.md.
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

These numbers are counted, not measured. The operations run through the handlers on moto. Units follow DynamoDB's rules
from the requests and the items (`tests/integration/units.py`). Prices are the list prices for us-east-1, arm64, in
November 2026 (`tests/integration/costs.py`). Assumptions: a function uses its memory in the template (512 MB, or
256 MB where no client waits for it) for 100 ms; the Express workflow uses 64 MB for 0.5 s, and the function that calls
it waits for it. Each message is a batch of one, and each event in the outbox's stream is one invocation of the relay;
when several come at once, they share these and cost less. Secrets, logs, traces, traffic to the internet and free
tiers are not included. The price of a paid order includes its timer, whose messages come even after the payment.
`tests/integration/test_costs.py` checks the budgets.
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
            f"{it.sqs_requests + it.fifo_requests:.1f}",
            str(it.sns_messages),
            f"{it.invocations:.1f}",
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
    return table(["$ per million", *services, "total", "budget"], rows)


def _thousand() -> str:
    from benchmarks.thousand import PAGE, rewritten, thousand

    text = thousand()
    PAGE.write_text(rewritten(PAGE.read_text(), text))
    return text


if __name__ == "__main__":
    print(_thousand() if "--thousand" in sys.argv else costs(), end="")
