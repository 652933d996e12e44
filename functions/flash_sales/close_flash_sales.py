"""Every minute: closes sales whose time is over, and returns their units to the goods' stock."""

from typing import Any

from posthouse.entry import clock
from posthouse.entry.logs import count, flush_metrics, log_as, logger
from posthouse.services.flash_sales.flash_sales import close_overdue
from posthouse.store import flash_sales

AT_MOST = 10
"""Sales of one partition in one run; the next run continues."""


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    log_as(context.aws_request_id)
    step = clock.step(context.aws_request_id)
    try:
        closed = close_overdue(flash_sales.overdue(step.now, AT_MOST), step)
        if closed:
            logger.info("flash sales are closed", sales=closed)
            count("FlashSalesClosed", closed)
    finally:
        flush_metrics()
    return {"closed": closed}
