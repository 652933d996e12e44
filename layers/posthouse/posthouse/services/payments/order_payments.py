"""The payments of an order: reading them, closing the open one when the order ends, and what can go back of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from posthouse.domain.money import ZERO, Money
from posthouse.domain.payment import Payment, PaymentState
from posthouse.domain.value import Value
from posthouse.store import payments

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking
    from posthouse.domain.shop_order import ShopOrder
    from posthouse.store.transaction import Transaction


class BookingPayments(Value):
    """The payments of a booking: those whose money has come to its folio, newest first, and the one opened last."""

    settled: tuple[Payment, ...]
    latest: Payment | None

    @property
    def unsettled(self) -> Payment | None:
        """The one opened last, unless its money has come to the folio."""
        return None if self.latest in self.settled else self.latest

    @property
    def refundable(self) -> Money:
        """What can still be refunded through the providers."""
        return sum((payment.refundable for payment in self.settled), ZERO)

    @property
    def owed(self) -> Money:
        """What is owed of refunds that failed for good."""
        return sum((payment.owed for payment in self.settled), ZERO)

    @property
    def failed_refunds(self) -> int:
        """How many refunds failed for good and are still owed."""
        return sum(len(payment.owed_by) for payment in self.settled)


def payments_of(booking: Booking) -> BookingPayments:
    """Returns a booking's payments. AWS calls: one batch read, none if it has no payment."""
    numbers = (*booking.paid_by, *(() if booking.payment_id is None else (booking.payment_id,)))
    found = payments.get_many(dict.fromkeys(numbers))
    settled = [found[number] for number in booking.paid_by]
    newest_first = sorted(settled, key=lambda payment: (payment.succeeded_at, payment.payment_id), reverse=True)
    return BookingPayments(tuple(newest_first), None if booking.payment_id is None else found[booking.payment_id])


def parts_of(paid: Sequence[Payment], amount: Money) -> Iterator[tuple[Payment, Money]]:
    """Returns what goes back of each payment so that together it is ``amount``; the first ones give first.

    Before that each payment gives what it owes of refunds that failed: no other can pay those.
    """
    parts = dict.fromkeys((payment.payment_id for payment in paid), ZERO)
    bounds = [(payment, payment.owed) for payment in paid] + [(payment, payment.refundable) for payment in paid]
    for payment, most in bounds:
        more = min(most - parts[payment.payment_id], amount)
        if more > ZERO:
            parts[payment.payment_id] += more
            amount -= more
    return ((payment, parts[payment.payment_id]) for payment in paid if parts[payment.payment_id] > ZERO)


def payment_of(order: Booking | ShopOrder) -> Payment | None:
    """Returns the payment of an order that was opened last; None if there is none. A shop order has no other."""
    return None if order.payment_id is None else payments.get(order.payment_id)


def close_unpaid(transaction: Transaction, payment: Payment | None) -> None:
    """Close the payment of an order that ends. Fails as ``payment`` if its money has come in."""
    if payment is None:
        return
    if payment.status is PaymentState.CREATED:
        payments.close(transaction, payment.payment_id)
    else:
        payments.must_be_unpaid(transaction, payment.payment_id)
