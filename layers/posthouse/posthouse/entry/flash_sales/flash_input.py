"""Flash sales and submissions to them, as clients send them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from posthouse.domain.challenge import solves
from posthouse.domain.flash_sale import MAX_SHARDS, ORDERS_A_SHARD, SaleState
from posthouse.entry.fields import Id, Phone, Price
from posthouse.entry.flash_sales import flash_tokens
from posthouse.entry.inputs import Input
from posthouse.entry.listing import ListQuery

SaleStock = Annotated[int, Meta(ge=1, le=1_000_000)]
Moment = Annotated[datetime, Meta(tz=True)]
Shards = Annotated[int, Meta(ge=1, le=MAX_SHARDS)]


class SaleInput(Input):
    """A sale. Without ``shards`` there are as many as ``orders_a_second`` need."""

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
    """What staff change of a sale; what is left out stays."""

    state: SaleState | None = None
    challenge: bool | None = None


class Solution(Input):
    """A puzzle that was fetched, and its answer."""

    puzzle: Annotated[str, Meta(max_length=2000)]
    answer: Annotated[str, Meta(max_length=100)]

    def holds(self, sale_id: str, user_id: str) -> bool:
        """Whether the puzzle is one of ours for this guest and sale, and solved."""
        return solves(self.puzzle, self.answer) and flash_tokens.is_puzzle(self.puzzle, sale_id, user_id)


class FlashOrderInput(Input):
    """A submission. Price and quantity are the sale's, never the client's."""

    challenge: Solution | None = None


class TicketQuery(Input):
    """Which submission."""

    ticket: Annotated[str, Meta(max_length=2000)]


class FlashOrdersQuery(ListQuery):
    """Orders of a sale, of a guest by their phone number, or of a guest in a sale."""

    sale_id: Id | None = None
    phone_number: Phone | None = None


class VerdictsQuery(Input):
    """Whose tickets."""

    phone_number: Phone
