"""Random histories: many guests and staff act at once over HTTP, and in the end everything agrees.

`make histories` runs them for MINUTES= with SEED= (by default a new one). `make test-long` plays the same scripts each
time, however long that takes. A seed makes the same plan; who wins a race may differ.
"""

from __future__ import annotations

import itertools
import os
import random
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from local.cloud import LocalCloud
from tests.e2e.histories.desk_lives import life_of
from tests.e2e.histories.ends import leave_in_the_end, look_at
from tests.e2e.histories.evening import Evening
from tests.e2e.histories.history import Record, show
from tests.e2e.histories.house_changes import HouseChange
from tests.e2e.histories.lives import Life
from tests.e2e.histories.plan import script
from tests.e2e.histories.staff_changes import StaffChange, dismiss_a_clerk, kill
from tests.e2e.histories.stage import Stage, set_stage
from tests.e2e.settling import Settling, Unsettled
from tests.integration.ledgers import Books
from tests.support.log_leaks import assert_no_leak

pytestmark = [pytest.mark.e2e, pytest.mark.long]
AT_ONCE = int(os.environ.get("AT_ONCE", "5"))
"""How many scripts are played at once; each may do several things at once."""

SEED = int(os.environ.get("SEED", "1") or random.SystemRandom().randrange(10**6))
MINUTES = float(os.environ.get("MINUTES") or 0)
SCRIPTS = int(os.environ.get("SCRIPTS") or 130)
"""How many scripts are played where no time is given: about two minutes on two cores."""

ONLY = frozenset((os.environ.get("ONLY") or "").split())
"""The kinds of scripts that are played; all if none is named. A script keeps its number."""

PAYMENT_TIMEOUT_SECONDS = 40
VISIBLE_AGAIN_SECONDS = 10
PROGRESS_SECONDS = 5
IDLE_SECONDS = 90
"""How long the settling may go on while nothing more gets done."""


def test_whatever_happens_each_guest_has_what_the_answers_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    record = Record(SEED)

    def said(line: str) -> None:
        sys.stdout.write(f"{record.now:6.1f} s  {line}\n")
        sys.stdout.flush()

    said(f"random histories, SEED={SEED}, {f'MINUTES={MINUTES:g}' if MINUTES else f'{SCRIPTS} scripts'}")
    parameters = {"PaymentTimeoutSeconds": str(PAYMENT_TIMEOUT_SECONDS), "OrdersPerHour": "100000"}
    with LocalCloud(0, parameters, seed=False) as cloud:
        monkeypatch.setenv("TABLE_PREFIX", cloud.stack_name)
        monkeypatch.setenv("AWS_REGION", "us-east-1")
        stage = set_stage(cloud, record)
        settling = Settling(stage.world, stage.people.admin)
        settling.shorten_visibility(VISIBLE_AGAIN_SECONDS)
        said("the stage is set")
        lives = play(stage, said)
        said(f"played: {record.progress()}")
        books = settled(settling, stage, lives)
        said(f"settled: swept {dict(settling.swept)}, redriven {dict(settling.redriven)}")
        look_at(stage, lives, books)
        leave_in_the_end(stage, lives, books)
        said(f"seen {len([it for it in lives if it.order_no])} orders\n{record.table()}")
        if record.failures:
            pytest.fail(show(record.failures), pytrace=False)
        assert_no_leak((cloud.log_folder / "functions.log").read_text().splitlines(), stage.world.secrets())


def settled(settling: Settling, stage: Stage, lives: list[Life]) -> Books:
    """Let everything come to rest; what does not is a failure, with the histories of its orders."""
    evening = Evening(stage)
    try:
        books = settling.settle(IDLE_SECONDS, evening.work)
    except Unsettled as error:
        stage.record.fail(str(error))
        for life in lives:
            if life.order_no and life.order_no in str(error):
                stage.record.fail("it does not come to rest", life.history)
        return settling.books()
    for status in ("failed", "stuck"):
        if owed := evening.owed(status):
            stage.record.fail(f"all refunds have arrived, but {owed} are still listed as {status}")
    return books


def play(stage: Stage, said: Callable[[str], None]) -> list[Life]:
    """Play scripts, several at once, until there are enough or the time is over."""
    until = time.monotonic() + MINUTES * 60
    numbers = itertools.count()
    lives: list[Life] = []
    over = threading.Event()

    def tell() -> None:
        while not over.wait(PROGRESS_SECONDS):
            said(stage.record.progress())

    def one_after_another(_: int) -> None:
        for number in numbers:
            if (time.monotonic() > until) if MINUTES else (number >= SCRIPTS):
                return
            try:
                lives.extend(play_one(stage, number))
            except Exception:  # noqa: BLE001 - all are shown at the end
                stage.record.fail(f"script {number} broke: {traceback.format_exc()}")
            stage.record.ended()

    telling = threading.Thread(target=tell, daemon=True)
    telling.start()
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(one_after_another, range(AT_ONCE)))
    finally:
        over.set()
        telling.join()
    return lives


def play_one(stage: Stage, number: int) -> list[Life]:
    """Play one script; returns the life that it was about, if any."""
    one = script(stage.record.seed, number)
    if ONLY and one.kind not in ONLY:
        return []
    match one.kind:
        case "staff":
            StaffChange(stage, one).make()
        case "house":
            HouseChange(stage, one).make()
        case "kill":
            kill(stage, one)
        case "clerk":
            dismiss_a_clerk(stage, one)
        case _:
            life = life_of(stage, one)
            life.live()
            return [life]
    return []
