"""The checkout workflow at its two edges: what goes into it and comes out of it, and its steps' outcomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from posthouse.clients import workflows
from posthouse.domain.account import InsufficientBalance
from posthouse.domain.catalogue import NotOnSale
from posthouse.domain.coupon import CouponUnusable
from posthouse.domain.identity import AccountDeleted
from posthouse.domain.limit import TooManyRequests
from posthouse.domain.money import ZERO
from posthouse.domain.refusal import PriceChanged, Refusal
from posthouse.domain.shop_order import OutOfStock, Overtaken, ShopOrder
from posthouse.services.checkout import Outcome

if TYPE_CHECKING:
    from posthouse.services.step import Step

_ORDER = TypeAdapter(ShopOrder)
_REFUSALS = {
    kind.__name__: kind
    for kind in (
        AccountDeleted,
        CouponUnusable,
        InsufficientBalance,
        NotOnSale,
        OutOfStock,
        Overtaken,
        PriceChanged,
        TooManyRequests,
    )
}


@cache
def _refusal(kind: str) -> TypeAdapter[Any]:
    """Made when a refusal comes up: most checkouts meet none."""
    return TypeAdapter(_REFUSALS[kind])


def run_checkout(workflow_arn: str, step: Step) -> Callable[[ShopOrder, str], Outcome]:
    """What takes an order through the workflow."""

    def run(order: ShopOrder, body_hash: str) -> Outcome:
        facts = {
            "order_no": order.order_no,
            "order": _ORDER.dump_python(order, mode="json"),
            "body_hash": body_hash,
            "has_coupon": order.coupon_id is not None,
            "has_balance": order.price.balance_paid > ZERO,
            "correlation_id": step.correlation_id,
        }
        return _outcome(workflows.run(workflow_arn, order.order_no, facts))

    return run


def _outcome(said: Mapping[str, Any]) -> Outcome:
    match said["outcome"]:
        case "refused":
            return Outcome(refusal=_refusal(said["refusal"]["kind"]).validate_python(said["refusal"]["facts"]))
        case "repeat":
            return Outcome(repeat=True)
        case _:
            return Outcome()


def order_of(facts: Mapping[str, Any]) -> ShopOrder:
    """The order that a workflow's facts describe. Raises ValueError, which tells where it goes wrong and no more."""
    try:
        return _ORDER.validate_python(facts["order"])
    except ValidationError as error:  # its own text quotes what was sent: names, addresses, phone numbers
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors(include_input=False))
        raise ValueError(f"this is no order: {wrong}") from None


def outcome_of(refusal: Refusal | None) -> dict[str, Any]:
    """What a step answers: that it is done, or why it is not."""
    if refusal is None:
        return {"outcome": "done"}
    kind = type(refusal).__name__
    facts = _refusal(kind).dump_python(refusal, mode="json")
    return {"outcome": "refused", "refusal": {"kind": kind, "facts": facts}}
