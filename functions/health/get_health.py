"""GET /api/health: whether Posthouse answers, and which version does."""

from typing import Any

import posthouse
from posthouse.entry.http import OPEN, Answer, Request, endpoint


@endpoint(OPEN)
def handler(_request: Request[Any, Any]) -> Answer:
    return Answer(200, {"status": "ok", "version": posthouse.__version__})
