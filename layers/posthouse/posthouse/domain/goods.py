"""Goods of the shop, and the entries of their stock ledger."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from posthouse.domain.money import Money
from posthouse.domain.refusal import Refusal
from posthouse.domain.value import Value

MAX_STOCK = 10_000_000
"""The most units of one article in stock."""


class StockMove(StrEnum):
    """The kind of a change of stock."""

    INITIAL = "initial"
    ORDER = "order"
    RETURN = "return"
    CHANGE = "change"


class InsufficientStock(Refusal):
    """The change would make the stock negative, or larger than MAX_STOCK."""

    stock: int
    change: int

    @property
    def explanation(self) -> str:
        return f"There are {self.stock}; {self.change:+} would leave less than none, or more than {MAX_STOCK}."


class Goods(Value):
    """An article. Its stock is stored apart, since every order changes it; ``version`` does not count those."""

    goods_id: str
    name: str
    price: Money
    description: str
    images: tuple[str, ...]
    on_sale: bool
    version: int


class StockEntry(Value):
    """One change of a stock: the sum of an article's entries is its stock.

    ``after`` is the stock after the change. It is None for orders, which do not read the stock first.
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
