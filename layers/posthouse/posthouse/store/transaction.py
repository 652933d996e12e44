"""One business step, one ``TransactWriteItems``: every condition has a name, and the result names those that failed.

Failed conditions are returned as a value. A conflict with another transaction on the same item (DynamoDB's
TransactionConflict) says nothing about our conditions, so the transaction is retried. It is a fault only after several
retries.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from posthouse.domain.value import Value
from posthouse.store import connection
from posthouse.store.faults import is_busy, is_down

MAX_ITEMS = 100
"""DynamoDB's limit on the items of one transaction."""

TRIES = 8
FIRST_WAIT_SECONDS = 0.02
LONGEST_WAIT_SECONDS = 0.4

_CONDITION = "ConditionalCheckFailed"
_BUSY = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})


class StoreBusy(Exception):
    """The store would not take a change in time (conflicts or throttling); nothing was changed. Worth a retry."""


class KeyTaken(Exception):
    """The Idempotency-Key of a request was used before; nothing was changed. The first request's answer stands."""


REQUEST = "request"
"""The name of the condition that the key of a request is new, where its route does not require one."""


class Failed(Value):
    """The conditions that did not hold; nothing was changed. ``rows`` has the stored rows that made them fail."""

    names: frozenset[str]
    rows: Mapping[str, Mapping[str, Any]]

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def starting(self, prefix: str) -> list[str]:
        """Returns the names that begin with ``prefix``, without the prefix, sorted."""
        return sorted(name.removeprefix(prefix) for name in self.names if name.startswith(prefix))


class Transaction:
    """The writes of one step, each under its own name. They are committed all or none."""

    def __init__(self) -> None:
        # In pynamodb's order of operations: it regroups them, and DynamoDB's reasons come in that order.
        self._groups: dict[str, list[tuple[str, Callable[[TransactWrite], None]]]] = {
            "check": [],
            "delete": [],
            "put": [],
            "update": [],
        }

    def check(self, name: str, row: type[Model], key: tuple[Any, ...], condition: Condition) -> None:
        """Check a condition on a row that is not written."""
        self._add("check", name, lambda write: write.condition_check(row, key[0], _range(key), condition=condition))

    def delete(self, name: str, row: Model, condition: Condition | None = None) -> None:
        """Delete a row."""
        self._add("delete", name, lambda write: write.delete(row, condition=condition))

    def put(self, name: str, row: Model, condition: Condition | None = None) -> None:
        """Write a whole row."""
        self._add("put", name, lambda write: write.save(row, condition=condition, return_values="ALL_OLD"))

    def update(self, name: str, row: Model, actions: Sequence[Action], condition: Condition) -> None:
        """Change attributes of a row; ``row`` carries just its key."""
        self._add(
            "update",
            name,
            lambda write: write.update(row, actions=list(actions), condition=condition, return_values="ALL_OLD"),
        )

    def _add(self, group: str, name: str, write: Callable[[TransactWrite], None]) -> None:
        self._groups[group].append((name, write))

    @property
    def is_too_large(self) -> bool:
        """Whether it has more items than DynamoDB takes, for a step that takes as many as there are."""
        return sum(len(group) for group in self._groups.values()) > MAX_ITEMS

    def commit(self) -> Failed | None:
        """Write everything, or return the conditions that failed. Raises StoreBusy after bounded retries."""
        ordered = [named for group in self._groups.values() for named in group]
        if len(ordered) > MAX_ITEMS:
            msg = f"a transaction of {len(ordered)} items, more than DynamoDB takes; limit the request where it enters"
            raise ValueError(msg)
        for attempt in range(TRIES):
            try:
                self._write_once(ordered)
            except TransactWriteError as error:
                failed = _conditions(error, [name for name, _ in ordered])
                if failed is not None and REQUEST in failed:
                    raise KeyTaken from error
                if failed is not None:
                    return failed
            else:
                return None
            time.sleep(jitter(attempt))
        raise StoreBusy("the store is busy; try again in a moment")

    @staticmethod
    def _write_once(ordered: Sequence[tuple[str, Callable[[TransactWrite], None]]]) -> None:
        with TransactWrite(connection=store_connection()) as write:
            for _, add in ordered:
                add(write)


def passes(error: Exception) -> bool:
    """Whether the fault is temporary: the store is busy, or AWS is down."""
    return isinstance(error, StoreBusy) or is_busy(error) or is_down(error)


def _conditions(error: TransactWriteError, names: Sequence[str]) -> Failed | None:
    """Returns the failed conditions, or None if the transaction is worth a retry. Raises all other errors."""
    if is_busy(error):
        return None
    reasons = error.cancellation_reasons
    codes = {reason.code for reason in reasons if reason}
    if not codes or codes - _BUSY - {_CONDITION}:
        raise error
    if codes & _BUSY:
        return None
    failed = {name: reason for name, reason in zip(names, reasons, strict=True) if reason}
    return Failed(frozenset(failed), {name: reason.raw_item for name, reason in failed.items() if reason.raw_item})


def _range(key: tuple[Any, ...]) -> Any:
    return key[1] if len(key) > 1 else None


def jitter(attempt: int) -> float:
    """Returns the seconds to wait before the next attempt."""
    longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**attempt)
    return random.uniform(longest / 4, longest)  # noqa: S311 - spreads retries, guards nothing # nosec B311


@cache
def store_connection() -> Connection:
    """Returns the connection that transactions use."""
    return Connection(
        region=connection.region(),
        connect_timeout_seconds=connection.CONNECT_SECONDS,
        read_timeout_seconds=connection.READ_SECONDS,
        max_retry_attempts=connection.ATTEMPTS - 1,
    )
