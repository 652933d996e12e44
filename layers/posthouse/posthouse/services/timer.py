"""A delay queue: it delivers an event again when something is due.

SQS delays a message by 900 seconds at most, so a message that comes too early is sent again with the rest of its delay.
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
"""How long the sweeper leaves an order alone whose message it has sent again; the queue retries it five times."""


class Timer(Value):
    """The queue. Its messages are events of orders, which say when the wait ends."""

    sqs: Any
    queue_url: str

    def wake(self, event: Event, at: datetime, now: datetime) -> None:
        """Send the event so that it arrives at that time, or after the longest delay that SQS allows."""
        rest = max(0, math.ceil((at - now).total_seconds()))
        self.sqs.send_message(
            QueueUrl=self.queue_url, MessageBody=event.to_json(), DelaySeconds=min(MAX_DELAY_SECONDS, rest)
        )
