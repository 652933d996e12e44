"""Dead letters: the queues of messages that failed too often, and how each queue is redriven."""

from __future__ import annotations

from enum import Enum

from posthouse.domain.value import Value


class Healing(Enum):
    """What a redrive does with a dead letter."""

    QUEUE = "it goes back to the queue that it came from"
    OUTBOX = "the sweeper sends its event again"
    NEXT_RUN = "it is dropped: the next run of the schedule does all that this one did not"


class DeadLetters(Value):
    """One dead-letter queue. ``queue`` is the name of its source, as in the resource names of the template."""

    queue: str
    consumer: str
    healing: Healing = Healing.QUEUE
    fifo: bool = False

    @property
    def name(self) -> str:
        """The name of the dead-letter queue, without the stack's name."""
        return f"{self.queue}-dead-letters{self._suffix}"

    @property
    def source(self) -> str:
        """The name of the source queue, without the stack's name."""
        return f"{self.queue}{self._suffix}"

    @property
    def _suffix(self) -> str:
        return ".fifo" if self.fifo else ""


DEAD_LETTERS = (
    DeadLetters("relay", "relay_outbox", Healing.OUTBOX),
    DeadLetters("scheduled-runs", "the schedules", Healing.NEXT_RUN),
    DeadLetters("welcome-coupons", "grant_welcome_coupon"),
    DeadLetters("paid-bookings", "mark_booking_paid"),
    DeadLetters("booking-waits", "cancel_unpaid_booking"),
    DeadLetters("booking-index", "index_booking"),
    DeadLetters("report-counts", "count_booking"),
    DeadLetters("cancelled-orders", "close_payment"),
    DeadLetters("requested-refunds", "send_refund"),
    DeadLetters("invoice-refunds", "note_invoice_refund"),
    DeadLetters("arrived-refunds", "mark_booking_refunded"),
    DeadLetters("paid-shop-orders", "mark_shop_order_paid"),
    DeadLetters("refunded-shop-orders", "mark_shop_order_refunded"),
    DeadLetters("shop-order-waits", "end_shop_order_wait"),
    DeadLetters("points", "award_points"),
    DeadLetters("payment-log", "record_payment_log"),
    DeadLetters("flash-orders", "place_flash_order"),
    DeadLetters("catalogue-changes", "refresh_room_view"),
    DeadLetters("notifications", "send_notice", fifo=True),
    DeadLetters("shipping-information", "upload_shipping_information"),
)
"""Every dead-letter queue. The templates create the same; a test compares them."""


def dead_letters_of(queue: str) -> DeadLetters | None:
    """Returns the dead-letter queue of that source, or None."""
    return next((one for one in DEAD_LETTERS if one.queue == queue), None)
