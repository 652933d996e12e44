"""Reads of one room type: the cost of each cache level."""

from __future__ import annotations

import time
from itertools import count
from typing import Any

import urllib3

from benchmarks.house import CONTEXT, request
from benchmarks.measure import Sample, calls_text, measure, percentile, table
from functions.catalogue import get_room
from local.cloud import LocalCloud
from posthouse.services.catalogue.change_follower import CHECK_SECONDS
from posthouse.services.catalogue.room_cache import HARD_LIFE_SECONDS, RoomCache

ROUNDS = 100
HTTP_ROUNDS = 100


class Clock:
    """A clock for the reader that can be moved forward, so that entries get old without waiting."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


def room_reads(cloud: LocalCloud) -> str:
    """The section on room reads."""
    print("measuring room reads at each cache level", flush=True)
    room_id = _some_room(cloud)
    samples = _samples(cloud, room_id)
    base = samples[0].median_ms
    rows = [
        [s.name, calls_text(s.calls), f"{s.median_ms:.2f}", f"{s.p95_ms:.2f}", f"{s.cpu_ms:.2f}", _ratio(s, base)]
        for s in samples
    ]
    shown = table(["read from", "calls to AWS", "median ms", "p95 ms", "CPU ms", "ratio to L1"], rows)
    http = _over_http(cloud, room_id)
    return f"""## A room read at each level

{shown}

Median of {ROUNDS} reads of `get_room`'s handler in one process. DynamoDB is the local emulator, which responds in a few
milliseconds and shares the machine's cores. So the calls are the same on AWS; the milliseconds and the ratios are only
those of this machine. Through API, Lambda and the edge a guest waits {http[0]:.1f} ms (median of {HTTP_ROUNDS}, p95
{http[1]:.1f} ms), nearly all of it outside of the handler.
"""


def _ratio(sample: Sample, base: float) -> str:
    return f"{sample.median_ms / base:.1f}"


def _samples(cloud: LocalCloud, room_id: str) -> list[Sample]:
    clock = Clock()
    reader = RoomCache(clock)
    get_room.room_cache = lambda: reader  # type: ignore[attr-defined,assignment]
    numbers = count()
    views = f"{cloud.stack_name}-room-views"
    dynamodb = cloud.client("dynamodb")
    tag = _read(room_id)["headers"]["ETag"]

    def grown_old() -> None:
        clock.ahead += HARD_LIFE_SECONDS

    def second_later() -> None:
        grown_old()
        _read(room_id)
        clock.ahead += CHECK_SECONDS

    def without_view() -> None:
        grown_old()
        dynamodb.delete_item(TableName=views, Key={"room_id": {"S": room_id}})

    def missing() -> None:
        _expect(f"R-missing-{next(numbers)}", "source")

    return [
        measure("L1", lambda: _expect(room_id, "l1"), rounds=ROUNDS),
        measure("L1, not modified (304)", lambda: _read(room_id, If_None_Match=tag), rounds=ROUNDS),
        measure("L1, with its look at the log", lambda: _expect(room_id, "l1"), second_later, ROUNDS),
        measure("L2", lambda: _expect(room_id, "l2"), grown_old, ROUNDS),
        measure("source, and L2 healed", lambda: _expect(room_id, "source"), without_view, ROUNDS),
        measure("a missing room, the first time", missing, rounds=ROUNDS),
        measure("a missing room, again", lambda: _expect("R-missing-0", "l1"), rounds=ROUNDS),
    ]


def _expect(room_id: str, level: str) -> None:
    found = _read(room_id)["headers"]["X-Cache"]
    assert found == level, (found, level)


def _read(room_id: str, **headers: str) -> dict[str, Any]:
    return get_room.handler(request("GET /api/rooms/{room_id}", {"room_id": room_id}, None, **headers), CONTEXT)


def _some_room(cloud: LocalCloud) -> str:
    row = cloud.client("dynamodb").scan(TableName=f"{cloud.stack_name}-room-views", Limit=1)["Items"][0]
    return str(row["room_id"]["S"])


def _over_http(cloud: LocalCloud, room_id: str) -> tuple[float, float]:
    pool = urllib3.PoolManager()
    walls = []
    for _ in range(HTTP_ROUNDS):
        began = time.perf_counter()
        assert pool.request("GET", f"{cloud.url}/api/rooms/{room_id}", timeout=30).status == 200
        walls.append((time.perf_counter() - began) * 1000)
    return percentile(walls, 50), percentile(walls, 95)
