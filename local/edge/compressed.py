"""Files as gzip, as CloudFront (`Compress: true`) and nginx (`gzip on`) send them."""

import gzip
from functools import lru_cache
from pathlib import Path

from aiohttp import ETag, web

SMALLEST = 1000
"""Bytes; below this a file is sent as it is, as CloudFront does."""
LEVEL = 6
_TYPES = (
    "text/",
    "application/json",
    "application/javascript",
    "application/yaml",
    "application/manifest",
    "image/svg",
)


def is_compressible(content_type: str) -> bool:
    """Whether files of this type get smaller; pictures other than SVG are compressed already."""
    return content_type.startswith(_TYPES)


def compressed(request: web.Request, file: Path, headers: dict[str, str]) -> web.Response | None:
    """Return the file as gzip, or 304 if the browser has it; None if it is too small or the browser takes no gzip."""
    found = file.stat()
    if found.st_size < SMALLEST or not _takes_gzip(request):
        return None
    # Each encoding has its own tag: a cache must not take one for the other.
    tag = f"{found.st_mtime_ns:x}-{found.st_size:x}-gzip"
    if any(it.value in {tag, "*"} for it in request.if_none_match or ()):
        answer = web.Response(status=304, headers={**headers, "Vary": "Accept-Encoding"})
    else:
        body = _gzip(file, found.st_mtime_ns, found.st_size)
        answer = web.Response(body=body, headers={**headers, "Vary": "Accept-Encoding", "Content-Encoding": "gzip"})
    answer.etag = ETag(tag)
    return answer


def _takes_gzip(request: web.Request) -> bool:
    """Whether the browser takes gzip: it names it, or `*`, with a weight other than 0."""
    weights: dict[str, float] = {}
    for part in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            weights[name.strip()] = float(weight or 1)
        except ValueError:
            weights[name.strip()] = 0
    return weights.get("gzip", weights.get("*", 0)) > 0


@lru_cache(maxsize=512)
def _gzip(file: Path, _changed: int, _size: int) -> bytes:
    """Compress a file; the time of its change and its size are part of the cache's key."""
    return gzip.compress(file.read_bytes(), LEVEL, mtime=0)
