"""Inputs: structures that check what clients send, and the problem that lists all errors at once.

A module of its own, because many routes take no input.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, get_args, get_origin

from msgspec import DecodeError, ValidationError, convert, json, to_builtins
from msgspec.structs import fields

from posthouse.domain.value import Value
from posthouse.entry import problems
from posthouse.entry.fields import TextRule

if TYPE_CHECKING:
    from posthouse.entry.problems import Problem

Model = TypeVar("Model", bound="Input")

MAX_DEPTH = 32
"""How deep objects and lists may be nested. The depth at which the decoder itself fails differs between Pythons."""


class Input(Value, forbid_unknown_fields=True):
    """Base of all inputs: unknown fields are refused, and no value is converted silently.

    ``secrets`` names the fields of which nothing is kept, not even in the digest beside an Idempotency-Key.
    """

    secrets: ClassVar[frozenset[str]] = frozenset()

    def broken_rules(self) -> Iterator[tuple[str, str]]:
        """Returns broken rules that concern more than one field's type: pairs of a field and a message.

        Called for the input as a whole, not for structures inside it.
        """
        yield from ()


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
    """Check facts that are already decoded, with each text in its one form. Unless ``strict``, numbers may be texts."""
    unfit: dict[str, str] = {}
    sent = _in_form(_forms_of(model), facts, "", unfit)
    try:
        read = convert(sent, model, strict=strict)
    except ValidationError:
        return problems.invalid({**unfit, **dict(_wrong(model, sent, strict=strict))}.items())
    broken = [*unfit.items(), *read.broken_rules()]
    return problems.invalid(broken) if broken else read


class _Each(Value):
    """The form of each entry of a list."""

    form: Form


Form = TextRule | _Each | Mapping[str, Any] | None
"""How the texts in a value are read: one text, a list, a structure by the names of its fields; None has no texts."""


@cache
def _forms_of(model: type[Input]) -> Mapping[str, Form]:
    return {field.encode_name: form_of(field.type) for field in fields(model)}


def form_of(kind: Any) -> Form:
    """Returns how the texts in a value of this type are read."""
    if isinstance(kind, TextRule):
        return kind
    if isinstance(kind, type) and issubclass(kind, Input):
        return _forms_of(kind)
    form = next((form for form in map(form_of, get_args(kind)) if form is not None), None)
    return _Each(form) if form is not None and get_origin(kind) is tuple else form


def _in_form(form: Form, sent: Any, place: str, unfit: dict[str, str]) -> Any:
    """Returns what was sent with each text in its form. What has none stays, and ``unfit`` says why, by its place."""
    match form, sent:
        case TextRule(), str():
            read = form.read(sent)
            if read is None:
                unfit[place] = form.refused
            return sent if read is None else read
        case _Each(), list():
            return [_in_form(form.form, part, f"{place}.{number}", unfit) for number, part in enumerate(sent)]
        case Mapping(), Mapping():
            inside = f"{place}." if place else ""
            return {name: _in_form(form.get(name), part, inside + name, unfit) for name, part in sent.items()}
    return sent


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
