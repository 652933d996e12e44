"""Reading through indexes that hold keys only: the current rows are fetched in batches.

An index of whole rows is written at every change of a row. An index of keys is written only when a row enters or leaves
it: docs/decisions/0021-indexes-of-keys.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from pynamodb.models import Model

from posthouse.store.batch import key_of, read_rows
from posthouse.store.page import Page

T = TypeVar("T")


def rows_of(pointers: Iterable[Any], at_once: int) -> Iterator[tuple[Any, Any]]:
    """Returns each pointer with its row, in the pointers' order, read in batches. Deleted rows are left out.

    A row that moves in its index may be found at its old and at its new place. It is returned once: BatchGetItem
    accepts no key twice.
    """
    rest = _once(pointers)
    while some := list(islice(rest, at_once)):
        rows = read_rows([(type(pointer), key_of(pointer)) for pointer in some])
        for pointer in some:
            row = rows.get(type(pointer), *key_of(pointer))
            if row is not None:
                yield pointer, row


def _once(pointers: Iterable[Any]) -> Iterator[Any]:
    seen = set()
    for pointer in pointers:
        row = (type(pointer), key_of(pointer))
        if row not in seen:
            seen.add(row)
            yield pointer


def read_pointed_page(
    pointers: Iterable[Model], to_domain: Callable[[Any], T], limit: int, fits: Callable[[Any], bool] = lambda _: True
) -> Page[T]:
    """Returns a page of the rows that fit, from a pynamodb query of an index of keys that reads page after page."""
    items: list[T] = []
    last: Model | None = None
    for pointer, row in rows_of(pointers, limit + 1):
        if not fits(row):
            continue
        if last is not None and len(items) == limit:
            return Page(items, last.serialize(null_check=False))
        items.append(to_domain(row))
        last = pointer
    return Page(items, None)
