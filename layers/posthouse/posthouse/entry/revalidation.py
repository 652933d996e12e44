"""Conditional requests: ETag and 304 Not Modified (RFC 9110, sections 8.8.3 and 13.1.2)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from posthouse.entry.http import Answer, Request


def revalidated(request: Request[Any, Any], body: Any, headers: Mapping[str, str]) -> Answer:
    """Returns the body with its ETag, or 304 if the client has the same body already."""
    tag = f'"{hashlib.sha256(json.dumps(body).encode()).hexdigest()[:32]}"'
    kept = {"ETag": tag, "Cache-Control": "no-cache", **headers}
    if _names(request.headers.get("if-none-match", ""), tag):
        return Answer(304, None, kept)
    return Answer(200, body, kept)


def _names(if_none_match: str, tag: str) -> bool:
    """Whether the header names the tag, by the RFC's weak comparison."""
    named = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    return tag in named or "*" in named
