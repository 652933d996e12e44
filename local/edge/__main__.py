"""Runs the edge as a process: it reads its settings as one line from stdin, serves, and reports that on stdout.

The listening sockets are inherited, so that a port in use shows before anything else is started.
"""

import asyncio
import json
import logging
import signal
import socket
import sys
from pathlib import Path

from aiohttp import web

from local.edge.application import make_application
from local.edge.pages import Pages
from local.edge.proxy import ApiProxy
from local.edge.routes import RouteTable
from local.edge.settings import READY, EdgeSettings

ACCESS_LINE = '%a "%r" %s %b bytes %Tf s'


async def serve(settings: EdgeSettings, sockets: list[socket.socket]) -> None:
    """Serve on sockets that are bound already, until SIGTERM."""
    proxy = ApiProxy(settings.upstream, RouteTable(settings.routes))
    memory = Path(settings.simulator_memory) if settings.simulator_memory else None
    app = make_application(proxy, Pages(Path(settings.web_folder)), settings.simulator, memory)
    runner = web.AppRunner(app, access_log_format=ACCESS_LINE, keepalive_timeout=75, shutdown_timeout=1)
    await runner.setup()
    for listening in sockets:
        await web.SockSite(runner, listening, backlog=1024).start()
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()
    await runner.cleanup()


def main() -> None:
    """Serve on the sockets whose file descriptors are the arguments."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    sockets = [socket.socket(fileno=int(descriptor)) for descriptor in json.loads(sys.argv[1])]
    asyncio.run(serve(EdgeSettings.from_line(sys.stdin.buffer.readline()), sockets))


if __name__ == "__main__":
    main()
