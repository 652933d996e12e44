"""A step of the checkout workflow: the order that it is handed, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import ValidationError, convert, to_builtins

from posthouse.domain.shop_order import ShopOrder

if TYPE_CHECKING:
    from posthouse.domain.refusal import Refusal


def order_of(facts: Mapping[str, Any]) -> ShopOrder:
    """The order that a workflow's facts describe. Raises ValueError, which tells where it goes wrong and no more."""
    try:
        return convert(facts["order"], ShopOrder)
    except ValidationError as error:  # the facts themselves are names, addresses, phone numbers
        raise ValueError(f"this is no order: {error}") from None


def outcome_of(refusal: Refusal | None) -> dict[str, Any]:
    """What a step answers: that it is done, or why it is not."""
    if refusal is None:
        return {"outcome": "done"}
    return {"outcome": "refused", "refusal": {"kind": type(refusal).__name__, "facts": to_builtins(refusal)}}
