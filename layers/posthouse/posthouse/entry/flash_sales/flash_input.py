"""Inputs of flash sales and of submissions to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from posthouse.domain.challenge import solves
from posthouse.domain.flash_sale import MAX_SHARDS, ORDERS_A_SHARD, SaleState
from posthouse.entry.fields import CODE, Id, Price, SoughtPhone
from posthouse.entry.flash_sales import flash_tokens
from posthouse.entry.inputs import Input
from posthouse.entry.listing import ListQuery

SaleStock = Annotated[int, Meta(ge=1, le=1_000_000)]
Moment = Annotated[datetime, Meta(tz=True)]
Shards = Annotated[int, Meta(ge=1, le=MAX_SHARDS)]


class SaleInput(Input):
    """A new sale. Without ``shards`` their number follows from ``orders_a_second``."""

    goods_id: Id
    price: Price
    stock: SaleStock
    starts_at: Moment
    ends_at: Moment
    per_user_limit: Annotated[int, Meta(ge=1, le=10)] = 1
    orders_a_second: Annotated[int, Meta(ge=1, le=100_000)] = ORDERS_A_SHARD
    shards: Shards | None = None
    challenge: bool = False


class SaleChange(Input):
    """A change of a sale by staff. Missing fields stay as they are."""

    state: SaleState | None = None
    challenge: bool | None = None


class Solution(Input):
    """A puzzle of ours and the client's answer to it."""

    puzzle: Annotated[str, CODE, Meta(max_length=2000)]
    answer: Annotated[str, CODE, Meta(max_length=100)]

    def holds(self, sale_id: str, user_id: str) -> bool:
        """Whether we made the puzzle for this guest and sale, and the answer solves it."""
        return solves(self.puzzle, self.answer) and flash_tokens.is_puzzle(self.puzzle, sale_id, user_id)


class FlashOrderInput(Input):
    """A submission. Price and quantity come from the sale, never from the client."""

    challenge: Solution | None = None


class TicketQuery(Input):
    """The ticket of the wanted submission."""

    ticket: Annotated[str, CODE, Meta(max_length=2000)]


class FlashOrdersQuery(ListQuery):
    """Selects the orders of a sale, of a guest by phone number, or of a guest in a sale."""

    sale_id: Id | None = None
    phone_number: SoughtPhone | None = None


class VerdictsQuery(Input):
    """Selects the tickets of a guest."""

    phone_number: SoughtPhone
