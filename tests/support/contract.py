"""openapi.yaml as data: every operation with its roles and its parameters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from posthouse.domain.identity import Role
from tests.support.template import ROOT

METHODS = {"get", "post", "put", "delete", "patch"}


@dataclass(frozen=True)
class Operation:
    """A route of the contract; ``step`` is the function that serves it."""

    method: str
    path: str
    step: str
    roles: frozenset[Role]
    path_parameters: tuple[str, ...]
    required_query: tuple[str, ...]
    optional_query: frozenset[str]
    success: int

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@cache
def document() -> dict[str, Any]:
    """The contract."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "openapi.yaml").read_text())
    return loaded


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """Follow a $ref to its target."""
    while "$ref" in node:
        found: Any = document()
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation of the contract."""
    return tuple(
        _operation(method.upper(), path, operation)
        for path, item in document()["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    )


def _operation(method: str, path: str, said: dict[str, Any]) -> Operation:
    parameters = [resolved(parameter) for parameter in said.get("parameters", [])]
    needed = [(it["in"], it["name"]) for it in parameters if it.get("required")]
    return Operation(
        method=method,
        path=path,
        step=said["operationId"],
        roles=frozenset(Role(role) for role in said["x-roles"]),
        path_parameters=tuple(name for where, name in needed if where == "path"),
        required_query=tuple(name for where, name in needed if where == "query"),
        optional_query=frozenset(it["name"] for it in parameters if it["in"] == "query" and not it["required"]),
        success=min(int(status) for status in said["responses"] if status.startswith("2")),
    )
