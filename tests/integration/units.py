"""DynamoDB's charges for a request: moto stores like DynamoDB, but does not count units.

The rules are from AWS's pages "Item sizes and formats" and "On-demand capacity mode". A write costs one unit per KB of
the item before or after it, whichever is larger, and twice that in a transaction. Each index whose part of the item
changed costs one write more, or two if its key changed. A read costs half a unit per 4 KB, one unit if it is strongly
consistent, two in a transaction.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.support.template import template

Item = Mapping[str, Any]
"""An item or a key in the format of DynamoDB's API: a dict of a type and a value for each attribute."""

Call = Callable[[str, Mapping[str, Any]], Any]
"""Makes a call to DynamoDB that is not counted."""

KB = 1024
STRONG, EVENTUAL, TRANSACTION = 1.0, 0.5, 2.0
"""Read units for 4 KB."""


def item_size(item: Item) -> int:
    """The bytes of an item: names and values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    [(kind, content)] = value.items()
    if kind in {"NS", "SS", "BS"}:
        return sum(_value_size({kind[0]: inner}) for inner in content)
    return _SIZES[kind](content)


def _number_size(digits: str) -> int:
    significant = digits.lstrip("-").replace(".", "").strip("0")
    return math.ceil(len(significant) / 2) + 1 + digits.startswith("-")


_SIZES: dict[str, Callable[[Any], int]] = {
    "S": lambda text: len(text.encode()),
    "N": _number_size,
    "B": len,
    "NULL": lambda _: 1,
    "BOOL": lambda _: 1,
    "L": lambda items: 3 + sum(1 + _value_size(item) for item in items),
    "M": lambda members: 3 + sum(1 + len(name.encode()) + _value_size(it) for name, it in members.items()),
}


def write_units(size: int) -> int:
    """Units of one standard write."""
    return max(1, math.ceil(size / KB))


def read_units(size: int, factor: float) -> float:
    """Units of one read; a missing item costs as much as a small one."""
    return max(1, math.ceil(size / (4 * KB))) * factor


@dataclass(frozen=True)
class Index:
    """A global secondary index: its name, its key's attributes, and the attributes that it holds (None for all)."""

    name: str
    key: tuple[str, ...]
    projected: frozenset[str] | None

    def image(self, item: Item | None) -> Item | None:
        """The part of an item that the index holds; None if it does not hold the item."""
        if item is None or any(name not in item for name in self.key):
            return None
        return {name: value for name, value in item.items() if self.projected is None or name in self.projected}

    def units(self, before: Item | None, after: Item | None) -> int:
        """The units of the index's update after a change of an item."""
        old, new = self.image(before), self.image(after)
        if old == new:
            return 0
        sizes = [write_units(item_size(image)) for image in (old, new) if image is not None]
        moved = old is not None and new is not None and any(old[name] != new[name] for name in self.key)
        return sum(sizes) if moved else max(sizes)


@dataclass(frozen=True)
class Table:
    """A table of the template."""

    key: tuple[str, ...]
    indexes: tuple[Index, ...]


@cache
def tables() -> dict[str, Table]:
    """The template's tables, by their names without the stack's name."""
    found = {}
    for resource in template()["Resources"].values():
        if resource["Type"] == "AWS::DynamoDB::Table":
            properties = resource["Properties"]
            name = properties["TableName"]["Fn::Sub"].removeprefix("${AWS::StackName}-")
            key = _key(properties)
            indexes = properties.get("GlobalSecondaryIndexes", [])
            found[name] = Table(key, tuple(_index(it, key) for it in indexes))
    return found


def _key(properties: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(part["AttributeName"] for part in properties["KeySchema"])


def _index(properties: Mapping[str, Any], table_key: tuple[str, ...]) -> Index:
    key, projection = _key(properties), properties["Projection"]
    if projection["ProjectionType"] == "ALL":
        return Index(properties["IndexName"], key, None)
    return Index(properties["IndexName"], key, frozenset({*key, *table_key, *projection.get("NonKeyAttributes", ())}))


def short_name(table: str) -> str:
    """A table's name without the stack's name."""
    return table.removeprefix("posthouse-")


@dataclass(frozen=True)
class Writing:
    """One item that a request writes or checks. ``factor`` is 2 in a transaction; indexes are written outside of it."""

    table: str
    key: Item
    factor: int
    checks_only: bool = False

    def stored(self, call: Call) -> Item | None:
        """The item as it is stored now."""
        answer = call("GetItem", {"TableName": self.table, "Key": self.key, "ConsistentRead": True})
        found: Item | None = answer.get("Item")
        return found

    def units(self, before: Item | None, after: Item | None) -> Iterator[tuple[str, int]]:
        """The units of the table and of each index, by name; a failed condition costs as much as a write."""
        size = max(item_size(image) if image else 0 for image in (before, after))
        yield short_name(self.table), write_units(size) * self.factor
        for index in tables()[short_name(self.table)].indexes:
            if not self.checks_only and (units := index.units(before, after)):
                yield f"{short_name(self.table)}.{index.name}", units


def writings(operation: str, request: Mapping[str, Any]) -> list[Writing]:
    """Every item that a request writes."""
    match operation:
        case "PutItem":
            return [_put(request, 1)]
        case "UpdateItem" | "DeleteItem":
            return [Writing(request["TableName"], request["Key"], 1)]
        case "TransactWriteItems":
            return [_part(kind, part) for item in request["TransactItems"] for kind, part in item.items()]
        case "BatchWriteItem":
            return [_batched(table, it) for table, parts in request["RequestItems"].items() for it in parts]
    return []


def _put(request: Mapping[str, Any], factor: int) -> Writing:
    key = tables()[short_name(request["TableName"])].key
    return Writing(request["TableName"], {name: request["Item"][name] for name in key}, factor)


def _part(kind: str, part: Mapping[str, Any]) -> Writing:
    if kind == "Put":
        return _put(part, 2)
    return Writing(part["TableName"], part["Key"], 2, checks_only=kind == "ConditionCheck")


def _batched(table: str, part: Mapping[str, Any]) -> Writing:
    if "PutRequest" in part:
        return _put({"TableName": table, **part["PutRequest"]}, 1)
    return Writing(table, part["DeleteRequest"]["Key"], 1)


@dataclass
class Reading:
    """The reads of a request: its units by table or index, and the number of items that were read."""

    units: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    items: int = 0

    def add(self, source: str, found: Iterable[Item], factor: float) -> None:
        """Add items whose sizes are rounded up together, as in a Query."""
        items = list(found)
        self.units[source] += read_units(sum(item_size(item) for item in items), factor)
        self.items += len(items)


def reading(operation: str, request: Mapping[str, Any], call: Call) -> Reading:
    """Count a request's reads. Items that a filter or projection leaves out of the response are read and count too."""
    found = Reading()
    match operation:
        case "GetItem":
            _one(found, request, STRONG if request.get("ConsistentRead") else EVENTUAL, call)
        case "BatchGetItem":
            for table, wish in request["RequestItems"].items():
                for key in wish["Keys"]:
                    strong = STRONG if wish.get("ConsistentRead") else EVENTUAL
                    _one(found, {"TableName": table, "Key": key}, strong, call)
        case "TransactGetItems":
            for item in request["TransactItems"]:
                _one(found, item["Get"], TRANSACTION, call)
        case "Query" | "Scan":
            source = ".".join(filter(None, (short_name(request["TableName"]), request.get("IndexName"))))
            evaluated = call(operation, _without_filter(request))["Items"]
            found.add(source, evaluated, STRONG if request.get("ConsistentRead") else EVENTUAL)
    return found


def _one(found: Reading, wish: Mapping[str, Any], factor: float, call: Call) -> None:
    item = Writing(wish["TableName"], wish["Key"], 1).stored(call)
    found.add(short_name(wish["TableName"]), [item] if item else [], factor)


def _without_filter(request: Mapping[str, Any]) -> dict[str, Any]:
    """The same request for whole items, without filter, projection and the names that only these used.

    A request that only counts reads the items too.
    """
    left_out = {"FilterExpression", "ProjectionExpression", "Select"}
    kept = {name: it for name, it in request.items() if name not in left_out}
    condition = request.get("KeyConditionExpression", "")
    for names in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        used = {name: it for name, it in request.get(names, {}).items() if name in condition}
        kept.pop(names, None)
        if used:
            kept[names] = used
    return kept
