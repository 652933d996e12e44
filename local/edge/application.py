"""The front door as one web application."""

from pathlib import Path

from aiohttp import web

from local.edge.pages import Pages
from local.edge.proxy import BODY_BYTES, ApiProxy
from local.wechat_simulator import SimulatorConfig, add_simulator


def make_application(
    proxy: ApiProxy, pages: Pages, simulator: SimulatorConfig, memory_file: Path | None = None
) -> web.Application:
    """Put API proxy, WeChat simulator and pages together; the pages take what the others leave."""
    app = web.Application(client_max_size=BODY_BYTES)
    app.cleanup_ctx.append(proxy.session_context)
    app.router.add_route("*", "/api", proxy.handle)
    app.router.add_route("*", "/api/{path:.*}", proxy.handle)
    add_simulator(app, simulator, memory_file)
    app.router.add_get("/{path:.*}", pages.handle)
    return app
