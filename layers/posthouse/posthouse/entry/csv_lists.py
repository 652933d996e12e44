"""Lists of staff as CSV (RFC 4180, UTF-8 with a byte order mark): all pages, one after another, as one answer.

The handler of the list is asked for each page, with the same caller and filters. So a CSV shows what the list shows,
and a route has one by being a list: docs/decisions/0064-csv.md.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from posthouse.entry import problems
from posthouse.entry.http import Answer
from posthouse.entry.logs import logger

if TYPE_CHECKING:
    from posthouse.domain.refusal import Refusal
    from posthouse.entry.http import Answering, Request
    from posthouse.entry.problems import Problem

MAX_ROWS = 10_000
MAX_BYTES = 5_000_000

MAX_ANSWER_BYTES = 6_200_000
"""Lambda's answer has 6 MB at most, as a string in JSON: there a quote and a line break are two bytes."""

PAGE = 100
"""How many rows are read together: the longest page of a list."""

MIN_LEFT_MS = 3_000
"""No further page is read when the function has less time left (milliseconds): a page, and the writing of the file."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads another encoding."""

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a text begins that a spreadsheet may run as a formula; the last four are full-width (OWASP, CSV injection)."""


def asks_for_csv(accept: str) -> bool:
    """Whether an Accept header names text/csv, and prefers nothing to it that it names too."""
    qualities = dict(_qualities(accept))
    wanted = qualities.get("text/csv", 0.0)
    return wanted > 0 and wanted >= qualities.get("application/json", 0.0)


def _qualities(accept: str) -> Iterator[tuple[str, float]]:
    for part in accept.lower().split(","):
        kind, *parameters = (it.strip() for it in part.split(";"))
        given = [it[2:] for it in parameters if it.startswith("q=")]
        yield kind, _quality(given[0]) if given else 1.0


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0


def csv_answer(request: Request[Any, Any], answer: Answering, left_ms: Callable[[], int]) -> Answer | Refusal | Problem:
    """Returns all pages of a list as one file, from the request's cursor on; another answer is returned as it is."""
    rows: list[dict[str, Any]] = []
    asked = _longest_page(request)
    while True:
        page = answer(asked)
        if not (isinstance(page, Answer) and _is_list(page.body)):
            return page
        rows += (_flat(item) for item in page.body["items"])
        cursor = page.body["next_cursor"]
        if len(rows) > MAX_ROWS or (cursor is not None and left_ms() < MIN_LEFT_MS):
            return problems.TOO_MANY_ROWS
        if cursor is None:
            return _file(request, rows)
        asked = replace(asked, query=replace(asked.query, cursor=cursor))


def _is_list(body: Any) -> bool:
    return isinstance(body, dict) and {"items", "next_cursor"} <= body.keys()


def _longest_page(request: Request[Any, Any]) -> Request[Any, Any]:
    paged = hasattr(request.query, "limit")
    return replace(request, query=replace(request.query, limit=PAGE)) if paged else request


def _file(request: Request[Any, Any], rows: list[dict[str, Any]]) -> Answer | Problem:
    text = BYTE_ORDER_MARK + _written(rows)
    size = len(text.encode())
    if size > MAX_BYTES or size + text.count('"') + 2 * text.count("\n") > MAX_ANSWER_BYTES:
        return problems.TOO_MANY_ROWS
    logger.info("exported", rows=len(rows), bytes=size)
    name = request.route.rpartition("/")[2].strip("{}")
    disposition = f'attachment; filename="{name}-{request.step.now:%Y-%m-%d}.csv"'
    headers = {"Content-Type": "text/csv; charset=utf-8; header=present", "Content-Disposition": disposition}
    return Answer(200, text, {**headers, "Vary": "Accept"})


def _written(rows: list[dict[str, Any]]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    file = io.StringIO()
    if columns:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return file.getvalue()


def _flat(item: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Returns the fields of an item by their names; those of an object in it are named ``object.field``."""
    cells: dict[str, Any] = {}
    for name, value in item.items():
        if isinstance(value, dict):
            cells |= _flat(value, f"{prefix}{name}.")
        else:
            cells[prefix + name] = _cell(value)
    return cells


def _cell(value: Any) -> Any:
    """Returns a value as a cell: numbers as they are, a list of texts or numbers in one cell, other lists as JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        plain = all(isinstance(it, str | int | float) for it in value)
        value = "; ".join(map(str, value)) if plain else json.dumps(value, ensure_ascii=False)
    return harmless(value) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """Returns a text that no spreadsheet takes for a formula: an apostrophe before it says that it is a text."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text
