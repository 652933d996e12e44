"""A step of the checkout workflow: its input and its output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import ValidationError, convert, to_builtins

from posthouse.domain.shop_order import ShopOrder

if TYPE_CHECKING:
    from posthouse.domain.refusal import Refusal


def order_of(facts: Mapping[str, Any]) -> ShopOrder:
    """Returns the order in a workflow's facts. Raises ValueError, which names only the place of the mistake."""
    try:
        return convert(facts["order"], ShopOrder)
    except ValidationError as error:  # the facts have names, addresses and phone numbers
        raise ValueError(f"the facts have no valid order: {error}") from None


def outcome_of(refusal: Refusal | None) -> dict[str, Any]:
    """Returns a step's output: that it is done, or the refusal."""
    if refusal is None:
        return {"outcome": "done"}
    return {"outcome": "refused", "refusal": {"kind": type(refusal).__name__, "facts": to_builtins(refusal)}}
