"""One local cloud for the end-to-end tests of a process: the deployed template, AUTH=true, demo data, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.cloud import LocalCloud
from tests.e2e.world import World
from tests.support.log_leaks import assert_no_leak


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    with LocalCloud(port=0, seed=True) as cloud:
        world = World(cloud)
        yield world
        # Whatever the tests of this run did, the logs of all functions must not tell whose data they had.
        assert_no_leak((cloud.log_folder / "functions.log").read_text().splitlines(), world.secrets())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the test that changes whatever can be changed come last."""
    here = Path(__file__).parent
    items.sort(key=lambda item: item.path == here / "test_contract.py")
