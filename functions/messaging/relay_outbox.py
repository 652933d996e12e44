"""Stream of the outbox: sends new events to topics and notices to their queue. After a fault the batch is retried."""

import json
from typing import Any

from posthouse.domain.event import Event
from posthouse.entry import clock
from posthouse.entry.logs import log_as, log_event, logger
from posthouse.entry.messaging.channels import RelaySettings, channels
from posthouse.entry.settings import read_settings
from posthouse.services.messaging.relay import relay
from posthouse.store.connection import aws_client
from posthouse.store.outbox import OutboxRow, put_aside


def handler(event: dict[str, Any], _context: Any) -> dict[str, int]:
    log_as("")
    inserted = [record for record in event["Records"] if record["eventName"] == "INSERT"]
    events = [read for record in inserted if (read := _read(record)) is not None]
    sent = relay(events, channels(), clock.now())
    for one in events:
        log_event(one)
        logger.info("relayed")
    return {"relayed": sent}


def _read(record: dict[str, Any]) -> Event | None:
    """Returns the event of a record. An unreadable one goes to the dead letters, because it would block the stream."""
    try:
        return OutboxRow.from_raw_data(record["dynamodb"]["NewImage"]).to_event()
    except (KeyError, ValueError, TypeError, AttributeError):
        logger.exception("an outbox row cannot be read")
        queue = read_settings(RelaySettings).relay_dead_letters_url
        aws_client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(record, default=str))
        keys = record.get("dynamodb", {}).get("Keys")
        if keys:
            put_aside(keys["aggregate_id"]["S"], int(keys["sequence"]["N"]))
        return None
