"""Money came in for an order: it pays the order, or it goes back at once where there is nothing left to pay."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from posthouse.domain.booking import Booking, BookingState, Moment, next_states
from posthouse.domain.event import Event, EventType
from posthouse.domain.money import ZERO
from posthouse.domain.payment import Payment, PaymentState
from posthouse.domain.shop_order import ShopOrder, ShopState, move_to
from posthouse.services import refunds
from posthouse.services.booking_events import booking_event
from posthouse.services.cancellations import end_wait, payment_of
from posthouse.services.shop_events import tell
from posthouse.services.step import ATTEMPTS, Step
from posthouse.store import bookings, inbox, nights, outbox, payments, shop_orders
from posthouse.store.refunds import REFUND
from posthouse.store.transaction import Failed, StoreBusy, Transaction

PAID_TOO_LATE = "订单已取消"
"""The reason of a refund, as the guest reads it in WeChat: the order was cancelled before the money came."""

PAID_TWICE = "重复支付"
"""The reason of a refund: another payment had paid the order."""

NIGHTS_GONE = "房间已售完"
"""The reason of a refund: the nights of a room that is sold on payment went to somebody else."""


class CannotSettle(Exception):
    """Money came in that fits no order. Ends in the dead letters, where staff see it."""


T = TypeVar("T")


def settle_money(
    event: Event,
    consumer: str,
    decide: Callable[[Transaction, Payment], T | None],
    step: Step,
    learn: Callable[[Failed], None] | None = None,
) -> T | None:
    """Let a payment that came in do once what ``decide`` adds to the transaction; answers what that answered.

    ``learn`` hears what stood in the way before the next try. Raises CannotSettle if there is no such payment.
    """
    for _ in range(ATTEMPTS):
        payment = payments.get(event.payload["payment_id"])
        if payment is None:
            raise CannotSettle(f"there is no payment {event.payload['payment_id']}")
        transaction = Transaction()
        inbox.done(transaction, event, consumer, step.now)
        changed = decide(transaction, payment)
        failed = transaction.commit()
        if failed is None:
            return changed
        if inbox.DONE in failed:
            return None
        if REFUND in failed:
            _note_repeat(event, consumer, step)
            return None
        if learn is not None:
            learn(failed)
    raise StoreBusy(f"{event.payload['order_no']} keeps changing; try again in a moment")


def settle(event: Event, consumer: str, step: Step) -> Booking | None:
    """A payment came in: it pays its booking, or is refunded, exactly once.

    Answers the booking if this changed it, None if it did not. Raises CannotSettle if there is no such order.
    """
    order_no = event.payload["order_no"]
    gone = False

    def decide(transaction: Transaction, payment: Payment) -> Booking | None:
        booking = bookings.get(order_no)
        if booking is None:
            raise CannotSettle(f"payment {payment.payment_id} is for order {order_no}, which is not there")
        return _decide(transaction, booking, payment, step, gone=gone)

    def learn(failed: Failed) -> None:
        nonlocal gone
        gone = gone or bool(failed.starting(nights.NIGHT))

    return settle_money(event, consumer, decide, step, learn)


def settle_shop_order(event: Event, consumer: str, step: Step) -> ShopOrder | None:
    """A payment came in: it pays its shop order, or is refunded, exactly once.

    Answers the order if this changed it, None if it did not. Raises CannotSettle if there is no such order.
    """
    order_no = event.payload["order_no"]

    def decide(transaction: Transaction, payment: Payment) -> ShopOrder | None:
        order = shop_orders.get(order_no)
        if order is None:
            raise CannotSettle(f"payment {payment.payment_id} is for order {order_no}, which is not there")
        if order.was_paid_with(payment.payment_id):
            return None
        if move_to(order, ShopState.PAID) is not None:
            late = order.status is ShopState.CANCELLED
            _give_back(transaction, payment, PAID_TOO_LATE if late else PAID_TWICE, step)
            return None
        paid_with = shop_orders.paid_with(payment.payment_id)
        sequence = shop_orders.move(transaction, order, ShopState.PAID, step.now, paid_with)
        tell(transaction, order, ShopState.PAID, sequence, step)
        return order

    return settle_money(event, consumer, decide, step)


def _decide(transaction: Transaction, booking: Booking, payment: Payment, step: Step, *, gone: bool) -> Booking | None:
    """Add what the money does; ``gone`` where the booking's nights have been found sold."""
    if booking.was_paid_with(payment.payment_id):
        return None
    if BookingState.PAID not in next_states(booking.status):
        cancelled = booking.status is BookingState.CANCELLED
        reason = PAID_TOO_LATE if cancelled else PAID_TWICE
        _give_back(transaction, payment, reason, step)
        return None
    if gone:
        _close_another(transaction, booking, payment)
        _give_back(transaction, payment, NIGHTS_GONE, step)
        return end_wait(transaction, booking, step)
    return _pay(transaction, booking, payment, step)


def _give_back(transaction: Transaction, payment: Payment, reason: str, step: Step) -> None:
    """Refund what staff have not refunded by hand already."""
    if payment.refundable > ZERO:
        refunds.request(transaction, payment, payment.refundable, refunds.Why(reason), step)


def _pay(transaction: Transaction, booking: Booking, payment: Payment, step: Step) -> Booking:
    changes = bookings.paid_with(payment.payment_id)
    sequence = bookings.move(transaction, booking, BookingState.PAID, step.now, *changes)
    if not booking.nights_taken:
        for night in booking.nights:
            nights.take_paid(transaction, booking.room_id, night)
    outbox.send(transaction, booking_event(booking, EventType.BOOKING_PAID, sequence, step))
    moved = (*booking.timeline, Moment(BookingState.PAID, step.now))
    return replace(
        booking,
        status=BookingState.PAID,
        timeline=moved,
        version=sequence,
        nights_taken=True,
        payment_id=payment.payment_id,
    )


def _close_another(transaction: Transaction, booking: Booking, payment: Payment) -> None:
    """Close the booking's open payment if the money came by an older one."""
    current = payment_of(booking)
    if current is not None and current.payment_id != payment.payment_id and current.status is PaymentState.CREATED:
        payments.close(transaction, current.payment_id)


def _note_repeat(event: Event, consumer: str, step: Step) -> None:
    """The refund is there already, by another message: there is only the inbox to write."""
    transaction = Transaction()
    inbox.done(transaction, event, consumer, step.now)
    transaction.commit()
