"""The requests that schemathesis must not try, with the reason."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import schemathesis

LONGEST_LINE = 8000
"""Bytes. Servers refuse longer request lines themselves (aiohttp from 8190 on, API Gateway from 10,240)."""


@schemathesis.hook
def filter_case(_context: schemathesis.HookContext, case: schemathesis.Case[Any]) -> bool:
    """Leave out requests that would not reach a function."""
    path = quote(case.formatted_path, safe="/%")
    query = urlencode(case.query or {}, doseq=True)
    return len(path) + len(query) < LONGEST_LINE
