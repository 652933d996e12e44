"""Indexes that hold keys only: whoever reads one fetches the rows themselves, current ones, in batches.

An index that holds whole rows is written once more at every change of a row; one of keys only when it comes and goes:
docs/decisions/0021-indexes-of-keys.md.
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
    """Each pointer with its row, in the pointers' order, read so many at a time; rows that are gone are left out.

    A row that moves in its index may be seen where it was and where it is. It comes once: BatchGetItem takes no key
    twice.
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
    """A page of the rows that fit, from a pynamodb query of an index of keys that goes on from page to page."""
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
