"""Dead letters: the queues of what could not be dealt with, and how each of them heals."""

from __future__ import annotations

from enum import Enum

from posthouse.domain.value import Value


class Healing(Enum):
    """What becomes of a dead letter that is redriven."""

    QUEUE = "it goes back to the queue that it came from"
    OUTBOX = "the sweeper sends the event that it tells of again"
    NEXT_RUN = "it is dropped: the next run of the schedule does all that this one did not"


class DeadLetters(Value):
    """One queue of dead letters. ``queue`` names what they come from, as in the resource names of the template."""

    queue: str
    consumer: str
    healing: Healing = Healing.QUEUE
    fifo: bool = False

    @property
    def name(self) -> str:
        """The name of the queue of dead letters, without the stack's."""
        return f"{self.queue}-dead-letters{self._suffix}"

    @property
    def source(self) -> str:
        """The name of the queue that they go back to, without the stack's."""
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
    DeadLetters("cancelled-orders", "close_payment"),
    DeadLetters("requested-refunds", "send_refund"),
    DeadLetters("arrived-refunds", "mark_booking_refunded"),
    DeadLetters("paid-shop-orders", "mark_shop_order_paid"),
    DeadLetters("refunded-shop-orders", "mark_shop_order_refunded"),
    DeadLetters("shop-order-waits", "end_shop_order_wait"),
    DeadLetters("points", "award_points"),
    DeadLetters("payment-log", "record_payment_log"),
    DeadLetters("flash-orders", "place_flash_order"),
    DeadLetters("catalogue-changes", "refresh_room_view"),
    DeadLetters("notifications", "send_notice", fifo=True),
)
"""Every queue of dead letters. The template makes the same; a test compares them."""


def dead_letters_of(queue: str) -> DeadLetters | None:
    """The dead letters of that name."""
    return next((one for one in DEAD_LETTERS if one.queue == queue), None)
