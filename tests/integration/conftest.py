"""Handlers on moto. Tables, queues, topics, secrets and each function's environment come from template.yaml."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Protocol

import pytest
import time_machine
import urllib3
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

    def to(step: str) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def deliver(request: web.Request) -> web.Response:
            body = await request.read()
            answer = houses[-1].deliver(dict(request.headers), body, to=step)
            return web.Response(status=answer.status, body=answer.raw.encode() or None)

        return deliver

    def add_more(app: web.Application) -> None:
        app.router.add_post("/api/payments/wechat/notifications", to("receive_payment_notification"))
        app.router.add_post("/api/payments/wechat/refund-notifications", to("receive_refund_notification"))

    with simulator_in_thread(config, add_more) as url:
        # A refund ends when a test says so: one that ended by itself would be told of in the midst of something else.
        urllib3.request("POST", f"{url}/simulator/refunds", json={"result": "hold", "times": 10_000}, timeout=10)
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


class Arrange(Protocol):
    """How a test lets a rival act just before a transaction is written."""

    def __call__(self, rival: Callable[[], object], *, skip: int = 0) -> None: ...


@pytest.fixture
def before_commit(monkeypatch: pytest.MonkeyPatch) -> Arrange:
    """Let a rival act once, just before the next transaction is written, or after ``skip`` more of them."""

    def arrange(rival: Callable[[], object], *, skip: int = 0) -> None:
        commit = Transaction.commit
        waiting = [rival]
        ahead = [None] * skip

        def late(self: Transaction) -> Any:
            if ahead:
                ahead.pop()
            elif waiting:
                waiting.pop()()
            return commit(self)

        monkeypatch.setattr(Transaction, "commit", late)

    return arrange


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many crash points there were, and how many of them were survived."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    counted: Counter[str] = Counter()
    for report in reports:
        counted.update({name: value for name, value in report.user_properties if isinstance(value, int)})
    if counted["crash_points"]:
        terminalreporter.write_line(f"crash points: {counted['crash_points']}, survived: {counted['survived']}")
