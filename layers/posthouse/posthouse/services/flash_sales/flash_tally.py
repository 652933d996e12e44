"""The tally: how many tickets of each sale have a verdict. Counted in memory, written once a batch.

An estimate for staff, not a ledger: nothing depends on it. A crash between a verdict and the end of the batch loses the
count of the batch. A write that is retried after its response was lost counts the batch twice.
"""

from __future__ import annotations

import zlib
from functools import cache
from typing import TYPE_CHECKING

from posthouse.store import flash_sales

if TYPE_CHECKING:
    from posthouse.domain.flash_sale import FlashSale, Ticket


class Tally:
    """The new verdicts of one environment since its last write of the tally."""

    def __init__(self) -> None:
        self._new: dict[str, tuple[int, int]] = {}

    def note(self, sale: FlashSale, ticket: Ticket) -> None:
        """Count a new verdict. AWS calls: none."""
        number, noted = self._new.get(sale.sale_id, (zlib.crc32(ticket.ticket_id.encode()) % sale.shards, 0))
        self._new[sale.sale_id] = number, noted + 1

    def write(self) -> None:
        """Write the counts and reset them, even if the write fails. AWS calls: one for each sale with new verdicts.

        A sale has as many counters as shards, and a batch adds to one of them, so batches seldom conflict.
        """
        new, self._new = self._new, {}
        for sale_id, (number, noted) in new.items():
            flash_sales.add_decided(sale_id, number, noted)


@cache
def tally() -> Tally:
    """Returns the only tally of this environment."""
    return Tally()


def write_tally() -> None:
    """Write the counts of this environment."""
    tally().write()
