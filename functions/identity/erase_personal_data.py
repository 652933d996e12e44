"""Every five minutes: erases the personal data of deleted accounts in orders, payments and messages."""

from typing import Any

from posthouse.entry import clock
from posthouse.entry.logs import count, flush_metrics, log_as, logger
from posthouse.services.identity.account_deletion import erase_each
from posthouse.store import account_deletions

AT_MOST = 20
"""Accounts of one shard in one run; the next run continues."""

SPARE_MILLISECONDS = 8_000
"""The time for one page, with a reserve: no page is started with less left."""


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    log_as(context.aws_request_id)
    step = clock.step(context.aws_request_id)

    def has_time() -> bool:
        return bool(context.get_remaining_time_in_millis() > SPARE_MILLISECONDS)

    done = erase_each(account_deletions.due(step.now, AT_MOST), has_time, step)
    if done:
        logger.info("personal data of deleted accounts was erased", guests=done)
        count("GuestsForgotten", done)
    flush_metrics()
    return {"forgotten": done}
