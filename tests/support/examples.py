"""The number of examples for a property test, and which ones."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

WANTED = os.environ.get("POSTHOUSE_EXAMPLES")
"""The number of random examples instead: a longer search than ``make test`` has time for."""


def examples(number: int, steps: int = 15) -> settings:
    """Use so many examples, the same ones in every run: nobody trusts a test that fails only sometimes.

    There is no deadline, because a machine may be busy, and nothing is stored between two runs.
    """
    return settings(
        max_examples=number if WANTED is None else int(WANTED),
        stateful_step_count=steps,
        derandomize=WANTED is None,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
