"""Reads the events in records of the outbox table's stream."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from posthouse.clients import aws
from posthouse.entry.logs import logger
from posthouse.entry.messaging.relay_settings import RelaySettings
from posthouse.entry.settings import read_settings
from posthouse.store.outbox import OutboxRow, put_aside

if TYPE_CHECKING:
    from posthouse.domain.event import Event


def new_events(records: Iterable[Mapping[str, Any]]) -> list[Event]:
    """Returns the new events of a batch, in its order.

    An unreadable record goes to the relay's dead letters, because it would block the stream.
    """
    inserted = (record for record in records if record["eventName"] == "INSERT")
    return [event for record in inserted if (event := _read(record)) is not None]


def _read(record: Mapping[str, Any]) -> Event | None:
    try:
        return OutboxRow.from_raw_data(record["dynamodb"]["NewImage"]).to_event()
    except (KeyError, ValueError, TypeError, AttributeError):
        logger.exception("an outbox row cannot be read")
        queue = read_settings(RelaySettings).relay_dead_letters_url
        aws.sqs().send_message(QueueUrl=queue, MessageBody=json.dumps(record, default=str))
        keys = record.get("dynamodb", {}).get("Keys")
        if keys:
            put_aside(keys["aggregate_id"]["S"], int(keys["sequence"]["N"]))
        return None
