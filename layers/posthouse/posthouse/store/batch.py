"""Reads rows of several tables in one BatchGetItem call; pynamodb's own batches read one table each."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from typing import Any

from pynamodb.models import Model

from posthouse.store import connection
from posthouse.store.transaction import StoreBusy

MAX_KEYS = 100
"""DynamoDB's limit for the keys of one BatchGetItem."""

TRIES = 5

Key = tuple[Any, ...]


class Rows:
    """The rows that a batch read has found."""

    def __init__(self, found: dict[tuple[type[Model], Key], Model]) -> None:
        self._found = found

    def get(self, model: type[Model], *key: Any) -> Any:
        """Returns the row with this key, or None."""
        return self._found.get((model, key))


def read_rows(keys: Iterable[tuple[type[Model], Key]], *, consistent: bool = True) -> Rows:
    """Read the rows of all keys, a hundred in a call. Raises StoreBusy if some stay unprocessed after all retries."""
    wanted = list(keys)
    found: dict[tuple[type[Model], Key], Model] = {}
    for begin in range(0, len(wanted), MAX_KEYS):
        _read_some(wanted[begin : begin + MAX_KEYS], found, consistent=consistent)
    return Rows(found)


def _read_some(
    wanted: list[tuple[type[Model], Key]], found: dict[tuple[type[Model], Key], Model], *, consistent: bool
) -> None:
    models = {model.Meta.table_name: model for model, _ in wanted}
    request: dict[str, Any] = {}
    for model, key in wanted:
        table = request.setdefault(model.Meta.table_name, {"ConsistentRead": consistent, "Keys": []})
        table["Keys"].append(_typed(model, key))
    client = connection.dynamodb()
    for attempt in range(TRIES):
        answer = client.batch_get_item(RequestItems=request)
        for table_name, items in answer["Responses"].items():
            model = models[table_name]
            for item in items:
                row = model.from_raw_data(item)
                found[model, key_of(row)] = row
        request = answer.get("UnprocessedKeys") or {}
        if not request:
            return
        time.sleep(random.uniform(0.01, 0.05) * 2**attempt)  # noqa: S311 - spreads retries, guards nothing # nosec B311
    raise StoreBusy("the store is busy; try again in a moment")


def _typed(model: type[Model], key: Key) -> dict[str, Any]:
    return {
        attribute.attr_name: {attribute.attr_type: attribute.serialize(value)}
        for attribute, value in zip(_key_attributes(model), key, strict=True)
    }


def key_of(row: Model) -> Key:
    """Returns a row's key: the partition key, and the sort key if there is one."""
    return tuple(getattr(row, attribute.attr_name) for attribute in _key_attributes(type(row)))


def _key_attributes(model: type[Model]) -> list[Any]:
    attributes = model.get_attributes().values()
    return [a for a in attributes if a.is_hash_key] + [a for a in attributes if a.is_range_key]
