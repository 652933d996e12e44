"""How many examples a property is tried on, and which."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

WANTED = os.environ.get("POSTHOUSE_EXAMPLES")
"""How many to try instead, found by chance: a longer search than ``make test`` has time for."""


def examples(number: int, steps: int = 15) -> settings:
    """So many examples, the same ones in every run: a test that fails now and then is believed by nobody.

    There is no deadline, as a machine may be busy with something else, and nothing is kept between two runs.
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
