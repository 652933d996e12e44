"""Inputs: structures that check what clients send, and the problem that lists all errors at once.

A module of its own, because many routes take no input.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from msgspec import DecodeError, ValidationError, convert, json, to_builtins
from msgspec.structs import fields, force_setattr

from posthouse.domain.value import Value
from posthouse.entry import problems
from posthouse.entry.fields import LINE

if TYPE_CHECKING:
    from posthouse.entry.problems import Problem

Model = TypeVar("Model", bound="Input")

MAX_DEPTH = 32
"""How deep objects and lists may be nested. The depth at which the decoder itself fails differs between Pythons."""


class Input(Value, forbid_unknown_fields=True):
    """Base of all inputs: unknown fields are refused, and no value is converted silently."""

    def __post_init__(self) -> None:
        for name in _lines(type(self)):
            force_setattr(self, name, _stripped(getattr(self, name)))

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        """Returns broken rules that concern more than one field's type: pairs of a field and a message.

        Called for the input as a whole, not for structures inside it.
        """
        yield from ()


@cache
def _lines(model: type[Input]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(model) if _is_line(field.type))


def _is_line(kind: Any) -> bool:
    return LINE in get_args(kind) or any(_is_line(part) for part in get_args(kind))


def _stripped(value: Any) -> Any:
    match value:
        case str():
            return value.strip()
        case tuple():
            return tuple(line.strip() for line in value)
    return value


def read_body(model: type[Model], raw: bytes) -> Model | Problem:
    """Decode the body of a request; an empty body counts as an empty object."""
    try:
        sent = json.decode(raw or b"{}")
    except (DecodeError, UnicodeDecodeError, RecursionError):
        return problems.MALFORMED_JSON
    if not isinstance(sent, dict):
        return problems.invalid([("body", "Expected an object")])
    return problems.MALFORMED_JSON if _is_deep(sent) else read_facts(model, sent)


def _is_deep(sent: Any) -> bool:
    level = [sent]
    for _ in range(MAX_DEPTH):
        parts = [part for node in level for part in (node.values() if isinstance(node, dict) else node)]
        level = [part for part in parts if isinstance(part, dict | list)]
    return bool(level)


def read_facts(model: type[Model], facts: Mapping[str, Any], *, strict: bool = True) -> Model | Problem:
    """Check facts that are already decoded. Unless ``strict``, numbers may be texts."""
    try:
        read = convert(facts, model, strict=strict)
    except ValidationError:
        return problems.invalid(_wrong(model, facts, strict=strict))
    broken = [*read.broken_rules()]
    return problems.invalid(broken) if broken else read


def read_query(model: type[Model], query: Mapping[str, str]) -> Model | Problem:
    """Check the query of a request."""
    asked = read_facts(model, query, strict=False)
    if isinstance(asked, problems.Problem):
        return asked
    # In a query "null" is a text, but msgspec reads it as None.
    nulls = [name for name, value in to_builtins(asked).items() if value is None and name in query]
    return problems.invalid((name, "Expected a value") for name in nulls) if nulls else asked


def _wrong(model: type[Input], sent: Mapping[str, Any], *, strict: bool) -> Iterator[tuple[str, str]]:
    """Returns every wrong field; msgspec itself stops at the first one."""
    known = {field.encode_name: field for field in fields(model)}
    yield from ((name, "There is no such field") for name in sent if name not in known)
    for name, field in known.items():
        if name in sent:
            try:
                convert(sent[name], field.type, strict=strict)
            except ValidationError as error:
                message, _, path = str(error).partition(" - at `$")
                yield name + path.rstrip("`").replace("[", ".").replace("]", ""), message.replace("`", "")
        elif field.required:
            yield name, "This field is required"
