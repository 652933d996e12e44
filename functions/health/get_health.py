"""GET /api/health: shows that Posthouse is running, and its version."""

from typing import Any

import posthouse
from posthouse.entry.http import OPEN, Answer, Request, endpoint


@endpoint(OPEN)
def handler(_request: Request[Any, Any]) -> Answer:
    return Answer(200, {"status": "ok", "version": posthouse.__version__})
