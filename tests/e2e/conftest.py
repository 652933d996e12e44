"""One local cloud for all end-to-end tests: the deployed template, AUTH=true, demo data, over HTTP."""

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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that share one local cloud on one of pytest's workers, and those with a cloud of their own."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            shares = "world" in getattr(item, "fixturenames", ())
            item.add_marker(pytest.mark.xdist_group("e2e" if shares else "own clouds"))
    items.sort(key=lambda item: item.path == here / "test_contract.py")  # it changes whatever can be changed
