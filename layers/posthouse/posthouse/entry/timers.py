"""The delay queue of unpaid bookings, from the settings."""

from __future__ import annotations

from posthouse.entry.settings import Settings, read_settings
from posthouse.services.payment_timeouts import PaymentTimer
from posthouse.store.connection import aws_client


class TimerSettings(Settings):
    """Where due messages wait."""

    payment_timeouts_queue_url: str


def payment_timer() -> PaymentTimer:
    """The timer of unpaid bookings."""
    return PaymentTimer(aws_client("sqs"), read_settings(TimerSettings).payment_timeouts_queue_url)
