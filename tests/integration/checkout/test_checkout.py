"""The checkout interrupted at every point: before and after each call to AWS of each step.

In every case an order is either confirmed with everything taken, or cancelled with everything released.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import EndpointConnectionError

from posthouse.clients import workflows
from tests.integration.house import NOW, House
from tests.integration.ledgers import assert_balanced
from tests.integration.shopping import Shop
from tests.support.clock import clock_at, go_to
from tests.support.moto_state import moto_state, put_back
from tests.support.workflow import Killed


class Breaker:
    """Counts the workflow's calls to AWS, and interrupts it at one of them."""

    def __init__(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self.at: int | None = None
        self.when = "before"
        self.fault: Callable[[], BaseException] = Killed
        self.lasting = False
        self._on = False
        real = BaseClient._make_api_call

        def call(client: Any, name: str, kwargs: Any) -> Any:
            if not self._on:
                return real(client, name, kwargs)
            number = len(self.calls)
            self.calls.append(name)
            hit = self.at is not None and (number == self.at or (self.lasting and number >= self.at))
            if hit and self.when == "before":
                raise self.fault()
            answer = real(client, name, kwargs)
            if hit:
                raise self.fault()
            return answer

        def run(arn: str, name: str, facts: dict[str, Any]) -> Any:
            self.calls, self._on = [], True
            try:
                return inner(arn, name, facts)
            finally:
                self._on = False

        inner = workflows.run
        monkeypatch.setattr(BaseClient, "_make_api_call", call)
        monkeypatch.setattr(workflows, "run", run)

    def set(self, at: int | None, when: str, fault: Callable[[], BaseException], *, lasting: bool = False) -> None:
        self.at, self.when, self.fault, self.lasting = at, when, fault, lasting


def _unreachable() -> Exception:
    fault: Exception = EndpointConnectionError(endpoint_url="https://dynamodb.test")
    return fault


@pytest.fixture
def breaker(house: House, monkeypatch: pytest.MonkeyPatch) -> Breaker:
    return Breaker(house, monkeypatch)


def _sweep(house: House) -> None:
    """Let the sweeper finish an interrupted checkout, after the time that it waits."""
    with clock_at(NOW + timedelta(minutes=2)):
        house.invoke("sweep_due", {})
        assert house.drain("end_shop_order_wait") == []


def _give_up(house: House, shop: Shop) -> str | None:
    """Cancel a confirmed order, so that the next round starts in the same state; returns its number or None."""
    confirmed = shop.orders("pending_payment")
    for order in confirmed:
        house.send("POST", f"/api/shop-orders/{order['order_no']}/cancellation", token=shop.token).must(200)
    assert len(confirmed) <= 1
    return confirmed[0]["order_no"] if confirmed else None


def _points(house: House, shop: Shop, breaker: Breaker) -> Iterator[tuple[int, str]]:
    """Every point, each in a shop as it was before the first; what is left of it is settled before the next."""
    breaker.set(None, "before", Killed)
    shop.order("measure", **shop.whole).must(201)
    calls = len(breaker.calls)
    assert calls >= 14, breaker.calls
    _give_up(house, shop)
    state, moment, delivered = moto_state(), datetime.now(UTC), dict(house.delivered)
    for at in range(calls):
        for when in ("before", "after"):
            put_back(state)
            go_to(moment)
            house.delivered = Counter(delivered)
            house.begin_environment()
            yield at, when
            house.settle()
            assert_balanced(house)


def test_killed_anywhere_it_heals_to_all_or_nothing(house: House, breaker: Breaker) -> None:
    shop = Shop(house)
    ends: set[str] = set()
    for at, when in _points(house, shop, breaker):
        breaker.set(at, when, Killed)
        key = f"kill-{at}-{when}"
        reply = shop.order(key, **shop.whole)
        assert reply.status in {201, 503}, (at, when, reply.body)
        breaker.set(None, "before", Killed)
        if reply.status == 503:
            again = shop.order(key, **shop.whole)
            assert again.status in {201, 409}, (at, when, again.body)
            if again.status == 409:
                assert again.body["code"] in {"in_progress", "coupon_unusable"}
        _sweep(house)
        assert_balanced(house)
        ends.add("confirmed" if _give_up(house, shop) else "cancelled")
        assert shop.state == Shop.UNTOUCHED, (at, when)
        assert {row["status"]["S"] for row in house.rows("shop-orders")} == {"cancelled"}
    assert ends == {"confirmed", "cancelled"}


@pytest.mark.parametrize("lasting", [False, True])
def test_a_fault_anywhere_is_mended_or_undone(house: House, breaker: Breaker, lasting: bool) -> None:
    shop = Shop(house)
    for at, when in _points(house, shop, breaker):
        breaker.set(at, when, _unreachable, lasting=lasting)
        reply = shop.order(f"fault-{at}-{when}", **shop.whole)
        breaker.set(None, "before", Killed)
        if not lasting:
            reply.must(201)  # the workflow's retries handle a fault that happens once
        else:
            assert reply.status in {201, 503}, (at, when, reply.body)
        if reply.status == 201:
            assert shop.state == Shop.TAKEN
        else:
            _sweep(house)
        assert_balanced(house)
        _give_up(house, shop)
        assert shop.state == Shop.UNTOUCHED, (at, when)


def test_a_step_that_faults_for_good_is_undone_by_the_workflow_itself(house: House) -> None:
    shop = Shop(house)
    for broken in ("save_order", "reserve_stock", "use_coupon", "deduct_balance", "confirm_order"):
        for moment in ("before", "after"):

            def fail(when: str, step: str, at: tuple[str, str] = (moment, broken)) -> None:
                if (when, step) == at:
                    raise RuntimeError("broken")

            house.workflow_faults = fail
            reply = shop.order(f"{broken}-{moment}", **shop.whole)
            if (broken, moment) == ("confirm_order", "after"):
                # Its response was lost, but the order was confirmed.
                assert reply.must(201)["status"] == "pending_payment"
                assert shop.state == Shop.TAKEN
            else:
                reply.refused(503, "busy")
                assert shop.state == Shop.UNTOUCHED, (broken, moment)
                assert {row["status"]["S"] for row in house.rows("shop-orders")} <= {"cancelled"}
    house.settle()
    assert_balanced(house)


@pytest.mark.parametrize(
    "broken", ["abandon_order", "restore_stock", "return_coupon", "refund_balance", "end_checkout"]
)
def test_what_the_workflow_cannot_undo_the_sweeper_does(house: House, broken: str) -> None:
    shop = Shop(house)

    def fail(when: str, step: str) -> None:
        if (when, step) in {("before", "confirm_order"), ("before", broken)}:
            raise RuntimeError("broken")

    house.workflow_faults = fail
    shop.order(**shop.whole).refused(503, "busy")
    assert house.rows("shop-orders")[0]["status"]["S"] in {"unconfirmed", "cancelling"}
    shop.order(**shop.whole).refused(409, "in_progress")
    house.invoke("sweep_due", {})
    assert house.drain("end_shop_order_wait") == []
    assert house.rows("shop-orders")[0]["status"]["S"] in {"unconfirmed", "cancelling"}  # it may still be running
    _sweep(house)
    assert house.rows("shop-orders")[0]["status"]["S"] == "cancelled"
    assert shop.state == Shop.UNTOUCHED
    house.settle()
    assert_balanced(house)


def test_steps_that_come_late_find_that_the_order_was_given_up(house: House, breaker: Breaker) -> None:
    shop = Shop(house)
    breaker.set(1, "before", Killed)
    shop.order(**shop.whole).refused(503, "busy")
    [row] = house.rows("shop-orders")
    facts = {"order_no": row["order_no"]["S"], "correlation_id": "late"}
    breaker.set(None, "before", Killed)
    _sweep(house)
    for step in ("reserve_stock", "use_coupon", "deduct_balance", "confirm_order"):
        outcome = house.invoke(step, facts)
        assert outcome["outcome"] == "refused", step
        assert outcome["refusal"]["kind"] == "Overtaken"
    assert house.invoke("abandon_order", facts) == {"outcome": "nothing"}
    for step in ("restore_stock", "return_coupon", "refund_balance", "end_checkout"):
        assert house.invoke(step, facts) == {"outcome": "done", "changed": False}
    assert shop.state == Shop.UNTOUCHED
    assert_balanced(house)


def test_nothing_of_a_confirmed_order_can_be_undone(house: House) -> None:
    shop = Shop(house)
    order_no = shop.order(**shop.whole).must(201)["order_no"]
    facts = {"order_no": order_no, "correlation_id": "wrong"}
    assert house.invoke("abandon_order", facts) == {"outcome": "confirmed"}
    for step in ("restore_stock", "return_coupon", "refund_balance"):
        with pytest.raises(RuntimeError, match="its steps must not be undone"):
            house.invoke(step, facts)
    assert house.invoke("end_checkout", facts) == {"outcome": "done", "changed": False}
    assert house.invoke("confirm_order", facts) == {"outcome": "done"}
    assert (shop.state, shop.get(order_no)["status"]) == (Shop.TAKEN, "pending_payment")


def test_an_order_is_confirmed_only_when_everything_is_taken_and_cancelled_only_when_it_is_given_back(
    house: House, breaker: Breaker
) -> None:
    shop = Shop(house)
    breaker.set(1, "before", Killed)
    shop.order(**shop.whole).refused(503, "busy")
    breaker.set(None, "before", Killed)
    facts = {"order_no": house.rows("shop-orders")[0]["order_no"]["S"], "correlation_id": "wrong"}
    with pytest.raises(RuntimeError, match="a step is not done"):
        house.invoke("confirm_order", facts)
    assert house.invoke("reserve_stock", facts) == {"outcome": "done"}
    assert house.invoke("reserve_stock", facts) == {"outcome": "done"}
    assert shop.stock == (8, 3)
    assert house.invoke("abandon_order", facts) == {"outcome": "abandoned"}
    with pytest.raises(RuntimeError, match="a step is not undone"):
        house.invoke("end_checkout", facts)
    _sweep(house)
    assert shop.state == Shop.UNTOUCHED


def test_an_order_of_another_version_tells_the_log_nothing_of_the_guest(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    Shop(house).order(tea=1).must(201)
    facts = house.workflow_facts
    delivery = {name: value for name, value in facts["order"]["delivery"].items() if name != "address"}
    with pytest.raises(ValueError, match="address") as told:
        house.invoke("save_order", {**facts, "order": {**facts["order"], "delivery": delivery}})
    written = str(told.value) + caplog.text
    assert "the step has failed" in written
    assert [value for value in ("韩梅梅", "1 Test Road", "13800138000") if value in written] == []


def test_the_workflow_file_names_every_function_that_it_may_call() -> None:
    from tests.support.template import ROOT, template

    text = (ROOT / "functions/checkout/checkout.asl.json").read_text()
    workflow = template()["Resources"]["CheckoutWorkflow"]["Properties"]
    named = {part.split("}")[0] for part in text.split("${")[1:]}
    assert named == set(workflow["DefinitionSubstitutions"])
    allowed = workflow["Policies"][0]["Statement"][0]["Resource"]
    assert json.dumps(sorted(allowed, key=str)) == json.dumps(
        sorted(workflow["DefinitionSubstitutions"].values(), key=str)
    )
