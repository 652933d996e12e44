"""The edge's own errors, in the same format as the API's (RFC 9457)."""

import json
import uuid
from http import HTTPStatus

from aiohttp import web


def problem(status: HTTPStatus, code: str, detail: str, request_id: str | None = None) -> web.Response:
    """Make a problem response; without a request id it gets a new one."""
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "code": code,
        "request_id": request_id or str(uuid.uuid4()),
    }
    return web.Response(
        status=status.value, body=json.dumps(body, ensure_ascii=False).encode(), content_type="application/problem+json"
    )
