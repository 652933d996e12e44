"""The guest app and the staff console as static files; a small page of our own while there is no guest app."""

from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote

from aiohttp import web

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
NO_GUEST_APP = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Posthouse</title>
<style>
  body { font: 1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 10vh auto; padding: 0 1.5rem; color: #222 }
  h1 { font-weight: 600 } a { color: #b3401f } code { background: #f4f1ee; padding: .1em .3em; border-radius: .2em }
  @media (prefers-color-scheme: dark) {
    body { background: #1b1917; color: #eee } a { color: #f0926f } code { background: #2b2826 }
  }
</style>
<h1>Posthouse 驿站</h1>
<p>The commerce backend runs here. It has no pages yet; its API lies under <code>/api</code>.</p>
<ul>
  <li><a href="/api/health">/api/health</a> says whether it serves.</li>
  <li><a href="/api/hotels">/api/hotels</a> lists the hotels.</li>
  <li>README.md walks through a stay with curl, from the WeChat login to the check-out coupon.</li>
</ul>
</html>
"""


class Pages:
    """Serves `/` from `<web>/guest`, `/staff/` from `<web>/staff`, and `/shared/` from `<web>/shared`."""

    def __init__(self, web_folder: Path) -> None:
        """Serve what lies below `web_folder`, which may be empty."""
        self._web = web_folder

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a GET with a file, a folder's index.html, or 404."""
        path = unquote(request.rel_url.raw_path)
        if path == "/staff":
            raise web.HTTPMovedPermanently("/staff/")
        file = self._find(path)
        if file is not None:
            headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
            headers["Content-Type"] = CONTENT_TYPES.get(file.suffix.lower(), "application/octet-stream")
            return web.FileResponse(file, headers=headers)
        if path in {"/", "/index.html"}:
            return web.Response(text=NO_GUEST_APP, content_type="text/html")
        return web.Response(status=HTTPStatus.NOT_FOUND, text="There is no such page.\n")

    def _find(self, path: str) -> Path | None:
        first, _, rest = path.lstrip("/").partition("/")
        folder, inside = (
            (self._web / first, rest) if first in {"staff", "shared"} else (self._web / "guest", path.lstrip("/"))
        )
        if "\0" in inside:
            return None
        file = (folder / inside).resolve()
        if file.is_dir():
            file /= "index.html"
        return file if file.is_relative_to(folder.resolve()) and file.is_file() else None
