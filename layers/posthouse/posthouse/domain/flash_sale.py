"""A flash sale: a few units of an article, at a price, for a while, to many who want one at the same moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from posthouse.domain.money import Money
from posthouse.domain.refusal import Refusal
from posthouse.domain.value import Value

ORDERS_A_SHARD = 100
"""Orders a second that one shard of a stock carries (docs/decisions/0016-shards-of-a-flash-sale.md)."""

MAX_SHARDS = 90
"""All shards are written in the transaction that makes the sale."""

LATE_SUBMISSIONS = timedelta(minutes=5)
"""How long after its end a sale still takes what was submitted in time: longer than five tries of a message."""

LONGEST = timedelta(days=366)
"""How far from now a sale may begin or end."""

TICKET_LIFE = timedelta(hours=24)
"""How long a ticket can be asked about."""


class SaleState(StrEnum):
    """What staff have made of a sale; whether it is open also depends on the clock."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


def next_states(state: SaleState) -> frozenset[SaleState]:
    """The one table of a sale's transitions."""
    match state:
        case SaleState.ACTIVE:
            return frozenset({SaleState.PAUSED, SaleState.ENDED})
        case SaleState.PAUSED:
            return frozenset({SaleState.ACTIVE, SaleState.ENDED})
        case SaleState.ENDED:
            return frozenset()
        case _:
            assert_never(state)


def sources(target: SaleState) -> list[SaleState]:
    """The states from which ``target`` may be reached, in the order of the enumeration."""
    return [state for state in SaleState if target in next_states(state)]


class SaleStatus(StrEnum):
    """How a sale stands for guests, at a moment."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    PAUSED = "paused"
    ENDED = "ended"


class Verdict(StrEnum):
    """How a ticket ended; every ticket ends in exactly one of these."""

    WON = "won"
    SOLD_OUT = "sold_out"
    ALREADY_BOUGHT = "already_bought"
    SALE_CLOSED = "sale_closed"


class SaleNotOpen(Refusal):
    """The sale takes no orders now; ``status`` says how it stands."""

    status: str

    @property
    def explanation(self) -> str:
        return f"The sale is {self.status}; it takes no orders now."


class SaleSoldOut(Refusal):
    """Every unit is taken, for now: one that is not paid for in time goes back on sale."""

    @property
    def explanation(self) -> str:
        return "Every unit is taken. One that is not paid for in time goes back on sale."


class AlreadyBought(Refusal):
    """The guest has as many as one guest may have."""

    limit: int

    @property
    def explanation(self) -> str:
        return f"One guest may have {self.limit}, and you have."


class InvalidTicket(Refusal):
    """The ticket is not one of ours, of another sale, or too old."""

    @property
    def explanation(self) -> str:
        return "This ticket is not one of this sale, or it has expired."


class ChallengeRequired(Refusal):
    """The sale asks for a solved puzzle, and what came was none, not the caller's, too old or not solved."""

    @property
    def explanation(self) -> str:
        return "Fetch the sale's challenge, solve it, and send its answer along."


class FlashSale(Value):
    """A sale. ``returns`` counts the units that came back: who saw it sold out knows by it whether that still holds.

    ``moved_back`` is what went back to the goods' stock when it ended.
    """

    sale_id: str
    goods_id: str
    goods_name: str
    price: Money
    stock: int
    starts_at: datetime
    ends_at: datetime
    per_user_limit: int
    shards: int
    challenge: bool
    state: SaleState
    sold_out: bool
    returns: int
    moved_back: int
    version: int

    def status(self, now: datetime) -> SaleStatus:
        """How it stands for guests."""
        if self.state is SaleState.ENDED or now >= self.ends_at:
            return SaleStatus.ENDED
        if self.state is SaleState.PAUSED:
            return SaleStatus.PAUSED
        return SaleStatus.SCHEDULED if now < self.starts_at else SaleStatus.OPEN


class Ticket(Value):
    """A submission: whose, to which sale, and when. Its order, if it wins one, has the same ULID."""

    ticket_id: str
    sale_id: str
    user_id: str
    submitted_at: datetime


class Decided(Value):
    """How a ticket ended."""

    ticket_id: str
    verdict: Verdict
    order_no: str | None
    submitted_at: datetime
    decided_at: datetime


class Shard(Value):
    """A part of a sale's stock."""

    number: int
    left: int
    closed: bool


def shards_for(stock: int, orders_a_second: int) -> int:
    """How many shards a sale needs, so that no partition has to write more than it can."""
    return max(1, min(-(-orders_a_second // ORDERS_A_SHARD), stock, MAX_SHARDS))


def spread(stock: int, shards: int) -> list[int]:
    """The units of each shard; they add up to the stock and differ by one at most."""
    each, rest = divmod(stock, shards)
    return [each + (number < rest) for number in range(shards)]


def submission_refusal(sale: FlashSale, now: datetime) -> SaleNotOpen | SaleSoldOut | None:
    """Why a submission is refused at once, or None."""
    status = sale.status(now)
    if status is not SaleStatus.OPEN:
        return SaleNotOpen(status)
    return SaleSoldOut() if sale.sold_out else None
