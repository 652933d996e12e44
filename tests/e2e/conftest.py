"""One local cloud for all end-to-end tests: the deployed template, AUTH=true, demo data, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.cloud import LocalCloud
from tests.e2e.world import World


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    with LocalCloud(port=0, seed=True) as cloud:
        yield World(cloud)
