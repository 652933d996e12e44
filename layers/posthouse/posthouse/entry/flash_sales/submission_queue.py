"""The queue of submissions to flash sales, from the settings."""

from __future__ import annotations

from posthouse.clients import aws
from posthouse.entry.settings import Settings, read_settings
from posthouse.services.flash_sales.submissions import SubmissionQueue


class SubmissionSettings(Settings):
    """Where submissions wait for their verdict."""

    flash_orders_queue_url: str


def submission_queue() -> SubmissionQueue:
    """Returns the queue in which submissions wait."""
    return SubmissionQueue(aws.sqs(), read_settings(SubmissionSettings).flash_orders_queue_url)
