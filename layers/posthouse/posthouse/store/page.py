"""Pages of a query: the rows, and the key at which the next page begins."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, Generic, TypeVar

from posthouse.domain.value import Value

T = TypeVar("T")
Position = dict[str, Any]
"""The place where a query stopped: a key of DynamoDB, opaque to callers."""


class Page(Value, Generic[T]):
    """One page; ``position`` is None on the last one."""

    items: list[T]
    position: Position | None


def read_page(results: Any, to_domain: Callable[[Any], T], limit: int) -> Page[T]:
    """Returns a page of a pynamodb query with ``limit + 1``: an extra row shows that there are more."""
    items = [to_domain(row) for row in islice(results, limit)]
    position = results.last_evaluated_key
    return Page(items, position if next(results, None) is not None else None)
