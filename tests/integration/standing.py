"""A house on moto with WeChat's simulator beside it, for tests and for benchmarks that count its calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
import urllib3
from aiohttp import web
from moto import mock_aws

from local.wechat_simulator import SimulatorConfig
from local.wechat_simulator.in_thread import simulator_in_thread
from local.wechat_simulator.kept import HOSTS, Hosts
from tests.integration.house import NOW, House
from tests.support.clock import clock_at


@dataclass
class Simulator:
    """WeChat's simulator; it delivers to the newest house."""

    config: SimulatorConfig
    url: str = ""
    houses: list[House] = field(default_factory=list)
    hosts: list[Hosts] = field(default_factory=list)
    as_new: bytes = b""
    """Its state before the first test."""

    def memory(self) -> bytes:
        """WeChat's present state."""
        return self.hosts[0].memory()

    def remember(self, memory: bytes) -> None:
        """Replace WeChat's state by this one."""
        self.hosts[0].remember(memory)


@contextmanager
def simulated_wechat() -> Iterator[Simulator]:
    """Run the simulator in a thread of its own."""
    simulator = Simulator(SimulatorConfig.generate())

    def to(step: str) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def deliver(request: web.Request) -> web.Response:
            body = await request.read()
            answer = simulator.houses[-1].deliver(dict(request.headers), body, to=step)
            return web.Response(status=answer.status, body=answer.raw.encode() or None)

        return deliver

    def add_more(app: web.Application) -> None:
        simulator.hosts.append(app[HOSTS])
        app.router.add_post("/api/payments/wechat/notifications", to("receive_payment_notification"))
        app.router.add_post("/api/payments/wechat/refund-notifications", to("receive_refund_notification"))

    with simulator_in_thread(simulator.config, add_more) as simulator.url:
        # A test ends each refund: one that ends by itself would send its notification in the middle of something else.
        held = {"result": "hold", "times": 10_000}
        urllib3.request("POST", f"{simulator.url}/simulator/refunds", json=held, timeout=10)
        simulator.as_new = simulator.memory()
        yield simulator


@contextmanager
def house_on_moto(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A deployed Posthouse with nothing in it, at a fixed time."""
    if not simulator.houses:  # it would know the guests of all tests before, and they are copied with each scene
        simulator.remember(simulator.as_new)
    with mock_aws(), clock_at(NOW):
        built = House(simulator.url, simulator.config, monkeypatch)
        simulator.houses.append(built)
        yield built
        simulator.houses.remove(built)
        assert built.permissions.refused == set(), f"calls that no role allows: {built.permissions.refused}"
