"""The cache of flash sales in the memory of one execution environment, and the tickets that it has issued.

What the cache holds of a sale is one second old at most.
"""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING

from cachetools import TTLCache

from posthouse.store import flash_sales

if TYPE_CHECKING:
    from posthouse.domain.flash_sale import FlashSale, Ticket

FRESH_SECONDS = 1.0
"""How long a sale is kept: within this time an environment learns that it is sold out, or that units came back."""

TICKET_SECONDS = 600.0
"""How long an issued ticket is kept."""

SALES_KEPT = 1_000
TICKETS_KEPT = 50_000


class _Missing:
    """Marks what is not in the cache; None in the cache means that there is no such sale."""


_MISSING = _Missing()


class SaleCache:
    """The sales that one environment has read, and the tickets that it has issued."""

    def __init__(self) -> None:
        # The default clock of cachetools stands still while Lambda keeps an environment frozen.
        self._sales: TTLCache[str, FlashSale | _Missing | None] = TTLCache(SALES_KEPT, FRESH_SECONDS, time.time)
        self._left: TTLCache[str, int] = TTLCache(SALES_KEPT, FRESH_SECONDS, time.time)
        self._tickets: TTLCache[tuple[str, str], Ticket] = TTLCache(TICKETS_KEPT, TICKET_SECONDS, time.time)

    def sale(self, sale_id: str) -> FlashSale | None:
        """Returns a sale as it was within the last second. AWS calls: at most one a second for each sale."""
        found = self._sales.get(sale_id, _MISSING)
        if isinstance(found, _Missing):
            found = self._sales[sale_id] = flash_sales.get(sale_id)
        return found

    def left(self, sale: FlashSale) -> int:
        """Returns how many units were left within the last second."""
        found = self._left.get(sale.sale_id)
        if found is None:
            found = self._left[sale.sale_id] = sum(shard.left for shard in flash_sales.shards_of(sale))
        return found

    def ticket_of(self, sale_id: str, user_id: str) -> Ticket | None:
        """Returns the ticket that this environment has issued to the guest in the last ten minutes."""
        return self._tickets.get((sale_id, user_id))

    def remember(self, ticket: Ticket) -> None:
        """Keep an issued ticket, so that a second press of the button finds it."""
        self._tickets[ticket.sale_id, ticket.user_id] = ticket


@cache
def sale_cache() -> SaleCache:
    """Returns the only cache of this environment."""
    return SaleCache()
