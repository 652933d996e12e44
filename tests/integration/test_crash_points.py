"""Every step that changes something is killed before and after each of its changes, then delivered again.

The calls are found by running the step, so that a new one cannot be forgotten; a new step without a scene fails here.
Killing between two reads is killing before the next change: nothing has happened in between. `make test` takes every
third point, `make test-long` the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from typing import Any
from zlib import crc32

import pytest
from botocore.client import BaseClient

from posthouse.clients.wechat.http import WechatHttp
from posthouse.domain import booking, shop_order
from posthouse.store.bookings import BookingRow
from posthouse.store.outbox import OutboxRow
from posthouse.store.reports import PeriodRow, PickUpRow
from posthouse.store.shop_orders import ShopOrderRow
from tests.integration.crash_scenes import CASES, SCENES, Repeat
from tests.integration.crash_world import Act, Picture, begun
from tests.integration.house import CONSUMERS, NOW, House
from tests.integration.ledgers import assert_balanced, every
from tests.integration.recounted import assert_reported
from tests.integration.standing import Simulator
from tests.support.clock import clock_at
from tests.support.template import functions
from tests.support.workflow import Killed

READS = {"DescribeSecret", "GetItem", "BatchGetItem", "Query", "TransactGetItems", "GetSecretValue", "ReceiveMessage"}
WRITES = (
    "PutSecretValue",
    "UpdateSecretVersionStage",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "SendMessage",
    "Publish",
    "StartExecution",
    "StartSyncExecution",
)


class Calls:
    """The changes that a step makes, and the point where it is killed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[str] = []
        self._at: tuple[int, str] | None = None
        self._on = False
        call, send = BaseClient._make_api_call, WechatHttp.send
        monkeypatch.setattr(
            BaseClient, "_make_api_call", lambda it, name, kwargs: self._meet(name, lambda: call(it, name, kwargs))
        )
        monkeypatch.setattr(
            WechatHttp,
            "send",
            lambda it, api, method, *args, **kwargs: self._meet(
                f"WeChat {api}" if method == "POST" else "GetItem", lambda: send(it, api, method, *args, **kwargs)
            ),
        )

    def _meet(self, name: str, call: Act) -> Any:
        if not self._on or name in READS:
            return call()
        number = len(self.made)
        self.made.append(name)
        if self._at == (number, "before"):
            raise Killed
        try:
            return call()
        finally:
            if self._at == (number, "after"):
                raise Killed

    @contextmanager
    def watched(self, at: tuple[int, str] | None) -> Iterator[None]:
        """Watch a step, and kill it at this point."""
        self.made, self._at, self._on = [], at, True
        try:
            yield
        finally:
            self._on = False


def test_every_step_that_changes_something_has_a_scene() -> None:
    changing = {step for step, function in functions().items() if _changes(function.properties)}
    assert set(SCENES) == changing


def _changes(properties: dict[str, Any]) -> bool:
    """Whether a function may change anything, by its role."""
    statements = [one for policy in properties.get("Policies", []) for one in policy["Statement"]]
    actions = (one["Action"] if isinstance(one["Action"], list) else [one["Action"]] for one in statements)
    return any(action.endswith(WRITES) for of_one in actions for action in of_one)


_TELLING = ("status", "state", "kind", "verdict", "move", "used", "closed", "account", "on_sale", "consumer")
_STOCKS = ("sold", "left", "stock", "issued", "bought", "moved_back", "change", "taken")
_MONEY = ("charges", "paid", "balance", "points", "refunded", "returned", "amount", "balance_refunded")
_COUNTED = {
    "posthouse-report-periods": [it for it in PeriodRow.get_attributes() if it[-1].isdecimal()],
    "posthouse-pick-ups": [it for it in PickUpRow.get_attributes() if it[-1].isdecimal()],
}
"""Counters of dates and hours, of which a row may be missing."""
_NOT_COMPARED = {f"posthouse-{name}" for name in ("notifications", "idempotency", "wechat-tokens", "catalogue-changes")}
"""What may differ without harm: the number of tries, and which tries were notified."""


def facts(house: House) -> Counter[str]:
    """What is stored, without ids and times: the number of rows of each kind in each state, and the sums of counts."""
    found: Counter[str] = Counter()
    for table, rows in house.contents().items():
        if table in _NOT_COMPARED:
            continue
        for row in rows:
            if "decided" in row:  # a sale's tally is an estimate: after a kill it may lack a verdict
                continue
            telling = [f"{name}={next(iter(row[name].values()))}" for name in _TELLING if name in row]
            # An hour's row may be missing; its count is compared.
            if table not in _COUNTED and ("taken" not in row or "closed" in row):
                found[" ".join([table, *telling])] += 1
            for name in (*_STOCKS, *_MONEY, *_COUNTED.get(table, ())):
                if "N" in row.get(name, {}):
                    found[f"{table} sum of {name}"] += int(row[name]["N"])
    return found


def difference(after: Counter[str], before: Counter[str]) -> dict[str, int]:
    return {name: after[name] - before[name] for name in after | before if after[name] != before[name]}


def come_to_rest(house: House) -> None:
    """Deliver all messages, and let the sweepers finish interrupted work."""
    for step in CONSUMERS:
        assert house.drain(step) == []
    house.settle()
    half_way = any(row["status"]["S"] in {"unconfirmed", "cancelling"} for row in house.rows("shop-orders"))
    open_sales = any(row["state"]["S"] == "ended" and "due_at" in row for row in house.rows("flash-sales"))
    if half_way or open_sales:
        with clock_at(NOW + timedelta(minutes=2)):
            house.invoke("sweep_due", {})
            house.invoke("close_flash_sales", {})
            assert house.drain("end_shop_order_wait") == []
            house.settle()


def hold_true(house: House) -> None:
    """Assert what must hold at all times."""
    assert_balanced(house)
    assert_reported(house)
    assert [row.type for row in every(OutboxRow) if row.due_at is not None] == [], "an event was not delivered"
    for kind, row_type in ((booking, BookingRow), (shop_order, ShopOrderRow)):
        for row in every(row_type):
            order: Any = row
            states = [moment.status for moment in order.to_domain().timeline]
            assert all(after in kind.next_states(before) for before, after in pairwise(states))
    coupons = Counter(row["coupon_id"]["S"] for row in house.rows("coupons"))
    assert not coupons or max(coupons.values()) == 1


def _run(act: Act, calls: Calls, at: tuple[int, str] | None) -> bool:
    """Run the step; returns whether it, or the workflow that it ran, was killed."""
    with calls.watched(at):
        try:
            answer = act()
        except Killed:
            return True
    status = getattr(answer, "status", 200)
    assert status < 500 or at is not None, answer
    return bool(status >= 500)


EVERY_THIRD = (0,)
"""The points of the daily run, which begins with another one for each step."""


@pytest.mark.parametrize("thirds", [EVERY_THIRD, pytest.param((1, 2), marks=pytest.mark.long)], ids=["daily", "rest"])
@pytest.mark.parametrize("step", sorted(SCENES | CASES))
def test_a_step_killed_at_any_point_changes_nothing_or_everything(
    house: House,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    thirds: tuple[int, ...],
    record_property: Any,
) -> None:
    scene, world, calls = (SCENES | CASES)[step], begun(house, simulator), Calls(monkeypatch)
    act = scene.arrange(world)
    arranged, before = Picture.of(world), facts(house)
    _run(act, calls, None)
    changes = list(calls.made)
    come_to_rest(house)
    hold_true(house)
    expected = difference(facts(house), before)
    assert changes, f"{step} makes no change: its scene shows nothing"
    points = [(number, when) for number in range(len(changes)) for when in ("before", "after")]
    first = crc32(step.encode())
    here = [at for place, at in enumerate(points) if (place + first) % 3 in thirds]
    record_property("crash_points", len(here))
    for at in here:
        arranged.put_back(world)
        assert facts(house) == before
        killed = _run(act, calls, at)
        assert killed or scene.repeat is Repeat.AFTER_REST, (at, changes)
        if scene.repeat is Repeat.AFTER_REST:
            come_to_rest(house)
        for _ in range(scene.repeats(happened=facts(house) != before)):
            _run(act, calls, None)
        come_to_rest(house)
        hold_true(house)
        if scene.repeat is not Repeat.AFTER_REST:
            found = difference(facts(house), before)
            if scene.repeat is Repeat.ASKED_ANEW and found.get("posthouse-audit") == 2:
                found["posthouse-audit"] = 1
            assert found == expected, (step, at, changes)
    record_property("survived", len(here))
