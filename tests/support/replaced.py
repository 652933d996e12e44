"""Replaces functions of moto and botocore by quicker ones that do the same, and puts the plain ones back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_ABSENT = object()
"""In place of the plain function: the class has none of its own."""

DONE: list[tuple[Any, str, Any, Any]] = []
"""Every replacement: the module or class, the name, the plain function and the quick one."""


def replace(owner: Any, name: str, quick: Any) -> Any:
    """Replace a module's or a class's function; returns the plain one as it is called."""
    called = getattr(owner, name, None)
    DONE.append((owner, name, owner.__dict__.get(name, _ABSENT), quick))
    setattr(owner, name, quick)
    return called


@contextmanager
def plain_functions() -> Iterator[None]:
    """Put the plain functions back inside the block."""
    for owner, name, plain, _ in reversed(DONE):
        if plain is _ABSENT:
            delattr(owner, name)
        else:
            setattr(owner, name, plain)
    try:
        yield
    finally:
        for owner, name, _, quick in DONE:
            setattr(owner, name, quick)
