"""Stream of the outbox: sends new events to topics and notices to their queue. After a fault the batch is retried."""

from typing import Any

from posthouse.entry import clock
from posthouse.entry.logs import log_as, log_event, logger
from posthouse.entry.messaging.outbox_stream import new_events
from posthouse.entry.messaging.relay_settings import channels
from posthouse.services.messaging.relay import relay


def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    log_as("")
    events = new_events(event["Records"])
    sent = relay(events, channels(), clock.now())
    for one in events:
        log_event(one)
        logger.info("relayed")
    return {"relayed": sent}
