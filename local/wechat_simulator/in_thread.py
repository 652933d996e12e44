"""Runs the simulator on a free loopback port in a thread of this process, for tests and experiments."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aiohttp import web

from local.wechat_simulator.application import add_simulator
from local.wechat_simulator.config import SimulatorConfig

START_SECONDS = 10.0


@contextmanager
def simulator_in_thread(
    config: SimulatorConfig, add_more: Callable[[web.Application], object] | None = None
) -> Iterator[str]:
    """Yield its address, `http://127.0.0.1:PORT`; `add_more` puts further routes on the same application."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(_application(config, add_more), access_log=None, shutdown_timeout=1)
    thread = threading.Thread(target=loop.run_forever, name="wechat-simulator", daemon=True)
    thread.start()
    try:
        yield asyncio.run_coroutine_threadsafe(_serve(runner), loop).result(START_SECONDS)
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(START_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(START_SECONDS)
        loop.close()


def _application(config: SimulatorConfig, add_more: Callable[[web.Application], object] | None) -> web.Application:
    app = web.Application()
    add_simulator(app, config)
    if add_more is not None:
        add_more(app)
    return app


async def _serve(runner: web.AppRunner) -> str:
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"
