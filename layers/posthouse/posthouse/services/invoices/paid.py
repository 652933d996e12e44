"""What an invoice says: how much of an order was paid and has not gone back, and the rows by which that was decided."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from posthouse.domain.booking import Booking, BookingState
from posthouse.domain.money import ZERO, Money
from posthouse.domain.shop_order import CHECKOUT, ShopState
from posthouse.domain.value import Value
from posthouse.store import invoices, payments

if TYPE_CHECKING:
    from posthouse.domain.payment import Payment
    from posthouse.domain.shop_order import ShopOrder
    from posthouse.store.transaction import Transaction

_NEVER_PAID = CHECKOUT | {ShopState.PENDING_PAYMENT, ShopState.CANCELLED}


class Paid(Value):
    """An order, with its payment where the order itself does not know what of it went back."""

    order: Booking | ShopOrder
    payment: Payment | None

    @property
    def amount(self) -> Money:
        """What is paid: at the desk, through a provider and from the guest's balance. Refunds under way are off it."""
        if isinstance(self.order, Booking):
            waits = self.order.status is BookingState.PENDING_PAYMENT
            return ZERO if waits else max(self.order.paid, ZERO)
        if self.order.status in _NEVER_PAID:
            return ZERO
        through_provider = ZERO if self.payment is None else self.payment.refundable
        return through_provider + self.order.balance_left

    @property
    def subject(self) -> str:
        """What was sold, as the guest reads it."""
        if isinstance(self.order, Booking):
            return f"{self.order.hotel_name} {self.order.room_name}"
        return self.order.subject


def paid_of(order_numbers: Iterable[str]) -> dict[str, Paid]:
    """Returns what is paid of each order. AWS calls: one batch read, and one for the payments of orders of goods."""
    orders = invoices.orders_of(order_numbers)
    wanted = {each.payment_id for each in orders.values() if not isinstance(each, Booking) and each.payment_id}
    found = payments.get_many(wanted)
    return {
        number: Paid(each, None if isinstance(each, Booking) else found.get(each.payment_id or ""))
        for number, each in orders.items()
    }


def must_stay_paid(transaction: Transaction, paid: Paid) -> None:
    """Check that nothing was paid or went back since it was read. Fails as ``order`` or ``payment``."""
    invoices.order_must_be_unchanged(transaction, paid.order)
    if paid.payment is not None:
        payments.must_be_unchanged(transaction, paid.payment)
