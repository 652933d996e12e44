"""The front door as one web application."""

from pathlib import Path

from aiohttp import web

from local.edge.pages import Pages
from local.edge.proxy import BODY_BYTES, ApiProxy
from local.wechat_simulator import SimulatorConfig, add_simulator

_ANY = r"{path:[\s\S]*}"
"""A dot would not match a line's end, which a path may have in it."""


def make_application(
    proxy: ApiProxy, pages: Pages, simulator: SimulatorConfig, memory_file: Path | None = None
) -> web.Application:
    """Put API proxy, WeChat simulator and pages together; the pages take what the others leave."""
    app = web.Application(client_max_size=BODY_BYTES)
    app.cleanup_ctx.append(proxy.session_context)
    app.router.add_route("*", "/api", proxy.handle)
    app.router.add_route("*", f"/api/{_ANY}", proxy.handle)
    add_simulator(app, simulator, memory_file)
    app.router.add_get(f"/{_ANY}", pages.handle)
    return app
