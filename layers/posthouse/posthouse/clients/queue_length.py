"""The number of messages in an SQS queue."""

from __future__ import annotations

from typing import Any

_NUMBERS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


def queue_length(sqs: Any, queue_url: str) -> int:
    """Returns SQS's estimate of the messages that wait or are being handled. AWS calls: one."""
    attributes = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=list(_NUMBERS))["Attributes"]
    return sum(int(attributes[number]) for number in _NUMBERS)
