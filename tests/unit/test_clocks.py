"""Lambda freezes an environment and its monotonic clock between two calls, so ages are measured by the wall clock."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from posthouse.domain.flash_sale import Ticket
from posthouse.services.catalogue import room_cache
from posthouse.services.catalogue.hotel_index import HotelIndex
from posthouse.services.flash_sales import sale_cache
from posthouse.services.shop import goods_cache
from tests.support.clock import clock_at
from tests.support.template import ROOT

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
CACHES = {"TTLCache": 3, "TLRUCache": 3}
"""How many arguments a cache has if one of them is its clock."""
OURS = [*(ROOT / "layers/posthouse").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]


def calls(source: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Call))


def test_nothing_counts_by_a_clock_that_stands_still() -> None:
    found = [
        f"{source.relative_to(ROOT)}: {name}"
        for source in OURS
        for name in ("monotonic", "perf_counter", "process_time", "thread_time")
        if name in {node.attr for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Attribute)}
    ]
    assert found == []


def test_every_cache_is_told_its_clock() -> None:
    made = [
        (source, node)
        for source in OURS
        for node in calls(source)
        if isinstance(node.func, ast.Name) and node.func.id in CACHES
    ]
    assert len(made) > 3
    for source, node in made:
        assert isinstance(node.func, ast.Name)
        assert len(node.args) + len(node.keywords) == CACHES[node.func.id], (source, node.lineno)
    for kind in (room_cache.RoomCache, HotelIndex):
        assert inspect.signature(kind).parameters["clock"].default.__name__ == "time"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with clock_at(NOW) as traveller:
        yield traveller


def test_what_a_gate_has_known_in_its_sleep_is_asked_for_anew(clock: time_machine.Traveller) -> None:
    known = sale_cache.SaleCache()
    known._sales["FS1"] = None
    known._left["FS1"] = 3
    known.remember(Ticket("T", "FS1", "U1", NOW))
    assert ("FS1" in known._sales, "FS1" in known._left, known.ticket_of("FS1", "U1") is None) == (True, True, False)
    clock.shift(timedelta(seconds=sale_cache.TICKET_SECONDS + 1))
    assert ("FS1" in known._sales, "FS1" in known._left, known.ticket_of("FS1", "U1") is None) == (False, False, True)


def test_what_a_shelf_has_held_in_its_sleep_is_read_anew(clock: time_machine.Traveller) -> None:
    kept = goods_cache.GoodsCache()
    kept._goods["G1"] = None
    assert "G1" in kept._goods
    clock.shift(timedelta(seconds=goods_cache.TEXT_SECONDS + 1))
    assert "G1" not in kept._goods
