"""Goods of the shop, and the ledger of their stock."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from posthouse.domain.money import Money
from posthouse.domain.refusal import Refusal
from posthouse.domain.value import Value

MAX_STOCK = 10_000_000
"""Units of one article."""


class StockMove(StrEnum):
    """Why a stock changed."""

    INITIAL = "initial"
    ORDER = "order"
    RETURN = "return"
    CHANGE = "change"


class InsufficientStock(Refusal):
    """A change would leave less than nothing, or more than a shop can have."""

    stock: int
    change: int

    @property
    def explanation(self) -> str:
        return f"There are {self.stock}; {self.change:+} would leave less than none, or more than {MAX_STOCK}."


class Goods(Value):
    """An article. Its stock is kept apart: that changes with every order, ``version`` with the text only."""

    goods_id: str
    name: str
    price: Money
    description: str
    images: tuple[str, ...]
    on_sale: bool
    version: int


class StockEntry(Value):
    """One change of a stock: the sum of an article's entries is its stock.

    ``after`` is what it came to; None where an order moved it: orders do not wait for one another to know.
    """

    goods_id: str
    entry_id: str
    move: StockMove
    change: int
    after: int | None
    reason: str
    actor: str
    order_no: str | None
    at: datetime
