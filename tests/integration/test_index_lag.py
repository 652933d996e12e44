"""Indexes that lag behind their tables: DynamoDB updates them a little later; the local cloud cannot show this.

Every step that changes something and may read an index runs with indexes as they were before the newest rows came; or
it runs twice with indexes as they were before it ran. In no case does it do anything twice, and what it did not see it
does when the index is up to date. Other steps read only tables, which are consistent.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from moto.dynamodb.models import dynamodb_backends

from tests.integration.crash_scenes import SCENES, Repeat
from tests.integration.crash_world import Picture, begun
from tests.integration.deliveries import Wire
from tests.integration.house import ACCOUNT, NOW, House
from tests.integration.standing import Simulator
from tests.integration.test_crash_points import come_to_rest, difference, facts, hold_true
from tests.support.clock import clock_at
from tests.support.template import functions


def _asks_an_index(step: str) -> bool:
    """Whether the step's role allows queries of an index."""
    return "/index/" in str(functions()[step].properties.get("Policies"))


ASKING = sorted(step for step in SCENES if _asks_an_index(step))
SWEEPERS = ("sweep_due", "reconcile_open", "close_flash_sales")
"""Steps that find their work in indexes."""


class Indexes:
    """The indexes of all tables, which a test can freeze."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read: set[str] = set()
        self._wire = Wire(monkeypatch)
        self._kept: dict[str, Any] = {}

    def keep(self) -> None:
        """Save the indexes as they are now."""
        tables = dynamodb_backends[ACCOUNT]["us-east-1"].tables
        self._kept = {name: copy.deepcopy(table.items) for name, table in tables.items()}

    @contextmanager
    def behind(self) -> Iterator[None]:
        """Inside the block, indexes are as they were saved; tables are up to date."""
        self._wire.meet = self._meet
        try:
            yield
        finally:
            self._wire.mend()

    def _meet(self, client: Any, name: str, kwargs: dict[str, Any]) -> Any:
        if "IndexName" not in kwargs:
            return self._wire.send(client, name, kwargs)
        self.read.add(f"{kwargs['TableName']} {kwargs['IndexName']}".removeprefix("posthouse-"))
        table = dynamodb_backends[ACCOUNT]["us-east-1"].tables[kwargs["TableName"]]
        now, table.items = table.items, self._kept[table.name]
        try:
            return self._wire.send(client, name, kwargs)
        finally:
            table.items = now


def runs(number: int, act: Any) -> None:
    for _ in range(number):
        assert getattr(act(), "status", 200) < 500


@pytest.mark.parametrize("step", ASKING)
def test_a_step_whose_indexes_lag_does_what_it_does_when_they_do_not(
    house: House, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    scene, world, indexes = SCENES[step], begun(house, simulator), Indexes(monkeypatch)
    again = 1 if scene.repeat is Repeat.IF_NOT_DONE else 2
    differences = []
    indexes.keep()
    act = scene.arrange(world)
    arranged, before = Picture.of(world), facts(house)
    for lag in ("none", "misses the newest", "shows the old"):
        arranged.put_back(world)
        if lag == "none":
            runs(again, act)
        elif lag == "misses the newest":
            with indexes.behind():
                runs(1, act)
            # A caller who must not simply repeat first checks whether it has happened.
            runs(scene.repeats(happened=facts(house) != before), act)
        else:
            indexes.keep()
            with indexes.behind():
                runs(again, act)
        come_to_rest(house)
        hold_true(house)
        differences.append(difference(facts(house), before))
    assert differences[1] == differences[0], indexes.read
    assert differences[2] == differences[0], indexes.read


def test_sweepers_that_see_for_ever_what_was_due_once_do_nothing_more(
    house: House, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, indexes = begun(house, simulator), Indexes(monkeypatch)
    # Given one of everything that waits for a sweeper: events, unpaid orders, a payment, a refund, an ended sale
    world.guest("POST", f"/orders/{world.booked()}/payments").must(201)
    world.with_payment(world.booked(), lost=True)
    world.ordered()
    refunded = world.paid_goods()
    world.sale(minutes=1)
    world.staff("POST", f"/orders/{refunded}/refunds", {"reason": "Noise", "amount": 500}).must(202)
    indexes.keep()

    def sweep_all() -> None:
        for step in SWEEPERS:
            house.invoke(step, {})
        for step in ("cancel_unpaid_booking", "end_shop_order_wait"):
            assert house.drain(step) == []
        house.settle()

    with clock_at(NOW + timedelta(minutes=40)):
        sweep_all()
        sweep_all()
        come_to_rest(house)
        hold_true(house)
        before = facts(house)
        with indexes.behind():
            sweep_all()
            sweep_all()
        come_to_rest(house)
        hold_true(house)
        assert difference(facts(house), before) == {}
    due = {"outbox", "bookings", "shop-orders", "payments", "refunds", "flash-sales"}
    # Of refunds that do not arrive it only counts them, for an alarm. No stay is so old that it is to be forgotten.
    assert indexes.read == {f"{table} by_due" for table in due} | {"refunds by_trouble", "bookings by_forget"}
