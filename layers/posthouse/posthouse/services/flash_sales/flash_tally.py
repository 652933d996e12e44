"""How many tickets of each sale have a verdict: counted in memory, written once a batch.

A picture for staff, not a ledger: nothing is decided by it. Who is killed between a verdict and the end of the batch
leaves the batch's verdicts out; a write whose answer is lost and that is tried again counts them twice.
"""

from __future__ import annotations

import zlib
from functools import cache
from typing import TYPE_CHECKING

from posthouse.store import flash_sales

if TYPE_CHECKING:
    from posthouse.domain.flash_sale import FlashSale, Ticket


class Tally:
    """The verdicts that one environment has newly written since it last wrote how many."""

    def __init__(self) -> None:
        self._new: dict[str, tuple[int, int]] = {}

    def note(self, sale: FlashSale, ticket: Ticket) -> None:
        """Count a verdict that was not there before. AWS calls: none."""
        number, noted = self._new.get(sale.sale_id, (zlib.crc32(ticket.ticket_id.encode()) % sale.shards, 0))
        self._new[sale.sale_id] = number, noted + 1

    def write(self) -> None:
        """Add what was counted, and begin anew even if that fails. AWS calls: a write for each sale with new verdicts.

        A sale has as many of these counters as shards, and a batch adds to one: batches seldom meet.
        """
        new, self._new = self._new, {}
        for sale_id, (number, noted) in new.items():
            flash_sales.add_decided(sale_id, number, noted)


@cache
def tally() -> Tally:
    """The environment's only one."""
    return Tally()


def write_tally() -> None:
    """Write what the environment has counted."""
    tally().write()
