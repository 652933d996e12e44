"""Every five minutes: takes who they were out of the orders, payments and messages of guests who have left."""

from typing import Any

from posthouse.entry import moment
from posthouse.entry.logs import count, flush_metrics, log_as, logger
from posthouse.services.identity.account_deletion import forget_each
from posthouse.store import account_deletions

AT_MOST = 20
"""Guests of one shard in one run; the next run takes the rest."""

SPARE_MILLISECONDS = 8_000
"""A page that has begun takes less."""


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    log_as(context.aws_request_id)
    step = moment.step(context.aws_request_id)

    def has_time() -> bool:
        return bool(context.get_remaining_time_in_millis() > SPARE_MILLISECONDS)

    done = forget_each(account_deletions.due(step.now, AT_MOST), has_time, step)
    if done:
        logger.info("guests who have left were forgotten", guests=done)
        count("GuestsForgotten", done)
    flush_metrics()
    return {"forgotten": done}
