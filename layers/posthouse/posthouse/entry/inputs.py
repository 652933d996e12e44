"""What clients send: models that check it, and the problem that tells them what is wrong with it.

Apart from ``http``, because many routes take nothing: their functions start without pydantic.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from posthouse.entry import problems

if TYPE_CHECKING:
    from posthouse.entry.problems import Problem

Model = TypeVar("Model", bound="Input")


class Input(BaseModel):
    """Base of what clients send: unknown fields are refused, nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def read_body(model: type[Model], raw: bytes) -> Model | Problem:
    """The body of a request; an empty one is an empty object."""
    try:
        return model.model_validate_json(raw or b"{}", strict=True)
    except ValidationError as error:
        return _problem(error)


def read_query(model: type[Model], query: Mapping[str, str]) -> Model | Problem:
    """The query of a request."""
    try:
        return model.model_validate(query)
    except ValidationError as error:
        return _problem(error)


def _problem(error: ValidationError) -> Problem:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if any(e["type"] == "json_invalid" for e in found):
        return problems.MALFORMED_JSON
    return problems.invalid((".".join(map(str, e["loc"])) or "body", e["msg"]) for e in found)
