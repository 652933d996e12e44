"""The delay queues of waiting orders, from the settings."""

from __future__ import annotations

from posthouse.clients import aws
from posthouse.entry.settings import Settings, read_settings
from posthouse.services.timer import Timer


class BookingTimerSettings(Settings):
    """The delay queue of bookings."""

    booking_waits_queue_url: str


class ShopOrderTimerSettings(Settings):
    """The delay queue of shop orders."""

    shop_order_waits_queue_url: str


def booking_timer() -> Timer:
    """Returns the timer of unpaid bookings."""
    return Timer(aws.sqs(), read_settings(BookingTimerSettings).booking_waits_queue_url)


def shop_order_timer() -> Timer:
    """Returns the timer of shop orders."""
    return Timer(aws.sqs(), read_settings(ShopOrderTimerSettings).shop_order_waits_queue_url)
