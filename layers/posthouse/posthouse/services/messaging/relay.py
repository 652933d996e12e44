"""The relay: takes events from the outbox to where they are awaited, at least once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from posthouse.domain.event import CATALOGUE_EVENTS, Event, EventType, subscribers_to
from posthouse.domain.notice import has_notice
from posthouse.domain.value import Value
from posthouse.store import outbox

if TYPE_CHECKING:
    from posthouse.services.timer import Timer

SNS_BATCH = 10
"""SNS takes ten messages in one PublishBatch."""


class RelayFailed(Exception):
    """Not every event could be sent; the whole batch comes again, and consumers know repeats."""


class Channels(Value):
    """Where events go.

    ``events_topic_arn`` fans out by type, ``catalogue_topic_arn`` broadcasts to the caches, the queue keeps an order's
    notices in order, and ``timers`` bring what has to wait, by the event's type.
    """

    sns: Any
    sqs: Any
    events_topic_arn: str
    catalogue_topic_arn: str
    notifications_queue_url: str
    timers: Mapping[EventType, Timer]

    def topic_of(self, event: Event) -> str | None:
        """The topic of an event; None if nobody would hear of it there."""
        if event.type in CATALOGUE_EVENTS:
            return self.catalogue_topic_arn
        heard = subscribers_to(event.type, event.payload.get("order_no") or "")
        return self.events_topic_arn if heard else None


def relay(events: Iterable[Event], channels: Channels, now: datetime) -> int:
    """Send the events and mark them as sent; answers how many. Raises RelayFailed or the service's own error."""
    batch = list(events)
    for topic in sorted({topic for event in batch if (topic := channels.topic_of(event)) is not None}):
        for_topic = [event for event in batch if channels.topic_of(event) == topic]
        for begin in range(0, len(for_topic), SNS_BATCH):
            _publish(topic, for_topic[begin : begin + SNS_BATCH], channels)
    for event in batch:
        if event.type in channels.timers:
            channels.timers[event.type].wake(event, datetime.fromisoformat(event.payload["expires_at"]), now)
        if has_notice(event.type):
            _queue_notice(event, channels)
        outbox.mark_relayed(event, now)
    return len(batch)


def _publish(topic: str, events: list[Event], channels: Channels) -> None:
    entries = [
        {
            "Id": str(number),
            "Message": event.to_json(),
            "MessageAttributes": _attributes(event),
        }
        for number, event in enumerate(events)
    ]
    answer = channels.sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
    if answer.get("Failed"):
        msg = f"SNS did not take {len(answer['Failed'])} of {len(entries)} events: {answer['Failed'][0].get('Code')}"
        raise RelayFailed(msg)


def _attributes(event: Event) -> dict[str, dict[str, str]]:
    """What filter policies look at: the event's type, and the kind of order that it is about."""
    facts = {"type": str(event.type), "order_kind": str(event.payload.get("order_no") or "-")[0]}
    return {name: {"DataType": "String", "StringValue": value} for name, value in facts.items()}


def _queue_notice(event: Event, channels: Channels) -> None:
    """Straight to the FIFO queue, which a standard topic cannot feed: the order's number groups, the id dedupes."""
    channels.sqs.send_message(
        QueueUrl=channels.notifications_queue_url,
        MessageBody=event.to_json(),
        MessageGroupId=event.aggregate_id,
        MessageDeduplicationId=event.event_id,
    )
