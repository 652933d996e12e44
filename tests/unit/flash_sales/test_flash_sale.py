"""A flash sale's rules: when it is open, how its stock is spread, and its puzzle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from posthouse.domain.challenge import solve, solves
from posthouse.domain.flash_sale import (
    MAX_SHARDS,
    FlashSale,
    SaleNotOpen,
    SaleSoldOut,
    SaleState,
    next_states,
    shards_for,
    sources,
    spread,
    submission_refusal,
)
from posthouse.domain.money import Money

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
SALE = FlashSale(
    sale_id="L1",
    goods_id="G1",
    goods_name="Candle",
    price=Money(9900),
    stock=50,
    starts_at=NOW,
    ends_at=NOW + timedelta(hours=1),
    per_user_limit=1,
    shards=1,
    challenge=False,
    state=SaleState.ACTIVE,
    sold_out=False,
    returns=0,
    moved_back=0,
    version=1,
)


@pytest.mark.parametrize(
    ("state", "minutes", "status"),
    [
        (SaleState.ACTIVE, -1, "scheduled"),
        (SaleState.ACTIVE, 0, "open"),
        (SaleState.ACTIVE, 59, "open"),
        (SaleState.ACTIVE, 60, "ended"),
        (SaleState.PAUSED, -1, "paused"),
        (SaleState.PAUSED, 30, "paused"),
        (SaleState.PAUSED, 60, "ended"),
        (SaleState.ENDED, 30, "ended"),
    ],
)
def test_how_a_sale_stands(state: SaleState, minutes: int, status: str) -> None:
    sale, now = replace(SALE, state=state), NOW + timedelta(minutes=minutes)
    assert sale.status(now) == status
    assert submission_refusal(sale, now) == (None if status == "open" else SaleNotOpen(status))


def test_a_sold_out_sale_refuses_while_it_is_open() -> None:
    assert submission_refusal(replace(SALE, sold_out=True), NOW) == SaleSoldOut()
    assert submission_refusal(replace(SALE, sold_out=True), NOW - timedelta(seconds=1)) == SaleNotOpen("scheduled")


def test_an_ended_sale_stays_ended() -> None:
    assert {state: next_states(state) for state in SaleState} == {
        SaleState.ACTIVE: {SaleState.PAUSED, SaleState.ENDED},
        SaleState.PAUSED: {SaleState.ACTIVE, SaleState.ENDED},
        SaleState.ENDED: set(),
    }
    assert sources(SaleState.ENDED) == [SaleState.ACTIVE, SaleState.PAUSED]


@pytest.mark.parametrize(
    ("stock", "rate", "shards"),
    [(50, 1, 1), (50, 100, 1), (50, 101, 2), (3, 10_000, 3), (10_000, 2_000, 20), (10**6, 10**6, MAX_SHARDS)],
)
def test_shards_for_a_rate(stock: int, rate: int, shards: int) -> None:
    assert shards_for(stock, rate) == shards


@pytest.mark.parametrize(("stock", "shards"), [(50, 1), (50, 7), (7, 7), (1, 1)])
def test_a_stock_is_spread_evenly_and_whole(stock: int, shards: int) -> None:
    units = spread(stock, shards)
    assert (sum(units), len(units)) == (stock, shards)
    assert max(units) - min(units) <= 1


def test_a_puzzle_is_solved_by_work_alone() -> None:
    answer = solve("puzzle", bits=8)
    assert solves("puzzle", answer, bits=8)
    assert not all(solves(f"puzzle{number}", answer, bits=8) for number in range(4))
    assert solves("anything", "at all", bits=0)
