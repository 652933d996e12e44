"""The topics and queues to which the relay sends events, from the settings."""

from __future__ import annotations

from posthouse.clients import aws
from posthouse.domain.event import EventType
from posthouse.entry.settings import Settings, read_settings
from posthouse.entry.timers import booking_timer, shop_order_timer
from posthouse.services.messaging.relay import Channels

_OF_BOOKINGS = (EventType.BOOKING_CREATED, EventType.BOOKING_RESERVED)
"""Events of bookings that end by themselves."""


class RelaySettings(Settings):
    """The topics and queues to which the relay sends."""

    events_topic_arn: str
    catalogue_topic_arn: str
    notifications_queue_url: str
    relay_dead_letters_url: str = ""


def channels() -> Channels:
    """Returns the topics, queues and timers of the relay."""
    settings = read_settings(RelaySettings)
    return Channels(
        sns=aws.sns(),
        sqs=aws.sqs(),
        events_topic_arn=settings.events_topic_arn,
        catalogue_topic_arn=settings.catalogue_topic_arn,
        notifications_queue_url=settings.notifications_queue_url,
        timers={**dict.fromkeys(_OF_BOOKINGS, booking_timer()), EventType.SHOP_ORDER_CREATED: shop_order_timer()},
    )
