"""Running the checkout workflow: its input, and its output as an Outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import convert, to_builtins

from posthouse.clients import workflows
from posthouse.domain.account import InsufficientBalance
from posthouse.domain.catalogue import NotOnSale
from posthouse.domain.coupon import CouponUnusable
from posthouse.domain.identity import AccountDeleted
from posthouse.domain.limit import TooManyRequests
from posthouse.domain.money import ZERO
from posthouse.domain.refusal import PriceChanged
from posthouse.domain.shop_order import OutOfStock, Overtaken, ShopOrder
from posthouse.services.checkout.checkout import Outcome

if TYPE_CHECKING:
    from posthouse.services.step import Step

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


def run_checkout(workflow_arn: str, step: Step) -> Callable[[ShopOrder, str], Outcome]:
    """Returns the function that runs the workflow for an order."""

    def run(order: ShopOrder, body_hash: str) -> Outcome:
        facts = {
            "order_no": order.order_no,
            "order": to_builtins(order),
            "body_hash": body_hash,
            "has_coupon": order.coupon_id is not None,
            "has_balance": order.price.balance_paid > ZERO,
            "correlation_id": step.correlation_id,
        }
        return _outcome(workflows.run(workflow_arn, order.order_no, facts))

    return run


def _outcome(output: Mapping[str, Any]) -> Outcome:
    match output["outcome"]:
        case "refused":
            refusal = output["refusal"]
            return Outcome(refusal=convert(refusal["facts"], _REFUSALS[refusal["kind"]]))
        case "repeat":
            return Outcome(repeat=True)
        case _:
            return Outcome()
