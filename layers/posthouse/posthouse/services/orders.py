"""Orders of either kind: what a payment and staff need to know of one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.booking import MAY_PAY_THE_BALANCE, Booking, BookingState
from posthouse.domain.identity import Principal, Role
from posthouse.domain.ids import IdKind, has_kind
from posthouse.domain.money import ZERO, Money
from posthouse.domain.payment import NotPayable, Payment, WholeAmountOnly
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.takings import Overpaid
from posthouse.domain.value import Value
from posthouse.store import bookings, shop_orders
from posthouse.store.orders import PENDING_PAYMENT

if TYPE_CHECKING:
    from posthouse.domain.shop_order import ShopOrder
    from posthouse.store.transaction import Transaction


def is_shop_order(order_no: str) -> bool:
    """Whether it is an order of goods, in the shop or in a flash sale."""
    return has_kind(order_no, IdKind.SHOP_ORDER) or has_kind(order_no, IdKind.FLASH_ORDER)


def find(order_no: str) -> Booking | ShopOrder | None:
    """Returns the order of that number, of either kind."""
    return shop_orders.get(order_no) if is_shop_order(order_no) else bookings.get(order_no)


BALANCE_WAITS = timedelta(minutes=30)
"""How long a payment may be paid that was opened for what a folio owes."""


class Payable(Value):
    """An order as a payment sees it. ``total - discount = payable``, which is what the payment asks for.

    ``expires_at`` is until when the order itself waits; None if it does not end without the payment.
    """

    order_no: str
    user_id: str
    status: str
    expires_at: datetime | None
    payment_id: str | None
    total: Money
    payable: Money
    subject: str
    order: Booking | ShopOrder

    @property
    def discount(self) -> Money:
        """What is not paid through a provider: a coupon's amount, and what the balance pays."""
        return self.total - self.payable

    def refusal(self, now: datetime) -> NotPayable | None:
        """Returns why no payment can be opened, or None."""
        if self.status != PENDING_PAYMENT and not self._owes:
            return NotPayable(self.status)
        return NotPayable("expired") if self.expires_at is not None and self.expires_at <= now else None

    @property
    def _owes(self) -> bool:
        """Whether it is a stay that owes what its folio says, however much of that a payment brings."""
        return isinstance(self.order, Booking) and self.status in MAY_PAY_THE_BALANCE and self.payable > ZERO

    def part(self, amount: Money) -> Payable | Refusal:
        """Returns the order as a payment of this amount sees it. Only what a stay owes is paid in parts."""
        if amount == self.payable:
            return self
        if amount > self.payable:
            return Overpaid(amount.fen, self.payable.fen)
        return replace(self, total=amount, payable=amount) if self._owes else WholeAmountOnly(self.payable.fen)

    def until(self, now: datetime) -> datetime:
        """Returns until when a payment that is opened now may be paid."""
        soon = now + BALANCE_WAITS
        return min(self.expires_at or soon, soon) if self._owes else self.expires_at or soon

    def has_settled(self, payment: Payment) -> bool:
        """Whether a payment's money has come to the folio: then what is still owed takes another payment."""
        return isinstance(self.order, Booking) and payment.payment_id in self.order.paid_by


def payable_by(order_no: str, caller: Principal) -> Payable | NotFound:
    """Returns a guest's own order, as a payment sees it."""
    order = find(order_no)
    if order is None or order.user_id != caller.subject:
        return NotFound("order")
    return _payable(order)


def payable_at_desk(order_no: str, caller: Principal) -> Payable | NotFound:
    """Returns an order that this member of staff may see, as a payment sees it."""
    order = for_staff(order_no, caller)
    return order if isinstance(order, NotFound) else _payable(order)


def _payable(order: Booking | ShopOrder) -> Payable:
    return _booking_payable(order) if isinstance(order, Booking) else _shop_payable(order)


def _booking_payable(booking: Booking) -> Payable:
    waits = booking.status is BookingState.PENDING_PAYMENT
    asked = booking.price.due_now if waits else booking.owed
    return Payable(
        order_no=booking.order_no,
        user_id=booking.user_id,
        status=booking.status,
        expires_at=booking.ends_at,
        payment_id=booking.payment_id,
        total=booking.price.total if asked == booking.price.payable else asked,
        payable=asked,
        subject=f"{booking.hotel_name} {booking.room_name}",
        order=booking,
    )


def _shop_payable(order: ShopOrder) -> Payable:
    return Payable(
        order_no=order.order_no,
        user_id=order.user_id,
        status=order.status,
        expires_at=order.expires_at,
        payment_id=order.payment_id,
        total=order.price.total,
        payable=order.price.payable,
        subject=order.subject,
        order=order,
    )


def open_payment(transaction: Transaction, due: Payable, payment_id: str, now: datetime) -> None:
    """Make a payment the order's open one.

    Fails as ``order`` if it has another now, owes something else, or cannot be paid any more.
    """
    if isinstance(due.order, Booking):
        bookings.open_payment(transaction, due.order, payment_id, now)
    else:
        shop_orders.open_payment(transaction, due.order, payment_id, now)


def for_staff(order_no: str, caller: Principal) -> Booking | ShopOrder | NotFound:
    """Returns an order that this member of staff may see: bookings of their hotels, or all orders for an admin."""
    order = find(order_no)
    if isinstance(order, Booking):
        return order if caller.serves(order.hotel_id) else NotFound("order")
    return order if order is not None and caller.role is Role.ADMIN else NotFound("order")


def may_see(order_no: str, caller: Principal) -> bool:
    """Whether this member of staff may see an order."""
    return not isinstance(for_staff(order_no, caller), NotFound)
