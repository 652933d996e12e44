"""All that moto remembers, taken down and put back whole: a millisecond, where making every resource anew takes 150.

Moto keeps an account's resources in one backend object per service and region. They are replaced as they are, with all
that they hold (rows, messages on their way, versions of secrets, what a FIFO queue has seen), so that nothing of what
came after a picture can be left in it, also where resources themselves were changed, made or deleted.
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
    """Where the backends stood, and all of them as bytes: whoever puts them back gets objects of his own."""

    places: tuple[tuple[BackendDict[Any], str, str], ...]
    backends: bytes


class _Pickler(pickle.Pickler):
    """A queue's lock has no state: nobody holds it between two calls."""

    def reducer_override(self, it: Any) -> Any:
        if isinstance(it, Condition):
            return Condition, ()
        return NotImplemented


def every_backend() -> list[tuple[tuple[BackendDict[Any], str, str], Any]]:
    """Every backend that is in use, and where it stands."""
    instances: list[BackendDict[Any]] = BackendDict._instances  # type: ignore[misc]
    return [((of_one, account, region), it) for of_one in instances for account, region, it in of_one.iter_backends()]


def moto_state() -> MotoState:
    """What moto remembers now."""
    found = every_backend()
    written = io.BytesIO()
    _Pickler(written, pickle.HIGHEST_PROTOCOL).dump([backend for _, backend in found])
    return MotoState(tuple(place for place, _ in found), written.getvalue())


def put_back(state: MotoState) -> None:
    """Let moto remember that, and nothing else."""
    BackendDict.reset()
    backends = pickle.loads(state.backends)  # noqa: S301 - written above
    for (services, account, region), backend in zip(state.places, backends, strict=True):
        services[account][region] = backend
