"""The outbox's stream in the worst case. The local cloud cannot show it: there, one shard keeps the order of all keys.

Records keep their order only within a key. They come in batches of any size. After a fault in its middle, a whole batch
comes again; a processed batch may come again too. In the end come messages that were in a dead letter queue for days.
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pynamodb.exceptions import PynamoDBException

from posthouse.domain.event import CATALOGUE_EVENTS, SUBSCRIBERS, TIMERS, Event
from posthouse.domain.notice_fields import has_notice
from posthouse.store.outbox import OutboxRow
from tests.integration.crash_world import World, begun
from tests.integration.deliveries import EVERY_CONSUMER, Wire, awaited, delivered, fault_of
from tests.integration.house import CONSUMERS, NOW, House
from tests.integration.ledgers import every
from tests.integration.standing import Simulator
from tests.integration.test_crash_points import come_to_rest, difference, facts, hold_true
from tests.support.clock import clock_at

FAULTS = 4
"""How many of ten batches fail."""


class Stream:
    """Delivers the outbox's records to the relay, in any way that DynamoDB may."""

    def __init__(self, house: House, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
        self.house = house
        self.faults = self.repeats = 0
        self._random = random.Random(seed)
        self._wire = Wire(monkeypatch)
        self._seen: set[tuple[str, str]] = set()

    def flow(self) -> None:
        """Deliver all records, and those that follow from them, until there are none."""
        for _ in range(20):
            records = self._new_records()
            if not records:
                return
            self._bring(self._shuffled(records))
            for step in self._random.sample(CONSUMERS, len(CONSUMERS)):
                assert self.house.drain(step) == []
        raise AssertionError("there is always more")

    def _new_records(self) -> list[dict[str, Any]]:
        found = [record for record in self.house.records() if self._key(record) not in self._seen]
        self._seen.update(self._key(record) for record in found)
        return found

    @staticmethod
    def _key(record: dict[str, Any]) -> tuple[str, str]:
        row = record["dynamodb"]["NewImage"]
        return row["aggregate_id"]["S"], row["sequence"]["N"]

    def _shuffled(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Shuffle the records, but keep the order within each key."""
        of_key: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for record in sorted(records, key=lambda it: int(self._key(it)[1])):
            of_key[self._key(record)[0]].append(record)
        turns = [key for key, waiting in of_key.items() for _ in waiting]
        self._random.shuffle(turns)
        return [of_key[key].pop(0) for key in turns]

    def _bring(self, records: list[dict[str, Any]]) -> None:
        before: list[list[dict[str, Any]]] = []
        while records:
            size = self._random.choice([1, 2, 3, 7, 25])
            batch, records = records[:size], records[size:]
            while self._random.randrange(10) < FAULTS:
                self._break_somewhere(3 * len(batch))
                self._deliver(batch)
                self._wire.mend()
            assert self._deliver(batch)
            before.append(batch)
            if self._random.randrange(10) < FAULTS:
                self.repeats += 1
                assert self._deliver(self._random.choice(before))

    def _deliver(self, batch: list[dict[str, Any]]) -> bool:
        """Deliver a batch; false if it failed, and then the whole batch comes again."""
        try:
            self.house.invoke("relay_outbox", {"Records": batch})
        except (ClientError, PynamoDBException) as fault:
            if "injected" not in f"{fault} {fault.__cause__}":
                raise
            return False
        return True

    def _break_somewhere(self, calls: int) -> None:
        """Let one of the next calls fail, before or after its effect."""
        left, too_late = self._random.randrange(calls), self._random.random() < 0.5

        def meet(client: Any, name: str, kwargs: dict[str, Any]) -> Any:
            nonlocal left
            left -= 1
            answer = self._wire.send(client, name, kwargs) if left != -1 or too_late else None
            if left == -1:
                self.faults += 1
                raise fault_of(name)
            return answer

        self._wire.meet = meet


class Story:
    """Many changes at the same time, with events for many consumers."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.house = world.house
        self.orders: list[str] = []

    def begin(self) -> None:
        """Guests come, book, order and pay; staff change rooms; no event is delivered yet."""
        for _ in range(3):
            self.house.guest(f"136{int(self.world.key().removeprefix('key-')):08d}")
        self.stays = [self.world.booked() for _ in range(4)]
        self.goods = [self.world.ordered() for _ in range(3)]
        self.orders += [*self.stays, *self.goods]
        for order_no in (*self.stays[:3], *self.goods[:2]):
            self.world.with_payment(order_no)
        self.world.guest("POST", f"/bookings/{self.stays[3]}/cancellation").must(200)
        self.world.guest("POST", f"/shop-orders/{self.goods[2]}/cancellation").must(200)
        room = {"name": "Twin", "price": 30000, "units": 2, "area": 30, "bed": "Twin"}
        self.world.staff("POST", "/rooms", {**room, "hotel_id": self.world.room["hotel_id"]}).must(201)

    def go_on(self) -> None:
        """One guest checks in and out, others get refunds; some goods are sent."""
        self.world.guest("POST", f"/bookings/{self.stays[0]}/cancellation").must(200)
        for order_no in (self.stays[1], self.goods[0]):
            self.world.staff("POST", f"/orders/{order_no}/refunds", {"reason": "Noise", "amount": 500}).must(202)
        with clock_at(NOW + timedelta(days=3)):
            self.world.staff("POST", f"/bookings/{self.stays[2]}/check-in").must(200)
            self.house.invoke("finish_booking", {"order_no": self.stays[2], "actor": "admin", "correlation_id": ""})
        shipment = {"carrier": "SF", "tracking_no": "SF1"}
        self.world.staff("POST", f"/orders/{self.goods[1]}/shipment", shipment).must(200)
        self.world.guest("POST", f"/shop-orders/{self.goods[1]}/receipt").must(200)

    def end(self) -> None:
        """WeChat pays the refunds."""
        for order_no in self.orders:
            for refund in self.house.simulate("GET", f"/simulator/refunds?order_no={order_no}")["items"]:
                self.house.simulate("POST", f"/simulator/refunds/{refund['out_refund_no']}", {"result": "success"})

    def told(self) -> list[list[str]]:
        """The notices that the guest received about each order, in order."""
        openid = self.house.codes("13900000001")["openid"]
        told = self.house.simulate("GET", f"/simulator/messages?openid={openid}")["items"]
        return [[it["kind"] for it in told if it["order_no"] == order_no] for order_no in self.orders]


CHAPTERS = (Story.begin, Story.go_on, Story.end)


@pytest.mark.parametrize("seed", [1, 4, 8])
def test_a_stream_that_repeats_and_shuffles_changes_nothing_but_the_order_across_keys(
    house: House, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    world, stream = begun(house, simulator), Stream(house, monkeypatch, seed)
    found, told = [], []
    for arrive in (house.settle, stream.flow):
        before, story = facts(house), Story(world)
        for chapter in CHAPTERS:
            chapter(story)
            arrive()
        come_to_rest(house)
        hold_true(house)
        found.append(difference(facts(house), before))
        told.append(story.told())
    assert found[1] == found[0]
    assert told[1] == told[0]
    assert sum(map(len, told[0])) > 10
    assert stream.faults > 3
    assert stream.repeats > 1


def hearers(event: Event) -> list[str]:
    """The consumers of an event."""
    order_no = str(event.payload.get("order_no") or "-")
    found = [one.consumer for one in SUBSCRIBERS if one.hears(event.type, order_no, event.sequence)]
    found += [TIMERS[event.type]] if event.type in TIMERS else []
    found += ["send_notice"] * has_notice(event.type) + ["refresh_room_view"] * (event.type in CATALOGUE_EVENTS)
    return found


def test_whatever_is_redriven_days_later_changes_nothing_more(house: House, simulator: Simulator) -> None:
    world = begun(house, simulator)
    story = Story(world)
    for chapter in CHAPTERS:
        chapter(story)
        house.settle()
    come_to_rest(house)
    timers = {"cancel_unpaid_booking": "BookingWaitsQueue", "end_shop_order_wait": "ShopOrderWaitsQueue"}
    with clock_at(NOW + timedelta(minutes=31)):
        for step, queue in timers.items():
            assert house.feed(step, house.messages(queue)) == []
    old = [(step, event) for row in every(OutboxRow) for event in [row.to_event()] for step in hearers(event)]
    assert {step for step, _ in old} == set(CONSUMERS)
    random.Random(1).shuffle(old)
    before, told = house.contents(), story.told()
    with clock_at(NOW + timedelta(days=5)):
        for step, event in old:
            assert house.feed(step, [event.to_json()]) == []
            assert house.contents() == before, (step, event)
    assert list(house.records()) == []
    assert story.told() == told


@pytest.mark.parametrize("step", EVERY_CONSUMER)
def test_a_message_that_is_redriven_after_five_days_changes_nothing_more(
    house: House, simulator: Simulator, step: str
) -> None:
    message = awaited(begun(house, simulator), step)
    nothing = house.contents()
    assert delivered(house, [message]) == []
    come_to_rest(house)
    hold_true(house)
    before = house.contents(), waiting(house)
    assert before[0] != nothing
    assert delivered(house, [message, message], NOW + timedelta(days=5)) == []
    assert (house.contents(), waiting(house)) == before


def waiting(house: House) -> dict[str, int]:
    """The number of messages in each queue."""
    queues = {name: url for name, url in house._refs.items() if name.endswith("Queue")}
    return {name: len(house._queue_of(url)._messages) for name, url in queues.items()}
