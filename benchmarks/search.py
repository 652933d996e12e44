"""Searches over growing numbers of hotels."""

from __future__ import annotations

import json
import random
import tracemalloc
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl

from benchmarks.house import CONTEXT, request
from benchmarks.measure import Sample, calls_text, measure, table
from functions.catalogue import search_hotels
from local.cloud import LocalCloud
from posthouse.domain.catalogue import Hotel, InventoryMode, RoomOffer
from posthouse.domain.catalogue_view import summary_of
from posthouse.domain.days import HotelClock
from posthouse.services.catalogue.hotel_index import HotelIndex
from posthouse.services.catalogue.search import NIGHTS_LOOKED_AT
from posthouse.store.hotel_summaries import HotelSummaryRow, row_of
from posthouse.store.nights import NightRow

SIZES = (100, 1000, 5000)
ROOMS = 4
FREE = 40
"""Only so many hotels, the first by name, have free nights; a search with dates must go past all others."""

ROUNDS = 40
CITIES = (("成都", 30.67, 104.06), ("深圳", 22.54, 114.06), ("北京", 39.90, 116.40), ("上海", 31.23, 121.47))
CHECK_IN = date.today() + timedelta(days=30)  # noqa: DTZ011 - far enough from any midnight
STAY = f"check_in={CHECK_IN}&check_out={CHECK_IN + timedelta(days=2)}"


def _standing_still() -> float:
    """Stop the clock, so that every round makes the same calls and none of them reads the change log."""
    return 1000.0


def searches(cloud: LocalCloud) -> str:
    """The section on searches."""
    clear(cloud)
    chance = random.Random(1)  # noqa: S311 - demo data, the same in each run
    loads, times = [], {}
    known = 0
    for size in SIZES:
        print(f"searching {size} hotels", flush=True)
        with HotelSummaryRow.batch_write() as batch:
            for number in range(known, size):
                batch.save(row_of(summary_of(_hotel(number, chance))))
        known = size
        if size == SIZES[0]:
            _open_nights()
        loads.append(_load(size))
        times[size] = _searches()
    return _section(loads, times)


def clear(cloud: LocalCloud) -> None:
    """Remove the demo's hotels from the read model, so that the sizes are exact."""
    dynamodb, name = cloud.client("dynamodb"), f"{cloud.stack_name}-hotel-summaries"
    for row in dynamodb.scan(TableName=name)["Items"]:
        dynamodb.delete_item(TableName=name, Key={"shard": row["shard"], "hotel_id": row["hotel_id"]})


def _hotel(number: int, chance: random.Random) -> Hotel:
    city, latitude, longitude = chance.choice(CITIES)
    offers = tuple(
        RoomOffer(f"R{number:05d}-{room}", chance.randrange(20_000, 120_000), InventoryMode.ON_ORDER, on_sale=True)
        for room in range(ROOMS)
    )
    return Hotel(
        hotel_id=f"H{number:05d}",
        name=f"{number:05d} 驿站 Posthouse {city}",
        city=city,
        address=f"{city}市 {number} 路 {chance.randrange(1, 999)} 号 {chance.choice(('Lake', 'Bay', 'Hill'))} Road",
        phone="010-64040046",
        latitude=latitude + chance.uniform(-0.4, 0.4),
        longitude=longitude + chance.uniform(-0.4, 0.4),
        description="",
        images=tuple(f"/images/hotels/{number:05d}-{image}.svg" for image in range(4)),
        clock=HotelClock("Asia/Shanghai"),
        version=1,
        tags=("停车", "Wi-Fi", "早餐"),
        offers=offers,
    )


def _open_nights() -> None:
    with NightRow.batch_write() as batch:
        for number in range(FREE):
            for room in range(ROOMS):
                for night in (CHECK_IN, CHECK_IN + timedelta(days=1)):
                    facts: dict[str, Any] = {"units": 5, "sold": 0, "left": 5, "price": 30_000, "closed": False}
                    batch.save(NightRow(f"R{number:05d}-{room}", night.isoformat(), **facts))


def _load(size: int) -> list[str]:
    """Measure an environment's first search, which reads all summaries."""

    def first() -> None:
        index = HotelIndex(_standing_still)
        search_hotels.hotel_index = lambda: index  # type: ignore[attr-defined,assignment]
        _search("")

    sample = measure(f"{size:,}", first, rounds=3)
    tracemalloc.start()
    kept = HotelIndex(_standing_still)
    kept.summaries()
    memory = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    search_hotels.hotel_index = lambda: kept  # type: ignore[attr-defined,assignment]
    return [sample.name, calls_text(sample.calls), f"{sample.median_ms:.0f}", f"{sample.cpu_ms:.0f}", f"{memory:.1f}"]


def _searches() -> list[Sample]:
    cursor = _search("sort=name&limit=100")["next_cursor"] or ""
    last_free = _search(f"sort=name&limit={FREE}&{STAY}")["next_cursor"] or ""
    queries: dict[str, str] = {
        "all, in the hotels' own order": "",
        "by price": "sort=price",
        "by name, the second page of 100": f"sort=name&limit=100&cursor={cursor}" if cursor else "sort=name&limit=100",
        "by distance": "sort=distance&latitude=30.6&longitude=104.1",
        "keyword 驿站 lake": "keyword=驿站 lake",
        "city 成都, by price": "city=成都&sort=price",
        "dates, most hotels free": f"sort=name&{STAY}",
        "dates, no hotel free any more": f"sort=name&{STAY}&limit={FREE}&cursor={last_free}",
    }
    return [measure(name, _searching(query), rounds=ROUNDS) for name, query in queries.items()]


def _searching(query: str) -> Callable[[], object]:
    return lambda: _search(query)


def _search(query: str) -> Any:
    answer = search_hotels.handler(request("GET /api/hotels", {}, dict(parse_qsl(query))), CONTEXT)
    assert answer["statusCode"] == 200, answer
    return json.loads(answer["body"])


def _section(loads: list[list[str]], times: dict[int, list[Sample]]) -> str:
    largest = times[SIZES[-1]]
    rows = [
        [
            sample.name,
            calls_text(sample.calls),
            *(f"{times[size][number].median_ms:.1f}" for size in SIZES),
            f"{sample.p95_ms:.1f}",
            f"{sample.median_ms / largest[0].median_ms:.1f}",
        ]
        for number, sample in enumerate(largest)
    ]
    sizes = [f"{size:,} hotels, ms" for size in SIZES]
    shown = table(["warm search", f"calls to AWS at {SIZES[-1]:,}", *sizes, "p95 ms", "ratio to the first"], rows)
    first = table(["hotels", "calls to AWS", "median ms", "CPU ms", "memory MB"], loads)
    return f"""## Searches, made for 5,000 hotels

An environment's first search reads every hotel's summary; it then keeps them:

{first}

Later searches read only nights (and the change log at most once a second: one GetItem, which is left out here):

{shown}

Medians of {ROUNDS} runs (3 for the first search) of `search_hotels`' handler in one process, with {ROOMS} room types
per hotel, two nights, and pages of 20 unless stated. The request in the last line passes hotels without a free room
until it has read about {NIGHTS_LOOKED_AT:,} nights, the limit for every request; its cursor continues from there. The
local emulator is slower than DynamoDB for a batch of a hundred nights.
"""
