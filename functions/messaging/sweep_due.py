"""Every minute: sends again what should have been sent by now, so that lost stream records heal by themselves."""

from typing import Any

from posthouse.entry import moment
from posthouse.entry.channels import channels
from posthouse.entry.logs import count, flush_metrics, log_as, logger
from posthouse.services.relay import relay
from posthouse.store import outbox

AT_MOST = 100
"""Events of one shard in one sweep; the next sweep takes the rest."""


def handler(_event: dict[str, Any], _context: Any) -> dict[str, int]:
    log_as("")
    now = moment.now()
    sent = relay(outbox.due(now, AT_MOST), channels(), now)
    if sent:
        logger.warning("the sweeper sent events that the stream had not", events=sent)
        count("EventsSwept", sent)
        flush_metrics()
    return {"swept": sent}
