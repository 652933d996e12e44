"""The budgets of the business operations, in dollars per million."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.integration import flash_operations, operations
from tests.integration.costs import Counted
from tests.integration.house import House


@dataclass(frozen=True)
class Operation:
    """An operation as a row of the table.

    ``budget`` is what it may cost, None if there is no budget. ``kept_below`` is its present cost, rounded up: a change
    that costs more is either intended or a fault.
    """

    title: str
    run: Callable[[House], Counted]
    kept_below: float
    budget: float | None = None


OPERATIONS = (
    Operation("search by dates, warm", operations.search, 2.2),
    Operation("room read, warm", operations.room_read_warm, 1.9),
    Operation("room read, cold", operations.room_read_cold, 2.2),
    Operation("booking stored with its message", operations.booked, 26.1, budget=30),
    Operation("booked and paid", operations.booked_and_paid, 74.5, budget=75),
    Operation("whole stay with check-out", operations.whole_stay, 169.1, budget=175),
    Operation("whole stay with a number", operations.whole_stay_with_number, 171.7),
    Operation("booked, then cancelled by its timer", operations.cancelled_by_timer, 51.4),
    Operation("shop order confirmed", operations.shop_order_confirmed, 50.3),
    Operation("shop order confirmed and paid", operations.shop_order_paid, 91.1),
    Operation("flash submission refused", flash_operations.refused_at_the_gateway, 1.9, budget=2),
    Operation("flash sale won, until payment", flash_operations.won, 21.8, budget=30),
    # docs/decisions/0023-what-a-flash-order-costs.md
    Operation("flash sale won and paid", flash_operations.won_and_paid, 62.6, budget=65),
)
