"""Events: what happened to an order, a payment or a guest, on the way from the outbox to the consumers."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from posthouse.domain.value import Value


class EventType(StrEnum):
    """Every event that Posthouse sends; the topic's filter policies name them too."""

    GUEST_FIRST_LOGIN = "guest.first_login"
    GUEST_LOGGED_IN = "guest.logged_in"
    BOOKING_CREATED = "booking.created"
    BOOKING_RESERVED = "booking.reserved"
    BOOKING_PAID = "booking.paid"
    BOOKING_CHANGED = "booking.changed"
    BOOKING_CHECKED_IN = "booking.checked_in"
    BOOKING_CHECK_IN_REVERSED = "booking.check_in_reversed"
    BOOKING_PAID_LATER = "booking.paid_later"
    BOOKING_FINISHED = "booking.finished"
    BOOKING_CANCELLED = "booking.cancelled"
    BOOKING_NO_SHOW = "booking.no_show"
    BOOKING_REFUNDED = "booking.refunded"
    BOOKING_DESK_REFUND = "booking.desk_refund"
    SHOP_ORDER_SAVED = "shop_order.saved"
    SHOP_ORDER_CREATED = "shop_order.created"
    SHOP_ORDER_PAID = "shop_order.paid"
    SHOP_ORDER_CANCELLED = "shop_order.cancelled"
    SHOP_ORDER_SHIPPED = "shop_order.shipped"
    SHOP_ORDER_RECEIVED = "shop_order.received"
    SHOP_ORDER_REFUNDED = "shop_order.refunded"
    SHOP_ORDER_RETURNED = "shop_order.returned"
    FLASH_SUBMITTED = "flash_sale.submitted"
    PAYMENT_SUCCEEDED = "payment.succeeded"
    PAYMENT_OUTDATED = "payment.outdated"
    REFUND_REQUESTED = "refund.requested"
    REFUND_SUCCEEDED = "refund.succeeded"
    REFUND_FAILED = "refund.failed"
    REFUND_CREDITED = "refund.credited"
    HOTEL_CHANGED = "hotel.changed"
    ROOM_CHANGED = "room.changed"
    NIGHTS_CHANGED = "nights.changed"


CATALOGUE_EVENTS = frozenset({EventType.HOTEL_CHANGED, EventType.ROOM_CHANGED, EventType.NIGHTS_CHANGED})
"""Events for the caches, broadcast on their own topic."""


class Subscriber(Value):
    """A consumer and the events that it receives: types, and first letters of order numbers (none for any).

    Events of the types ``if_first`` are sent for it only where they are the first of their order.
    """

    consumer: str
    types: frozenset[EventType]
    order_kinds: frozenset[str] = frozenset()
    if_first: frozenset[EventType] = frozenset()

    def hears(self, event_type: EventType, order_no: str, sequence: int = 1) -> bool:
        """Whether this consumer receives such an event of an order."""
        of_kind = event_type in self.types and (not self.order_kinds or order_no[:1] in self.order_kinds)
        return of_kind and (sequence == 1 or event_type not in self.if_first)


def _to(consumer: str, *types: EventType, kinds: str = "", if_first: Collection[EventType] = ()) -> Subscriber:
    return Subscriber(consumer, frozenset((*types, *if_first)), frozenset(kinds), frozenset(if_first))


SUBSCRIBERS = (
    _to("grant_welcome_coupon", EventType.GUEST_FIRST_LOGIN),
    _to(
        "close_payment",
        EventType.BOOKING_CANCELLED,
        EventType.BOOKING_NO_SHOW,
        EventType.SHOP_ORDER_CANCELLED,
        EventType.PAYMENT_OUTDATED,
    ),
    _to("mark_booking_paid", EventType.PAYMENT_SUCCEEDED, kinds="B"),
    _to("mark_shop_order_paid", EventType.PAYMENT_SUCCEEDED, kinds="SF"),
    _to("award_points", EventType.PAYMENT_SUCCEEDED, EventType.REFUND_SUCCEEDED),
    _to("record_payment_log", EventType.PAYMENT_SUCCEEDED),
    _to("send_refund", EventType.REFUND_REQUESTED),
    _to(
        "upload_shipping_information",
        EventType.SHOP_ORDER_SHIPPED,
        EventType.BOOKING_CHECKED_IN,
        EventType.BOOKING_NO_SHOW,
        EventType.BOOKING_CANCELLED,
        EventType.BOOKING_PAID_LATER,
    ),
    # A stay that costs nothing begins as paid. Other payments change nothing that a stay is found by.
    # A change may move its departure, which is until when it is found.
    _to(
        "index_booking",
        EventType.BOOKING_CREATED,
        EventType.BOOKING_RESERVED,
        EventType.BOOKING_CHANGED,
        if_first=[EventType.BOOKING_PAID],
    ),
    # Those after which a booking, or the units of nights, may count for something else in the reports.
    _to(
        "count_booking",
        EventType.BOOKING_RESERVED,
        EventType.BOOKING_PAID,
        EventType.BOOKING_CHANGED,
        EventType.BOOKING_CHECKED_IN,
        EventType.BOOKING_CHECK_IN_REVERSED,
        EventType.BOOKING_FINISHED,
        EventType.BOOKING_CANCELLED,
        EventType.BOOKING_NO_SHOW,
        EventType.NIGHTS_CHANGED,
    ),
    # Those with which money leaves an order, or comes back to it because a refund failed.
    _to(
        "note_invoice_refund",
        EventType.REFUND_REQUESTED,
        EventType.REFUND_CREDITED,
        EventType.REFUND_FAILED,
        EventType.REFUND_SUCCEEDED,
        EventType.BOOKING_DESK_REFUND,
    ),
    _to("mark_booking_refunded", EventType.REFUND_SUCCEEDED, kinds="B"),
    _to("mark_shop_order_refunded", EventType.REFUND_SUCCEEDED, kinds="SF"),
)
"""The queues of the events topic. The template's filter policies must say the same; a test compares them."""

_TOLD_APART = frozenset(kind for subscriber in SUBSCRIBERS for kind in subscriber.if_first)


def topic_type(event_type: EventType, sequence: int) -> str:
    """Returns what a filter policy reads of an event's type.

    The first event of an order has a name of its own, where a consumer asks for no later one of that type.
    """
    return f"{event_type}.first" if sequence == 1 and event_type in _TOLD_APART else str(event_type)


def filter_types(subscriber: Subscriber) -> frozenset[str]:
    """Returns the types that the filter policy of a consumer's queue names."""
    first = {topic_type(kind, 1) for kind in subscriber.types}
    return frozenset(first | {topic_type(kind, 2) for kind in subscriber.types - subscriber.if_first})


TIMERS: Mapping[EventType, str] = {
    EventType.BOOKING_CREATED: "cancel_unpaid_booking",
    EventType.BOOKING_RESERVED: "cancel_unpaid_booking",
    EventType.SHOP_ORDER_CREATED: "end_shop_order_wait",
}
"""Consumers that receive an event when its ``expires_at`` has come, if it has one. SNS cannot delay, so the relay sends
to their queues itself."""


OTHER_SUBSCRIBERS = (
    _to("cancel_unpaid_booking", EventType.BOOKING_CREATED, EventType.BOOKING_RESERVED),
    _to(
        "end_shop_order_wait",
        EventType.SHOP_ORDER_CREATED,
        EventType.SHOP_ORDER_SAVED,
        EventType.SHOP_ORDER_SHIPPED,
    ),
    _to("place_flash_order", EventType.FLASH_SUBMITTED),
    _to("refresh_room_view", *CATALOGUE_EVENTS),
    _to(
        "send_notice",
        EventType.BOOKING_CREATED,
        EventType.BOOKING_RESERVED,
        EventType.BOOKING_CHANGED,
        EventType.BOOKING_CANCELLED,
        EventType.BOOKING_PAID,
        EventType.BOOKING_CHECKED_IN,
        EventType.BOOKING_FINISHED,
        EventType.SHOP_ORDER_CREATED,
        EventType.SHOP_ORDER_PAID,
        EventType.SHOP_ORDER_CANCELLED,
        EventType.SHOP_ORDER_SHIPPED,
        EventType.REFUND_SUCCEEDED,
        EventType.REFUND_CREDITED,
        EventType.GUEST_LOGGED_IN,
    ),
)
"""Queues that do not get their messages from the events topic: the relay, the sweeper, the gate of flash sales or
another topic sends to them. A test compares these types with the senders."""

_BY_CONSUMER = {one.consumer: one for one in (*SUBSCRIBERS, *OTHER_SUBSCRIBERS)}


def hearer(consumer: str) -> Subscriber:
    """Returns a consumer with the events that it may receive. Raises KeyError for an unknown consumer.

    The consumer checks them itself, since SNS applies a changed filter policy only after 15 minutes.
    """
    return _BY_CONSUMER[consumer]


def subscribers_to(event_type: EventType, order_no: str, sequence: int) -> list[str]:
    """Returns the consumers that receive such an event of an order from the events topic."""
    return [subscriber.consumer for subscriber in SUBSCRIBERS if subscriber.hears(event_type, order_no, sequence)]


class Event(Value):
    """One change of one aggregate.

    ``sequence`` is the aggregate's version after the change. It orders an aggregate's events and shows which
    are late. ``payload`` holds JSON values only.
    """

    type: EventType
    aggregate_id: str
    sequence: int
    occurred_at: datetime
    payload: Mapping[str, Any]
    correlation_id: str

    @property
    def event_id(self) -> str:
        """The id: the same change always has the same one."""
        return f"{self.aggregate_id}.{self.sequence}"

    def to_json(self) -> str:
        """Returns the message body."""
        return json.dumps(
            {
                "event_id": self.event_id,
                "type": self.type,
                "aggregate_id": self.aggregate_id,
                "sequence": self.sequence,
                "occurred_at": self.occurred_at.isoformat(),
                "correlation_id": self.correlation_id,
                "payload": self.payload,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> Event:
        """Returns the event of a message body. Raises ValueError or KeyError for any other text."""
        body = json.loads(text)
        return cls(
            type=EventType(body["type"]),
            aggregate_id=body["aggregate_id"],
            sequence=body["sequence"],
            occurred_at=datetime.fromisoformat(body["occurred_at"]),
            payload=body["payload"],
            correlation_id=body["correlation_id"],
        )
