"""Goods as guests see them: texts are cached for seconds, stock is always read."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, Any

from cachetools import TTLCache

from posthouse.services.shop.goods import Stocked
from posthouse.store import goods as store
from posthouse.store.page import Page

if TYPE_CHECKING:
    from posthouse.domain.goods import Goods

TEXT_SECONDS = 10
"""How old a cached text and price may be. Orders do not use them: they check prices in their transaction."""

KEPT = 1000


class GoodsCache:
    """The cache of goods of one Lambda environment."""

    def __init__(self) -> None:
        # Timed by the wall clock: the monotonic clock stands still while Lambda keeps an environment frozen.
        self._goods: TTLCache[str, Goods | None] = TTLCache(KEPT, TEXT_SECONDS, time.time)
        self._pages: TTLCache[str, Page[Goods]] = TTLCache(KEPT, TEXT_SECONDS, time.time)

    def find(self, goods_id: str) -> Stocked | None:
        """Returns an article on sale. AWS calls: one for the stock, one more for the text every ten seconds."""
        if goods_id not in self._goods:
            self._goods[goods_id] = store.get_goods(goods_id)
        goods = self._goods[goods_id]
        if goods is None or not goods.on_sale:
            return None
        return Stocked(goods, store.read_stock([goods_id])[goods_id])

    def page(self, limit: int, position: Any) -> Page[Stocked]:
        """Returns a page of the articles on sale.

        AWS calls: one for their stocks, one more for the texts every ten seconds.
        """
        key = f"{limit} {position}"
        if key not in self._pages:
            self._pages[key] = store.list_goods(limit, position, on_sale=True)
        page = self._pages[key]
        stock = store.read_stock(goods.goods_id for goods in page.items)
        return Page([Stocked(goods, stock[goods.goods_id]) for goods in page.items], page.position)


@cache
def goods_cache() -> GoodsCache:
    """Returns the only cache of this environment."""
    return GoodsCache()
