"""Pages of a query: so many rows, and the key from which the next page goes on."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, Generic, TypeVar

from posthouse.domain.value import Value

T = TypeVar("T")
Position = dict[str, Any]
"""Where a query stopped: DynamoDB's own key, opaque to everybody else."""


class Page(Value, Generic[T]):
    """One page; ``position`` is None when it was the last one."""

    items: list[T]
    position: Position | None


def read_page(results: Any, to_domain: Callable[[Any], T], limit: int) -> Page[T]:
    """Take a page from a pynamodb query that was made with ``limit + 1``: the row too many says that there is more."""
    items = [to_domain(row) for row in islice(results, limit)]
    position = results.last_evaluated_key
    return Page(items, position if next(results, None) is not None else None)
