"""Common parts of all tables: name, timeouts, and attribute types that pynamodb lacks."""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from pynamodb.attributes import Attribute
from pynamodb.constants import NUMBER, STRING
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from posthouse.store import connection

if TYPE_CHECKING:
    from posthouse.domain.personal_data import Personal

DUE_SHARDS = 16
"""How many partitions the indexes of due rows have. One partition takes 1,000 writes/s."""


class TableName:
    """The full name of a table, built at access: importing a model reads no environment variable."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, _instance: object, _owner: type) -> str:
        return f"{os.environ['TABLE_PREFIX']}-{self.name}"


class _Region:
    def __get__(self, _instance: object, _owner: type) -> str:
        return connection.region()


class TableMeta:
    """Base of every model's Meta.

    Each declares the personal data of its table (domain/personal_data.py). ``exported_as`` names the parts of
    GET /api/me/data that show its rows.
    """

    personal: ClassVar[tuple[Personal, ...]]
    exported_as: ClassVar[str] = ""

    region = _Region()
    connect_timeout_seconds = connection.CONNECT_SECONDS
    read_timeout_seconds = connection.READ_SECONDS
    max_retry_attempts = connection.ATTEMPTS - 1


class IntAttribute(Attribute[int]):
    """A whole number. pynamodb's NumberAttribute converts through float, which is wrong for money."""

    attr_type = NUMBER

    def serialize(self, value: Any) -> str:
        if type(value) is not int:
            msg = f"expected an int, not {type(value).__name__}"
            raise TypeError(msg)
        return str(value)

    def deserialize(self, value: str) -> int:
        return int(value)


class TimeAttribute(Attribute[datetime]):
    """A timestamp, stored as RFC 3339 in UTC with microseconds, so that the order of texts is the order of times."""

    attr_type = STRING

    def serialize(self, value: datetime) -> str:
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def deserialize(self, value: str) -> datetime:
        return datetime.fromisoformat(value)


def changes_to(row: type[Model], facts: Mapping[str, Any]) -> list[Action]:
    """Returns the update actions that set these attributes; None removes an attribute."""
    return [
        getattr(row, name).remove() if value is None else getattr(row, name).set(value) for name, value in facts.items()
    ]


def due_shard(key: str) -> str:
    """Returns the partition of a due index for the rows of an aggregate."""
    return str(zlib.crc32(key.encode()) % DUE_SHARDS)


def epoch(moment: datetime) -> int:
    """Returns whole seconds since 1970, for TTL and due indexes."""
    return int(moment.timestamp())
