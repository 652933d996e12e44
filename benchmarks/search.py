"""Searches over growing numbers of hotels."""

from __future__ import annotations

import itertools
import json
import random
import tracemalloc
from array import array
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
from posthouse.domain.rate_plan import Cancelling, DaysAhead, PayWhen, RatePlan
from posthouse.domain.restriction import NightRules
from posthouse.domain.room_calendar import PRICES, RoomCalendar
from posthouse.services.catalogue.hotel_index import HotelIndex
from posthouse.services.catalogue.search import NIGHTS_LOOKED_AT
from posthouse.store import room_calendars
from posthouse.store.hotel_summaries import HotelSummaryRow, row_of
from posthouse.store.nights import NightRow
from posthouse.store.room_calendars import RoomCalendarRow

SIZES = (100, 1000, 5000)
ROOMS = 4
NIGHTS = 365
"""The nights that every room type has open, each with a price of its own."""

FREE = 40
"""Only so many hotels, the first by name, have units left; a search with dates must go past all others."""

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
        hotels = [_hotel(number, chance) for number in range(known, size)]
        with HotelSummaryRow.batch_write() as batch:
            for hotel in hotels:
                batch.save(row_of(summary_of(hotel)))
        calendars = {offer.room_id: _calendar(offer, chance) for hotel in hotels for offer in hotel.offers}
        with RoomCalendarRow.batch_write() as rows:
            for room_id, calendar in calendars.items():
                rows.save(room_calendars.row_of(room_id, 1, calendar))
        known = size
        if size == SIZES[0]:
            _open_nights({offer.room_id: calendars[offer.room_id] for it in hotels[:FREE] for offer in it.offers})
        loads += [_load(size, ""), _load(size, f"sort=price&{STAY}")]
        times[size] = _searches()
    return _section(loads, times)


def clear(cloud: LocalCloud) -> None:
    """Remove the demo's hotels and calendars from the read model, so that the sizes are exact."""
    dynamodb = cloud.client("dynamodb")
    for model, key in (("hotel-summaries", "hotel_id"), ("room-calendars", "room_id")):
        name = f"{cloud.stack_name}-{model}"
        for row in dynamodb.scan(TableName=name)["Items"]:
            dynamodb.delete_item(TableName=name, Key={"shard": row["shard"], key: row[key]})


def _hotel(number: int, chance: random.Random) -> Hotel:
    city, latitude, longitude = chance.choice(CITIES)
    offers = tuple(
        RoomOffer(
            room_id,
            chance.randrange(20_000, 120_000) if number >= FREE else chance.randrange(9_000, 12_000),
            InventoryMode.ON_ORDER,
            on_sale=True,
            plans=tuple(_plan(room_id, plan) for plan in range(len(PLANS))),
        )
        for room_id in (f"R{number:05d}-{room}" for room in range(ROOMS))
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


PLANS: tuple[dict[str, Any], ...] = (
    {"adjustment_bp": -1000, "cancelling": Cancelling.NEVER_FREE},
    {"adjustment_bp": -1500, "days_ahead": DaysAhead(min=14), "min_stay": 2},
    {"adjustment": 3000, "breakfasts": 2},
)
"""The rate plans of every room type: two that cost less than the calendar, and one that costs more."""


def _plan(room_id: str, number: int) -> RatePlan:
    facts = {"breakfasts": 0, "cancel_fee_bp": 10_000, "payment": PayWhen.FULL, **PLANS[number]}
    return RatePlan(f"P{room_id}-{number}", room_id, f"Plan {number}", **facts)


def _calendar(offer: RoomOffer, chance: random.Random) -> RoomCalendar:
    first = CHECK_IN - timedelta(days=30)
    prices = array(PRICES, [offer.price + chance.randrange(0, 5_000, 100) for _ in range(NIGHTS)])
    return RoomCalendar(first.toordinal(), prices, {first.toordinal() + 40: NightRules(min_stay=2)})


def _open_nights(calendars: dict[str, RoomCalendar]) -> None:
    """Store the nights of the stay, as the calendars have them."""
    with NightRow.batch_write() as batch:
        for room_id, calendar in calendars.items():
            for night in (CHECK_IN, CHECK_IN + timedelta(days=1)):
                price = calendar.prices[night.toordinal() - calendar.first] - 1
                facts: dict[str, Any] = {"units": 5, "sold": 0, "left": 5, "price": price, "closed": False}
                batch.save(NightRow(room_id, night.isoformat(), **facts))


def _load(size: int, query: str) -> list[str]:
    """Measure an environment's first search: without dates it reads all summaries, with them all calendars too."""

    def first() -> None:
        index = HotelIndex(_standing_still)
        search_hotels.hotel_index = lambda: index  # type: ignore[attr-defined,assignment]
        _search(query)

    sample = measure(f"{size:,}, {'with' if query else 'without'} dates", first, rounds=3)
    tracemalloc.start()
    kept = HotelIndex(_standing_still)
    search_hotels.hotel_index = lambda: kept  # type: ignore[attr-defined,assignment]
    _search(query)
    memory = tracemalloc.get_traced_memory()[0] / 1e6
    tracemalloc.stop()
    return [sample.name, calls_text(sample.calls), f"{sample.median_ms:.0f}", f"{sample.cpu_ms:.0f}", f"{memory:.1f}"]


def _searches() -> list[Sample]:
    cursor = _search("sort=name&limit=100")["next_cursor"] or ""
    last_free = _search(f"sort=name&limit={FREE}&{STAY}")["next_cursor"] or ""
    last_cheap = _search(f"sort=price&limit={FREE}&{STAY}")["next_cursor"] or ""
    queries: dict[str, str] = {
        "all, in the hotels' own order": "",
        "by price": "sort=price",
        "by name, the second page of 100": f"sort=name&limit=100&cursor={cursor}" if cursor else "sort=name&limit=100",
        "by distance": "sort=distance&latitude=30.6&longitude=104.1",
        "keyword 驿站 lake": "keyword=驿站 lake",
        "city 成都, by price": "city=成都&sort=price",
        "dates, most hotels free": f"sort=name&{STAY}",
        "dates, most hotels free, by price": f"sort=price&{STAY}",
        "by price, a city with few free ones": f"sort=price&{STAY}&city=成都",
        "dates, no hotel free any more": f"sort=name&{STAY}&limit={FREE}&cursor={last_free}",
        "the same, by price": f"sort=price&{STAY}&limit={FREE}&cursor={last_cheap}",
    }
    samples = [measure(name, _searching(query), rounds=ROUNDS) for name, query in queries.items()]
    return [*samples, measure("dates, by price, for the first time", _searching_anew(), rounds=ROUNDS)]


def _searching(query: str) -> Callable[[], object]:
    return lambda: _search(query)


def _searching_anew() -> Callable[[], object]:
    """Returns a search that is for other guests each time, so that no totals are known."""
    adults = itertools.count(2)
    return lambda: _search(f"sort=price&{STAY}&adults={next(adults)}")


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
            f"{sample.cpu_ms:.1f}",
            f"{sample.p95_ms:.1f}",
        ]
        for number, sample in enumerate(largest)
    ]
    sizes = [f"{size:,} hotels, ms" for size in SIZES]
    shown = table(["warm search", f"calls to AWS at {SIZES[-1]:,}", *sizes, "CPU ms", "p95 ms"], rows)
    first = table(["hotels", "calls to AWS", "median ms", "CPU ms", "memory MB"], loads)
    return f"""## Searches, made for 5,000 hotels

An environment's first search reads every hotel's summary, and its first one with dates every room type's calendar of
{NIGHTS} nights; it then keeps them:

{first}

Later searches read only what is left of nights (and the change log at most once a second: one GetItem, which is left
out here). CPU and p95 are those of 5,000 hotels:

{shown}

Medians of {ROUNDS} runs (3 for the first search) of `search_hotels`' handler in one process, with {ROOMS} room types
per hotel, three rate plans each, two nights, and pages of 20 unless stated. The requests with no hotel free any more
pass hotels until they have read about {NIGHTS_LOOKED_AT:,} nights, the limit for every request; their cursors continue
from there. The last line reckons the totals of all hotels anew; the lines above it find them known. The local
emulator is slower than DynamoDB for a batch of a hundred nights.
"""
