"""Serves the guest app, the staff console and the API reference as static files, as CloudFront does in production."""

import json
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote

from aiohttp import web

from local.edge.compressed import compressed, is_compressible
from local.edge.headers import SECURITY_HEADERS
from local.web_files import WebFiles, content_type

CONFIG = "config.json"
LOCAL_CONFIG = {"simulator": True}
"""Replaces the file of that name for the pages: locally, WeChat is the simulator on the same host."""
HEADERS = {**SECURITY_HEADERS, "Cache-Control": "no-cache"}


class Pages:
    """Serves a folder's files under their paths: `/` is its index.html, `/staff/` that of its folder `staff`."""

    def __init__(self, web_folder: Path) -> None:
        """Serve the files below `web_folder`, and openapi.yaml for the API reference."""
        self._files = WebFiles(web_folder)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a GET with a file, a folder's index.html, or 404."""
        path = unquote(request.rel_url.raw_path).removeprefix("/")
        if path == CONFIG:
            return web.Response(text=json.dumps(LOCAL_CONFIG), content_type="application/json", headers=HEADERS)
        file = self._files.find(path)
        if file is not None:
            return _answer(request, file)
        if self._files.has_folder(path):
            raise web.HTTPMovedPermanently(f"{request.rel_url.raw_path}/", headers=HEADERS)
        return web.Response(status=HTTPStatus.NOT_FOUND, text="There is no such page.\n", headers=HEADERS)


def _answer(request: web.Request, file: Path) -> web.StreamResponse:
    kind = content_type(file.name)
    headers = {**HEADERS, "Content-Type": kind}
    if not is_compressible(kind):
        return web.FileResponse(file, headers=headers)
    return compressed(request, file, headers) or web.FileResponse(file, headers={**headers, "Vary": "Accept-Encoding"})
