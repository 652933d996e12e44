"""A scripted day while AWS, WeChat and the functions' processes fail by a seeded plan: in the end nothing is lost.

`make faults` runs the whole day (STAYS=, SEED=; by default a new seed), `make test-long` always the same small day.
"""

from __future__ import annotations

import os
import random
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.cloud import LocalCloud
from tests.e2e.faulty_aws import FaultyAws, Plan, faulty_aws
from tests.e2e.last_look import look_at
from tests.e2e.patience import GaveUp, People
from tests.e2e.settling import Settling
from tests.e2e.stories import GOODS_PLANS, STAY_PLANS, FlashBuyer, Goods, Props, Stay, Story, draw
from tests.e2e.world import World, bare_world
from tests.integration.ledgers import assert_books_balance
from tests.support.log_leaks import assert_no_leak

pytestmark = [pytest.mark.e2e, pytest.mark.long]
AT_ONCE = 8
STAYS = int(os.environ.get("STAYS", "10"))
SEED = int(os.environ.get("SEED", "1") or random.SystemRandom().randrange(10**6))
PAYMENT_TIMEOUT_SECONDS = 30
VISIBLE_AGAIN_SECONDS = 12
WECHAT_FAULT_SECONDS = 2.5
SETTLE_SECONDS = 60 + 2 * STAYS
WECHAT_FAULTS: tuple[dict[str, Any], ...] = (
    {"api": "jsapi", "http_status": 500, "times": 2},
    {"api": "jsapi", "delay_seconds": 5, "times": 1},
    {"api": "refund", "http_status": 500, "times": 2},
    {"api": "refund", "errcode": "SYSTEM_ERROR", "http_status": 500, "times": 1},
    {"api": "refund", "delay_seconds": 5, "times": 1},
    {"api": "close", "http_status": 503, "times": 2},
    {"api": "query", "http_status": 500, "times": 2},
    {"api": "query", "delay_seconds": 5, "times": 1},
    {"api": "query_refund", "http_status": 500, "times": 1},
    {"api": "subscribe_send", "errcode": -1, "times": 2},
    {"api": "subscribe_send", "http_status": 502, "times": 2},
    {"api": "subscribe_send", "delay_seconds": 5, "times": 1},
    {"api": "jscode2session", "http_status": 500, "times": 1},
    {"api": "jscode2session", "delay_seconds": 5, "times": 1},
    {"api": "phone_number", "errcode": -1, "times": 1},
)


@dataclass
class Day:
    """The events of a day."""

    stories: list[Story]
    said: Callable[[str], None]
    gave_up: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    wechat: Counter[str] = field(default_factory=Counter)

    def play(self, what: str, act: Callable[[Story], None], stories: list[Story]) -> None:
        """Run one act of every story, eight at a time."""
        begin = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda story: self._try(act, story), stories))
        self.said(f"{what}: {len(stories)} stories in {time.monotonic() - begin:.0f} s")

    def _try(self, act: Callable[[Story], None], story: Story) -> None:
        try:
            act(story)
        except GaveUp as error:
            self.gave_up.append(str(error))
        except Exception:  # noqa: BLE001 - all are shown at the end
            self.broken.append(f"{story.plan} {story.order_no}: {traceback.format_exc()}")

    @property
    def begun(self) -> list[Story]:
        """The stories that have begun and are not done."""
        return [story for story in self.stories if story.begun and not story.done]

    @contextmanager
    def trouble(self, aws: FaultyAws, world: World) -> Iterator[None]:
        """Let AWS and WeChat fail inside the block."""
        over, dice = threading.Event(), random.Random(SEED)

        def disturb() -> None:
            while not over.wait(WECHAT_FAULT_SECONDS):
                fault = dice.choice(WECHAT_FAULTS)
                world.simulator.send("POST", "/simulator/faults", fault).must(204)
                how = "slow" if "delay_seconds" in fault else "down"
                self.wechat[f"{fault['api']} {how}"] += fault["times"]

        disturbing = threading.Thread(target=disturb, daemon=True)
        aws.plan.active = True
        disturbing.start()
        try:
            yield
        finally:
            over.set()
            disturbing.join()
            aws.plan.active = False
            world.simulator.send("DELETE", "/simulator/faults").must(204)


def scripted_day(props: Props, said: Callable[[str], None]) -> Day:
    """Script a day with so many stays, and in addition shop orders and buyers of the flash sale."""
    dice = random.Random(SEED)

    def own() -> random.Random:
        return random.Random(dice.random())

    stories: list[Story] = [Stay(props, own(), draw(STAY_PLANS, dice)) for _ in range(STAYS)]
    stories += [Goods(props, own(), draw(GOODS_PLANS, dice)) for _ in range(STAYS * 3 // 10)]
    flash = draw_flash(dice)
    stories += [FlashBuyer(props, own(), plan) for plan in flash]
    dice.shuffle(stories)
    return Day(stories, said)


def draw_flash(dice: random.Random) -> list[str]:
    return [draw({"paid": 80, "unpaid": 20}, dice) for _ in range(STAYS // 2)]


def set_the_stage(world: World, people: People) -> Props:
    """Create a room type that never sells out, goods, and a sale with 15 units for each hundred stays."""
    goods = {"name": "Teapot", "price": 6000, "stock": 1000, "description": "", "images": []}
    goods_id = world.admin.send("POST", "/api/staff/goods", goods).must(201)["goods_id"]
    candle = {"name": "Candle", "price": 9900, "stock": 1000, "description": "", "images": []}
    candle_id = world.admin.send("POST", "/api/staff/goods", candle).must(201)["goods_id"]
    now = datetime.now(UTC)
    window = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=1)).isoformat()}
    wish = {"goods_id": candle_id, "price": 4900, "stock": max(STAYS * 15 // 100, 2), **window}
    sale_id = world.admin.send("POST", "/api/staff/flash-sales", wish).must(201)["sale_id"]
    return Props(people, world.room(units=500), goods_id, sale_id)


def test_a_day_of_faults_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.monotonic()

    def said(line: str) -> None:
        sys.stdout.write(f"{time.monotonic() - began:6.1f} s  {line}\n")
        sys.stdout.flush()

    said(f"a day of {STAYS} stays, SEED={SEED}")
    plan = Plan(SEED)
    parameters = {"PaymentTimeoutSeconds": str(PAYMENT_TIMEOUT_SECONDS)}
    with faulty_aws(plan) as aws, LocalCloud(0, parameters, seed=False, stand_before=aws.stand_before) as cloud:
        monkeypatch.setenv("TABLE_PREFIX", cloud.stack_name)
        monkeypatch.setenv("AWS_REGION", "us-east-1")
        world = bare_world(cloud)
        people = People(world)
        settling = Settling(world, people.admin)
        settling.shorten_visibility(VISIBLE_AGAIN_SECONDS)
        day = scripted_day(set_the_stage(world, people), said)
        said("the stage is set")
        with day.trouble(aws, world):
            day.play("ordered and paid", lambda story: story.begin(), day.stories)
            day.play("gone on", lambda story: story.go_on(), day.begun)
        said(f"the faults are over\n{plan.report()}\n  killed: {dict(aws.killed)}\n  WeChat: {dict(day.wechat)}")
        said(f"asked again: {dict(people.tally)}; given up: {day.gave_up}")
        books = settling.settle(SETTLE_SECONDS)
        said(f"settled: swept {dict(settling.swept)}, redriven {dict(settling.redriven)}")
        if day.begun:
            day.play("gone on in the evening", lambda story: story.go_on(), day.begun)
            books = settling.settle(SETTLE_SECONDS)
        said(f"all is settled: check-outs started again {len(settling.checked_out_again)}")
        assert_books_balance(books)
        assert not day.broken, "\n".join(day.broken)
        look_at(day.stories, books, world)
        assert plan.injected
        assert_no_leak((cloud.log_folder / "functions.log").read_text().splitlines(), world.secrets())
