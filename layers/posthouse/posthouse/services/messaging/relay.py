"""The outbox relay: sends events from the outbox to topics and queues, at least once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from posthouse.domain.event import CATALOGUE_EVENTS, Event, EventType, subscribers_to, topic_type
from posthouse.domain.notice_fields import is_noticed, notice_of
from posthouse.domain.value import Value
from posthouse.store import outbox

if TYPE_CHECKING:
    from posthouse.services.timer import Timer

SNS_BATCH = 10
"""SNS accepts ten messages in one PublishBatch."""


class RelayFailed(Exception):
    """Some events could not be sent. The whole batch is retried, and consumers recognise repeats."""


class Channels(Value):
    """The targets of events.

    ``events_topic_arn`` fans out by type, and ``catalogue_topic_arn`` broadcasts to the caches. The queue keeps the
    notices of an order in order. ``timers`` delay events, by the event's type.
    """

    sns: Any
    sqs: Any
    events_topic_arn: str
    catalogue_topic_arn: str
    notifications_queue_url: str
    timers: Mapping[EventType, Timer]

    def topics_of(self, event: Event) -> frozenset[str]:
        """Returns the topics of an event; none if it has no subscriber."""
        heard = subscribers_to(event.type, event.payload.get("order_no") or "", event.sequence)
        topics = {self.events_topic_arn} if heard else set()
        return frozenset(topics | ({self.catalogue_topic_arn} if event.type in CATALOGUE_EVENTS else set()))


def relay(events: Iterable[Event], channels: Channels, now: datetime) -> int:
    """Send the events and mark them as sent. Returns how many. Raises RelayFailed or the error of the AWS service."""
    batch = list(events)
    for topic in sorted({topic for event in batch for topic in channels.topics_of(event)}):
        for_topic = [event for event in batch if topic in channels.topics_of(event)]
        for begin in range(0, len(for_topic), SNS_BATCH):
            _publish(topic, for_topic[begin : begin + SNS_BATCH], channels)
    for event in batch:
        if event.type in channels.timers and event.payload["expires_at"] is not None:
            channels.timers[event.type].wake(event, datetime.fromisoformat(event.payload["expires_at"]), now)
        if is_noticed(event):
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
    """Returns the attributes for filter policies: the event's type and the kind of its order."""
    facts = {"type": topic_type(event.type, event.sequence), "order_kind": str(event.payload.get("order_no") or "-")[0]}
    return {name: {"DataType": "String", "StringValue": value} for name, value in facts.items()}


def _queue_notice(event: Event, channels: Channels) -> None:
    """Send a notice to the FIFO queue: a standard topic cannot. The order number is the group, the event id dedupes.

    A refund's notice is in its order's group too: a guest reads of the cancellation before the money's return.
    """
    channels.sqs.send_message(
        QueueUrl=channels.notifications_queue_url,
        MessageBody=event.to_json(),
        MessageGroupId=notice_of(event).order_no,
        MessageDeduplicationId=event.event_id,
    )
