"""Orders of either kind: what a payment and staff need to know of one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from posthouse.domain.booking import Booking
from posthouse.domain.identity import Principal, Role
from posthouse.domain.ids import IdKind, has_kind
from posthouse.domain.refusal import NotFound
from posthouse.domain.value import Value
from posthouse.store import bookings, shop_orders

if TYPE_CHECKING:
    from posthouse.domain.money import Money
    from posthouse.domain.shop_order import ShopOrder
    from posthouse.store.transaction import Transaction


def is_shop_order(order_no: str) -> bool:
    """Whether it is an order of goods, in the shop or in a flash sale."""
    return has_kind(order_no, IdKind.SHOP_ORDER) or has_kind(order_no, IdKind.FLASH_ORDER)


def find(order_no: str) -> Booking | ShopOrder | None:
    """Returns the order of that number, of either kind."""
    return shop_orders.get(order_no) if is_shop_order(order_no) else bookings.get(order_no)


class Payable(Value):
    """An order as a payment sees it. ``total - discount = payable``."""

    order_no: str
    user_id: str
    status: str
    expires_at: datetime
    payment_id: str | None
    total: Money
    payable: Money
    subject: str
    order: Booking | ShopOrder

    @property
    def discount(self) -> Money:
        """What is not paid through WeChat: a coupon's amount, and what the balance pays."""
        return self.total - self.payable


def payable_by(order_no: str, caller: Principal) -> Payable | NotFound:
    """Returns a guest's own order, as a payment sees it."""
    order = find(order_no)
    if order is None or order.user_id != caller.subject:
        return NotFound("order")
    subject = f"{order.hotel_name} {order.room_name}" if isinstance(order, Booking) else order.subject
    return Payable(
        order_no=order.order_no,
        user_id=order.user_id,
        status=order.status,
        expires_at=order.expires_at,
        payment_id=order.payment_id,
        total=order.price.total,
        payable=order.price.payable,
        subject=subject,
        order=order,
    )


def open_payment(transaction: Transaction, due: Payable, payment_id: str, now: datetime) -> None:
    """Make a payment the order's open one. Fails as ``order`` if it has another now, or cannot be paid any more."""
    if isinstance(due.order, Booking):
        bookings.open_payment(transaction, due.order, payment_id, now)
    else:
        shop_orders.open_payment(transaction, due.order, payment_id, now)


def may_see(order_no: str, caller: Principal) -> bool:
    """Whether this member of staff may see an order: bookings of their hotels, or all orders for an admin."""
    order = find(order_no)
    if isinstance(order, Booking):
        return caller.serves(order.hotel_id)
    return order is not None and caller.role is Role.ADMIN
