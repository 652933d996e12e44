"""A flash sale: few units of an article at a special price for a limited time, with many buyers at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from posthouse.domain.money import Money
from posthouse.domain.refusal import Refusal
from posthouse.domain.value import Value

ORDERS_A_SHARD = 100
"""Orders a second that one shard of the stock can take (docs/decisions/0016-shards-of-a-flash-sale.md)."""

MAX_SHARDS = 90
"""One transaction writes the sale with all its shards, and DynamoDB allows 100 items."""

LATE_SUBMISSIONS = timedelta(minutes=5)
"""How long after its end a sale still decides submissions from before: longer than five receives of a message."""

LONGEST = timedelta(days=366)
"""How far from now a sale may start or end."""

TICKET_LIFE = timedelta(hours=24)
"""How long a ticket is valid."""


class SaleState(StrEnum):
    """The state that staff have set. Whether a sale is open also depends on the time."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


def next_states(state: SaleState) -> frozenset[SaleState]:
    """Returns the states that may follow: the only table of a sale's transitions."""
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
    """Returns the states from which ``target`` may be reached, in the order of the enumeration."""
    return [state for state in SaleState if target in next_states(state)]


class SaleStatus(StrEnum):
    """The status of a sale for guests at some time."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    PAUSED = "paused"
    ENDED = "ended"


class Verdict(StrEnum):
    """The result of a ticket; every ticket gets exactly one."""

    WON = "won"
    SOLD_OUT = "sold_out"
    ALREADY_BOUGHT = "already_bought"
    SALE_CLOSED = "sale_closed"


class SaleNotOpen(Refusal):
    """The sale takes no orders now; ``status`` is its status for guests."""

    status: str

    @property
    def explanation(self) -> str:
        return f"The sale is {self.status}; it takes no orders now."


class SaleSoldOut(Refusal):
    """All units are taken. A unit that is not paid for in time goes back on sale."""

    @property
    def explanation(self) -> str:
        return "All units are taken. A unit that is not paid for in time goes back on sale."


class AlreadyBought(Refusal):
    """The guest has the maximum number of units per guest."""

    limit: int

    @property
    def explanation(self) -> str:
        return f"One guest may buy {self.limit}, and you have bought {self.limit}."


class InvalidTicket(Refusal):
    """The ticket is not ours, is of another sale or guest, or has expired."""

    @property
    def explanation(self) -> str:
        return "This ticket is not valid for this sale, or it has expired."


class ChallengeRequired(Refusal):
    """The sale needs a solved puzzle. None was sent, or it is another guest's, has expired or is not solved."""

    @property
    def explanation(self) -> str:
        return "Fetch the sale's challenge, solve it, and send the answer with the order."


class FlashSale(Value):
    """A sale. ``returns`` counts the units that came back; marking it as sold out fails if this number has changed.

    ``moved_back`` is the number of units that went back to the goods' stock at the end.
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
        """Returns the status for guests."""
        if self.state is SaleState.ENDED or now >= self.ends_at:
            return SaleStatus.ENDED
        if self.state is SaleState.PAUSED:
            return SaleStatus.PAUSED
        return SaleStatus.SCHEDULED if now < self.starts_at else SaleStatus.OPEN


class Ticket(Value):
    """A submission of a guest to a sale. If it wins, its order has the same ULID."""

    ticket_id: str
    sale_id: str
    user_id: str
    submitted_at: datetime


class Decided(Value):
    """A ticket with its verdict."""

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
    """Returns how many shards a sale needs to take ``orders_a_second``."""
    return max(1, min(-(-orders_a_second // ORDERS_A_SHARD), stock, MAX_SHARDS))


def spread(stock: int, shards: int) -> list[int]:
    """Returns the units of each shard: their sum is the stock, and they differ by at most one."""
    each, rest = divmod(stock, shards)
    return [each + (number < rest) for number in range(shards)]


def submission_refusal(sale: FlashSale, now: datetime) -> SaleNotOpen | SaleSoldOut | None:
    """Returns why a submission is refused at once, or None."""
    status = sale.status(now)
    if status is not SaleStatus.OPEN:
        return SaleNotOpen(status)
    return SaleSoldOut() if sale.sold_out else None
