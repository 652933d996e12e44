"""The checkout workflow's data: an order and its refusals are the same after JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.json import schema

from posthouse.clients import workflows
from posthouse.domain.account import Account, InsufficientBalance
from posthouse.domain.money import ZERO, Money
from posthouse.domain.refusal import PriceChanged, Refusal
from posthouse.domain.shop_order import Delivery, OrderLine, OutOfStock, ShopMoment, ShopOrder, ShopPrice, ShopState
from posthouse.entry.checkout import checkout_workflow
from posthouse.entry.checkout.checkout_step import order_of, outcome_of

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
ORDER = ShopOrder(
    order_no="S1",
    user_id="G1",
    lines=(OrderLine("T1", "Tea", Money(3000), 2),),
    price=ShopPrice.of(Money(6000), Money(1000), ZERO, Money(500)),
    status=ShopState.UNCONFIRMED,
    delivery=Delivery("1 Lake Road", "Li", "13800138000"),
    coupon_id=None,
    caller_key="G1#k",
    created_at=NOW,
    expires_at=NOW + timedelta(minutes=30),
    waits_until=NOW + timedelta(seconds=45),
    timeline=(ShopMoment(ShopState.UNCONFIRMED, NOW),),
    version=1,
)


def through_the_workflow(monkeypatch: pytest.MonkeyPatch, said: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """The workflow's input as JSON, and the result read from its output."""
    sent: list[str] = []

    def run(_arn: str, _name: str, facts: dict[str, Any]) -> dict[str, Any]:
        sent.append(json.dumps(facts))
        return said

    monkeypatch.setattr(workflows, "run", run)

    class Step:
        correlation_id = "r1"

    outcome = checkout_workflow.run_checkout("arn", Step())(ORDER, "hash")  # type: ignore[arg-type]
    return json.loads(sent[0]), outcome


def test_an_order_comes_back_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    facts, _ = through_the_workflow(monkeypatch, {"outcome": "done"})
    assert order_of(facts) == ORDER
    assert (facts["has_coupon"], facts["has_balance"]) == (False, True)


@pytest.mark.parametrize(
    "refusal",
    [InsufficientBalance(Account.BALANCE, 3, -5), PriceChanged(1, 2), OutOfStock(("T1", "T2"), ("Tea", "Candle"))],
    ids=str,
)
def test_a_refusal_comes_back_as_it_was(monkeypatch: pytest.MonkeyPatch, refusal: Refusal) -> None:
    said = json.loads(json.dumps(outcome_of(refusal)))
    _, outcome = through_the_workflow(monkeypatch, said)
    assert outcome.refusal == refusal


@pytest.mark.parametrize("kind", checkout_workflow._REFUSALS.values())
def test_the_fields_of_a_refusal_are_known_when_it_comes(kind: type[Refusal]) -> None:
    assert schema(kind)["$defs"]


@pytest.mark.parametrize(
    ("change", "where"),
    [({"version": "13800138000"}, "version"), ({"delivery": {"address": "1 Lake Road"}}, "delivery")],
)
def test_what_is_no_order_is_told_without_what_was_sent(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], where: str
) -> None:
    facts, _ = through_the_workflow(monkeypatch, {"outcome": "done"})
    facts["order"] |= change
    with pytest.raises(ValueError, match=f"the facts have no valid order: .*{where}") as told:
        order_of(facts)
    assert "13800138000" not in str(told.value)
    assert "Lake" not in str(told.value)
    assert told.value.__cause__ is None
