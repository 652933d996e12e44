"""One local cloud for the end-to-end tests of a process: the deployed template, AUTH=true, demo data, over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from local.cloud import LocalCloud
from tests.e2e.world import World
from tests.support.log_leaks import assert_no_leak

ENDS_OF_DAYS = (UTC, ZoneInfo("Asia/Shanghai"), timezone(timedelta(hours=8 - 6)))
"""Where days end that count: the machines', China's, and the business dates of the demo's hotels."""

LONGEST = timedelta(minutes=2)
"""How long a test takes that uses the date more than once."""


def until_midnight(now: datetime) -> timedelta:
    """How much of the day is left, in the time zone where it ends next."""
    here = [now.astimezone(zone).replace(tzinfo=None) for zone in ENDS_OF_DAYS]
    return min(datetime.combine(it, datetime.min.time()) + timedelta(days=1) - it for it in here)


@pytest.fixture(autouse=True)
def within_one_day() -> None:
    """No test runs over midnight, so that its date does not change."""
    left = until_midnight(datetime.now(UTC))
    if left < LONGEST:
        time.sleep(left.total_seconds() + 1)


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    with LocalCloud(port=0, seed=True) as cloud:
        world = World(cloud)
        yield world
        # Whatever the tests of this run did, the logs of all functions must not contain personal data.
        assert_no_leak((cloud.log_folder / "functions.log").read_text().splitlines(), world.secrets())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the end-to-end tests first, because they take longest; the last of them is the one that changes anything."""
    here = Path(__file__).parent
    items.sort(key=lambda item: (here not in item.path.parents, item.path.name == "test_contract.py"))
