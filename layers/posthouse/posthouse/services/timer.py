"""A delay queue: brings an event back when something is due.

SQS delays a message by 900 seconds at most, so one that comes before its time is sent on with what is left.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from posthouse.domain.value import Value

if TYPE_CHECKING:
    from posthouse.domain.event import Event

MAX_DELAY_SECONDS = 900
"""SQS's longest DelaySeconds."""

WOKEN_AGAIN = timedelta(minutes=10)
"""When an order that was woken is woken again if it still waits: its message is tried five times meanwhile."""


class Timer(Value):
    """The queue. Its messages are the orders' own events, which say when the wait ends."""

    sqs: Any
    queue_url: str

    def wake(self, event: Event, at: datetime, now: datetime) -> None:
        """Bring the event at that moment, or as near to it as one delay reaches."""
        rest = max(0, math.ceil((at - now).total_seconds()))
        self.sqs.send_message(
            QueueUrl=self.queue_url, MessageBody=event.to_json(), DelaySeconds=min(MAX_DELAY_SECONDS, rest)
        )
