"""The declarations of personal data of all tables, as a test can compare them and docs/privacy.md shows them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from pynamodb.models import Model

import posthouse.store
from posthouse.domain.personal_data import Fact, Personal
from posthouse.store.table import TableMeta, TableName

Place = tuple[str, str, Fact]
"""A table, one of its attributes, and the fact about a guest that it holds."""

_ON_DELETION = {
    "forgotten": "forgotten",
    "kept": "kept: {why}",
    "expires": "deleted by TTL: {why}",
}


@cache
def models() -> tuple[type[Model], ...]:
    """Every model of posthouse/store; two may lie in one table."""
    found = pkgutil.iter_modules(posthouse.store.__path__, "posthouse.store.")
    modules = [importlib.import_module(it.name) for it in found]
    return tuple(
        member
        for module in modules
        for member in vars(module).values()
        if isinstance(member, type) and issubclass(member, Model) and member.__module__ == module.__name__
    )


def table_of(model: type[Model]) -> str:
    """The table's name without the prefix of its stack."""
    name = vars(model.Meta)["table_name"]
    assert isinstance(name, TableName)
    return name.name


def meta_of(model: type[Model]) -> type[TableMeta]:
    """The model's Meta."""
    found: Any = model.Meta
    return cast("type[TableMeta]", found)


def declared() -> dict[Place, Personal]:
    """All declarations."""
    return {
        (table_of(model), personal.attribute, personal.fact): personal
        for model in models()
        for personal in meta_of(model).personal
    }


def exported() -> dict[str, tuple[str, ...]]:
    """By table, the parts of GET /api/me/data that show its rows."""
    return {table_of(it): tuple(meta_of(it).exported_as.split(", ")) for it in models() if meta_of(it).exported_as}


def page() -> str:
    """The table of docs/privacy.md."""
    head = ["| table | attributes | what | when the guest leaves | export |", "|---|---|---|---|---|"]
    empty = sorted({f"`{table_of(it)}`" for it in models()} - {f"`{table}`" for table, _, _ in declared()})
    return "\n".join([*head, *sorted(_lines()), "", f"Nothing of a guest is in {', '.join(empty)}."]) + "\n"


def _lines() -> Iterator[str]:
    for model in models():
        grouped: dict[tuple[str, str], list[str]] = {}
        for it in meta_of(model).personal:
            ends = _ON_DELETION[it.fate].format(why=it.why)
            grouped.setdefault((it.fact, ends), []).append(f"`{it.attribute}`")
        parts = ", ".join(f"`{part}`" for part in exported().get(table_of(model), ()))
        for (fact, ends), attributes in grouped.items():
            yield f"| `{table_of(model)}` | {', '.join(attributes)} | {fact} | {ends} | {parts} |"
