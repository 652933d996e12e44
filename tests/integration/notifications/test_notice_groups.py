"""The FIFO queue of notices with many groups in parallel; the local cloud cannot show this, as it takes them in turn.

A group's messages come in order, and only one invocation at a time has messages of a group. A failed message comes
again with those after it in its group; other groups, in the same batch or another, continue.
"""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from posthouse.clients.wechat.mini_program import MiniProgram, SendDeferred
from tests.integration.crash_world import World, begun
from tests.integration.deliveries import Wire
from tests.integration.house import CONTEXT, House, batch_of
from tests.integration.standing import Simulator
from tests.integration.test_crash_points import hold_true
from tests.support.template import functions

KINDS = ["wait_for_payment", "paid", "checked_in", "finished"]
GROUPS, ENVIRONMENTS = 7, 4
TROUBLED_TRIES = 2


@dataclass
class FifoQueue:
    """Behaves as SQS does with groups: a batch has the first messages of groups that no other invocation has."""

    groups: dict[str, list[str]]
    troubled: str
    random: random.Random
    busy: set[str] = field(default_factory=set)
    failed: Counter[str] = field(default_factory=Counter)
    at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> list[tuple[str, str]]:
        """Take a batch of up to ten messages of several groups, each group in order."""
        with self.lock:
            free = [name for name, waiting in self.groups.items() if waiting and name not in self.busy]
            chosen = self.random.sample(free, min(len(free), 2))
            chosen += [self.troubled] * (self.troubled in free and self.troubled not in chosen)
            turns = [name for name in chosen for _ in self.groups[name][: self.random.randint(1, 4)]]
            self.random.shuffle(turns)
            turns.sort(key=lambda name: name != self.troubled)  # so that other messages follow it in its batch
            self.busy.update(chosen)
            self.at_once = max(self.at_once, len(self.busy))
            places = Counter[str]()
            batch = []
            for name in turns:
                batch.append((name, self.groups[name][places[name]]))
                places[name] += 1
            return batch

    def give_back(self, batch: list[tuple[str, str]], failures: set[int]) -> None:
        """Delete the processed messages, and put the others back in their places."""
        with self.lock:
            for place, (name, body) in enumerate(batch):
                if place in failures:
                    self.failed[name] += 1
                else:
                    self.groups[name].remove(body)
                self.busy.discard(name)

    @property
    def empty(self) -> bool:
        with self.lock:
            return not any(self.groups.values())


def stays(world: World) -> dict[str, list[str]]:
    """Complete stays, with the messages of each for the notifier, none of them delivered yet."""
    house, drain = world.house, world.house.drain
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(house, "drain", lambda step: [] if step == "send_notice" else drain(step))
        numbers = [world.arrived() for _ in range(GROUPS)]
        for order_no in numbers:
            house.invoke("finish_booking", {"order_no": order_no, "actor": "admin", "correlation_id": ""})
        house.settle()
    waiting = house.messages("NotificationsQueue")
    return {number: [body for body in waiting if json.loads(body)["aggregate_id"] == number] for number in numbers}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_groups_in_parallel_keep_their_order_and_do_not_hold_each_other(
    house: House, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    world, wire, one_call = begun(house, simulator), Wire(monkeypatch), threading.Lock()
    groups = stays(world)
    troubled = next(iter(groups))
    queue = FifoQueue(groups, troubled, random.Random(seed))
    told: list[tuple[str, str]] = []
    tries = Counter[str]()

    def meet(client: Any, name: str, kwargs: dict[str, Any]) -> Any:
        with one_call:  # moto is not a database: its transactions are atomic only without other calls at the same time
            return wire.send(client, name, kwargs)

    kinds = {template_id: kind for kind, template_id in house.config.templates.items()}

    def send(_it: MiniProgram, _token: str, _openid: str, template_id: str, _fields: Any, *, page: str) -> Any:
        [order_no] = [number for number in queue.groups if number in page]
        kind = kinds[template_id]
        tries[order_no] += 1
        if order_no == troubled and tries[order_no] <= TROUBLED_TRIES:
            return SendDeferred(45011)
        told.append((order_no, kind))
        return send_for_real(_it, _token, _openid, template_id, _fields, page=page)

    send_for_real = MiniProgram.send_subscribe_message
    monkeypatch.setattr(MiniProgram, "send_subscribe_message", send)
    # On AWS each environment has its own metrics.
    monkeypatch.setattr("posthouse.entry.queue.flush_metrics", lambda: None)
    wire.meet = meet
    step = functions()["send_notice"]
    handler = step.handler()

    def environment(_: int) -> None:
        while not queue.empty:
            batch = queue.take()
            if batch:
                answer = handler(batch_of([body for _, body in batch], Counter()), CONTEXT)
                queue.give_back(batch, {int(it["itemIdentifier"]) for it in answer["batchItemFailures"]})

    with house._environment(step), ThreadPoolExecutor(ENVIRONMENTS) as pool:
        list(pool.map(environment, range(ENVIRONMENTS)))
    wire.mend()
    for order_no in queue.groups:
        assert [kind for number, kind in told if number == order_no] == KINDS
    assert set(queue.failed) == {troubled}
    assert queue.failed[troubled] >= TROUBLED_TRIES
    assert queue.at_once > 2, "groups were not dealt with in parallel"
    hold_true(house)
