"""Every five minutes: audits the business dates that are over, for all hotels whose day has turned."""

from typing import Any

from posthouse.entry import clock
from posthouse.entry.faults import log_fault
from posthouse.entry.logs import count, flush_metrics, log_as, logger
from posthouse.services.house.night_audit import audit_overdue
from posthouse.store import night_audits

AT_MOST = 200
"""Hotels of one shard in one run; the next run continues."""

SPARE_MS = 5_000
"""No step of an audit begins when less time than this is left."""


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    log_as(context.aws_request_id)
    step = clock.step(context.aws_request_id)
    try:
        run = audit_overdue(
            night_audits.overdue(step.now, AT_MOST), lambda: context.get_remaining_time_in_millis() > SPARE_MS, step
        )
        if run.ended:
            logger.info("business dates are audited", dates=run.ended)
            count("NightAudits", run.ended)
        if run.fault is not None:
            log_fault("a night audit has failed", run.fault)
            raise run.fault
    finally:
        flush_metrics()
    return {"audited": run.ended}
