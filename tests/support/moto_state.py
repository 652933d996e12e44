"""Saves and restores moto's whole state: that takes a millisecond, while creating all resources again takes 150.

Moto keeps an account's resources in one backend object per service and region. Whole backends are replaced, with all
that they contain (rows, messages in flight, versions of secrets, what a FIFO queue has seen). So nothing that happened
after a snapshot can remain, even if resources themselves were changed, created or deleted.
"""

from __future__ import annotations

import io
import pickle
from dataclasses import dataclass
from threading import Condition
from typing import Any

from moto.core.base_backend import BackendDict


@dataclass(frozen=True)
class MotoState:
    """All backends as bytes, with their places; each restore makes new objects."""

    places: tuple[tuple[BackendDict[Any], str, str], ...]
    backends: bytes


class _Pickler(pickle.Pickler):
    """Pickles a queue's lock as a new one: it is never held between two calls."""

    def reducer_override(self, it: Any) -> Any:
        if isinstance(it, Condition):
            return Condition, ()
        return NotImplemented


def every_backend() -> list[tuple[tuple[BackendDict[Any], str, str], Any]]:
    """Every backend in use, with its place."""
    instances: list[BackendDict[Any]] = BackendDict._instances  # type: ignore[misc]
    return [((of_one, account, region), it) for of_one in instances for account, region, it in of_one.iter_backends()]


def moto_state() -> MotoState:
    """Save moto's present state."""
    found = every_backend()
    written = io.BytesIO()
    _Pickler(written, pickle.HIGHEST_PROTOCOL).dump([backend for _, backend in found])
    return MotoState(tuple(place for place, _ in found), written.getvalue())


def put_back(state: MotoState) -> None:
    """Replace moto's state by this one."""
    BackendDict.reset()
    backends = pickle.loads(state.backends)  # noqa: S301 - written above
    for (services, account, region), backend in zip(state.places, backends, strict=True):
        services[account][region] = backend
