"""Batches that fail in part, and messages delivered twice at the same time, for every consumer of the template."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from posthouse.clients.wechat.http import WechatHttp
from tests.integration.crash_world import begun
from tests.integration.deliveries import EVERY_CONSUMER, Message, Wire, awaited, delivered
from tests.integration.house import CONSUMERS, NOW, House
from tests.integration.standing import Simulator
from tests.integration.test_crash_points import READS, come_to_rest, difference, facts, hold_true

POISONOUS, FAULTY = 3, 7


def test_every_consumer_of_an_event_is_among_those_that_a_queue_feeds() -> None:
    assert set(EVERY_CONSUMER) == {*CONSUMERS, "place_flash_order"}


@pytest.mark.parametrize("step", EVERY_CONSUMER)
def test_of_ten_messages_exactly_the_two_that_fail_come_again(
    house: House, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    world, wire = begun(house, simulator), Wire(monkeypatch)

    def change(number: int, deliver: Callable[[list[Message]], None]) -> dict[str, int]:
        batch = [awaited(world, step) for _ in range(number)]
        come_to_rest(house)  # but for these messages
        before = facts(house)
        deliver(batch)
        come_to_rest(house)
        hold_true(house)
        return difference(facts(house), before)

    def well(batch: list[Message]) -> None:
        assert delivered(house, batch) == []

    def with_trouble(batch: list[Message]) -> None:
        batch.insert(POISONOUS, Message(step, '{"aggregate_id": "A-0", "type": "unheard.of"}', NOW))
        wire.break_for(json.loads(batch[FAULTY].body)["aggregate_id"])
        assert delivered(house, batch) == [POISONOUS, FAULTY]
        once = facts(house)
        wire.mend()
        assert delivered(house, [batch[POISONOUS], batch[FAULTY]], max(it.at for it in batch)) == [0]
        assert facts(house) != once, "the one that had failed was not dealt with when it came again"

    of_one = change(1, well)
    found = change(9, with_trouble)
    # Consumers whose effect serves as their inbox have a row only after a failed try, and for the success after it.
    mended = {f"posthouse-inbox state=done consumer={step}": 1}
    assert found in ({name: 9 * times for name, times in of_one.items()} | extra for extra in ({}, mended))


class Rival:
    """Processes the same message while the first delivery runs: before its change with this number."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wire = Wire(monkeypatch)
        self.changes = self.told = 0
        self._at: int | None = None
        self._act: Any = None
        send = WechatHttp.send

        def ask(it: Any, api: str, method: str, *args: Any, **kwargs: Any) -> Any:
            self._change(method == "POST")
            self.told += api == "subscribe_send"
            return send(it, api, method, *args, **kwargs)

        monkeypatch.setattr(WechatHttp, "send", ask)

    def _meet(self, client: Any, name: str, kwargs: dict[str, Any]) -> Any:
        self._change(name not in READS)
        return self.wire.send(client, name, kwargs)

    def _change(self, is_one: bool) -> None:
        if self._act is None or not is_one:
            return
        self.changes += 1
        if self._at == self.changes - 1:
            act, self._act = self._act, None
            assert act() == []

    def beside(self, house: House, message: Message, at: int | None) -> list[int]:
        """Deliver the message, and deliver it again while the first delivery runs."""
        self.changes, self.told, self._at = 0, 0, at
        self._act = lambda: delivered(house, [message])
        self.wire.meet = self._meet
        failures = delivered(house, [message])
        self.wire.mend()
        self._act = None
        return failures


@pytest.mark.parametrize("step", EVERY_CONSUMER)
def test_a_message_that_two_deal_with_at_once_is_dealt_with_once(
    house: House, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    world, rival = begun(house, simulator), Rival(monkeypatch)
    expected: dict[str, int] | None = None
    at: int | None = None
    changes = 0
    while True:
        house.forget_caches()
        message = awaited(world, step)
        before = facts(house)
        assert rival.beside(house, message, at) == []
        assert rival.told == (step == "send_notice")
        changes = rival.changes if at is None else changes
        come_to_rest(house)
        hold_true(house)
        found = difference(facts(house), before)
        expected = found if expected is None else expected
        assert found == expected, (step, at, changes)
        at = 0 if at is None else at + 1
        if at == changes:
            return
