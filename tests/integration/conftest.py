"""Handlers on moto. Tables, queues, topics, secrets and each function's environment come from template.yaml."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from aiohttp import web
from moto import mock_aws

from local.wechat_simulator import SimulatorConfig
from local.wechat_simulator.in_thread import simulator_in_thread
from posthouse.store.transaction import Transaction
from tests.integration.house import NOW, House


@pytest.fixture(scope="session")
def simulator() -> Iterator[tuple[str, SimulatorConfig, list[House]]]:
    """WeChat's simulator; what it delivers goes to the house that stands in the list."""
    config = SimulatorConfig.generate()
    houses: list[House] = []

    async def deliver(request: web.Request) -> web.Response:
        body = await request.read()
        answer = houses[-1].deliver(dict(request.headers), body)
        return web.Response(status=answer.status, body=answer.raw.encode() or None)

    def add_more(app: web.Application) -> None:
        app.router.add_post("/api/payments/wechat/notifications", deliver)

    with simulator_in_thread(config, add_more) as url:
        yield url, config, houses


@pytest.fixture
def house(simulator: tuple[str, SimulatorConfig, list[House]], monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A deployed Posthouse with nothing in it, at a fixed time."""
    url, config, houses = simulator
    with mock_aws(), time_machine.travel(NOW, tick=True):
        built = House(url, config, monkeypatch)
        houses.append(built)
        yield built
        houses.remove(built)


@pytest.fixture
def before_commit(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Let a rival act once, just before the next transaction is written."""

    def arrange(rival: Callable[[], object]) -> None:
        commit = Transaction.commit
        waiting = [rival]

        def late(self: Transaction) -> Any:
            if waiting:
                waiting.pop()()
            return commit(self)

        monkeypatch.setattr(Transaction, "commit", late)

    return arrange


Arrange = Callable[[Callable[[], object]], None]
"""What the fixture ``before_commit`` gives."""
