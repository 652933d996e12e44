"""The edge as one web application."""

from pathlib import Path

from aiohttp import web

from local.edge.pages import Pages
from local.edge.proxy import BODY_BYTES, ApiProxy
from local.wechat_simulator import SimulatorConfig, add_simulator

_ANY = r"{path:[\s\S]*}"
"""Not a dot: it would not match a line break, which a path may contain."""


def make_application(
    proxy: ApiProxy, pages: Pages, simulator: SimulatorConfig, memory_file: Path | None = None
) -> web.Application:
    """Combine API proxy, WeChat simulator and pages; the pages get all paths that the other two do not serve."""
    app = web.Application(client_max_size=BODY_BYTES)
    app.cleanup_ctx.append(proxy.session_context)
    app.router.add_route("*", "/api", proxy.handle)
    app.router.add_route("*", f"/api/{_ANY}", proxy.handle)
    add_simulator(app, simulator, memory_file)
    app.router.add_get(f"/{_ANY}", pages.handle)
    return app
