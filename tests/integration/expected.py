"""The expected state of a small house, by plain arithmetic: nights, goods, balances, and each order's state.

It does not know messages and transactions, only the changes that each of them may make once it has arrived.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from posthouse.domain.refund import refund_no_of
from tests.integration.house import TODAY

NIGHT_PRICE, FEE_BP, FREE_HOURS = 30_000, 2500, 12
PRICES = {"tea": 3000, "cup": 5000}
FLASH_PRICE, SHIPPING, FREE_SHIPPING_FROM = 2000, 1000, 9900
COUPON, COUPON_FROM = 2000, 5000
PAYABLE_FOR, RECEIVED_AFTER = timedelta(minutes=30), timedelta(days=10)
GONE = {"cancelled", "refunding", "refunded"}


def now() -> datetime:
    return datetime.now(UTC)


def calendar_date() -> date:
    """The date on the wall in Chengdu."""
    return (now() + timedelta(hours=8)).date()


def today() -> date:
    """The business date in Chengdu: the day turns at 06:00."""
    return (now() + timedelta(hours=8 - 6)).date()


@dataclass
class Back:
    """A refund: ``asked`` for, ``under_way`` at WeChat, ``ended`` there but not notified yet, or ``arrived``."""

    amount: int
    state: str = "asked"


@dataclass
class Order:
    """A booking, a shop order (``S``) or a flash order (``F``); the number tells which."""

    order_no: str
    guest: int
    payable: int
    status: str = "pending_payment"
    nights: tuple[int, ...] = ()
    units: int = 1
    lines: Counter[str] = field(default_factory=Counter)
    coupon: bool = False
    balance: int = 0
    """The amount from the balance that has not been refunded."""
    made: datetime = field(default_factory=now)
    money: str = "none"
    """At WeChat: ``none``, ``open``, ``closed``, ``paid``."""
    came_in: bool = False
    """Whether the house has been told of the payment."""
    was_paid: bool = False
    shipped: datetime | None = None
    payment_id: str = ""
    prepay_id: str = ""
    backs: dict[str, Back] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.order_no[0]

    @property
    def expired(self) -> bool:
        return now() >= self.made + PAYABLE_FOR

    @property
    def refundable(self) -> int:
        """The amount at WeChat for this order that is not refunded."""
        waits = self.status == "pending_payment"
        return self.payable - self.going_back if self.came_in and not waits else 0

    @property
    def going_back(self) -> int:
        return sum(back.amount for back in self.backs.values())

    @property
    def all_arrived(self) -> bool:
        return all(back.state == "arrived" for back in self.backs.values())

    @property
    def free_until(self) -> datetime:
        arrival = datetime.combine(TODAY, datetime.min.time(), UTC) + timedelta(days=self.nights[0], hours=6)
        return arrival - timedelta(hours=FREE_HOURS)

    @property
    def days_since_arrival(self) -> int:
        return (today() - TODAY).days - self.nights[0]


class Expected:
    """A room type of two units for three nights, tea and cups, one unit on a flash sale, two guests."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.units, self.sold = [2, 2, 2], [0, 0, 0]
        self.stock = {"tea": 4, "cup": 3}
        self.balance = [20_000, 20_000]
        self.coupon_left = [True, True]
        self.on_sale, self.sale_open = 1, True
        self.bought: set[int] = set()
        self.decided: set[str] = set()

    # ------------------------------------------------------------ taken and given back

    def take_nights(self, order: Order) -> None:
        for night in order.nights:
            self.sold[night] += order.units

    def take_goods(self, order: Order) -> None:
        for article, count in order.lines.items():
            self.stock[article] -= count

    def take_means(self, order: Order) -> None:
        """Take the guest's coupon and balance."""
        self.balance[order.guest] -= order.balance
        if order.coupon:
            self.coupon_left[order.guest] = False

    def free_nights(self, order: Order, *, since: date = TODAY) -> None:
        """Put its nights from that date on back on sale."""
        for night in order.nights:
            if TODAY + timedelta(days=night) >= since:
                self.sold[night] -= order.units

    def free_goods(self, order: Order) -> None:
        """Put its goods back into stock, or into the sale."""
        if order.kind != "F":
            self.restock(order)
            return
        self.bought.discard(order.guest)
        if self.sale_open:
            self.on_sale += 1
        else:
            self.restock(order)

    def restock(self, order: Order) -> None:
        for article, count in order.lines.items():
            self.stock[article] += count

    def free_coupon(self, order: Order) -> None:
        if order.coupon:
            self.coupon_left[order.guest] = True

    def pay_back(self, order: Order, amount: int, number: str) -> None:
        """Refund money: first what WeChat has, then the balance's part."""
        through_wechat = min(amount, order.refundable)
        if through_wechat:
            order.backs[number] = Back(through_wechat)
        self.balance[order.guest] += amount - through_wechat
        order.balance -= amount - through_wechat

    def cancel_unpaid(self, order: Order) -> None:
        """Cancel an unpaid order, by its guest or its timer."""
        if order.kind == "B":
            self.free_nights(order)
        else:
            self.free_goods(order)
        self.free_coupon(order)
        self.balance[order.guest] += order.balance
        order.balance = 0
        order.status = "cancelled"

    def cancel_paid_stay(self, order: Order) -> None:
        """Cancel a paid booking by its guest: the hotel keeps its fee if the free time is over."""
        free = now() <= order.free_until
        self.free_nights(order)
        if free:
            self.free_coupon(order)
        fee = 0 if free else (2 * order.payable * FEE_BP + 10_000) // 20_000
        back = max(order.payable - fee - order.going_back, 0)  # what went back before counts
        order.status = "refunding" if back else "cancelled"
        if back:
            order.backs[f"{order.payment_id}-0"] = Back(back)

    def refund_stay(self, order: Order, amount: int, number: str) -> None:
        """Refund a booking by staff; a full refund ends a booking that has not begun."""
        whole = amount == order.refundable
        order.backs[number] = Back(amount)
        if whole and order.status == "paid":
            self.free_nights(order, since=today())
            self.free_coupon(order)
            order.status = "refunding"

    def refund_goods(self, order: Order, amount: int, number: str) -> None:
        """Refund an order by staff; a full refund ends an order that has not been sent."""
        whole = amount == self.left_of(order)
        self.pay_back(order, amount, number)
        if whole and order.status == "paid":
            self.free_goods(order)
            self.free_coupon(order)
            order.status = "refunded" if order.all_arrived else "refunding"
        elif whole and order.status == "returned":
            self.free_coupon(order)

    def return_goods(self, order: Order, amount: int, number: str) -> None:
        """Take sent goods back."""
        whole = amount == self.left_of(order)
        self.pay_back(order, amount, number)
        self.restock(order)
        if whole:
            self.free_coupon(order)
        order.status, order.shipped = "returned", None

    def left_of(self, order: Order) -> int:
        """The amount of an order that can still be refunded."""
        if order.status == "pending_payment":
            return 0
        return order.refundable + (0 if order.kind == "B" else order.balance)

    # ------------------------------------------------------------ what messages and timers bring

    def arrives(self, step: str, order: Order) -> None:
        """Deliver a message about the order to a consumer, for the first time or again."""
        match step:
            case "mark_booking_paid" | "mark_shop_order_paid":
                self._money_came_in(order)
            case "mark_booking_refunded" | "mark_shop_order_refunded":
                if order.status == "refunding" and order.all_arrived:
                    order.status = "refunded"
            case "send_refund":
                for back in order.backs.values():
                    back.state = "under_way" if back.state == "asked" else back.state
            case "close_payment" if order.status == "cancelled" and not order.was_paid:
                order.money = "closed" if order.money == "open" else order.money
                order.came_in = order.money == "paid"
            case "cancel_unpaid_booking" | "end_shop_order_wait":
                self._time_is_up(order)

    def _money_came_in(self, order: Order) -> None:
        if not order.came_in:
            return
        if order.status == "pending_payment":
            order.status, order.was_paid = "paid", True
        elif not order.was_paid and order.refundable:
            number = refund_no_of(order.payment_id, "excess" if order.kind == "B" else None)
            order.backs[number] = Back(order.refundable)

    def _time_is_up(self, order: Order) -> None:
        if order.shipped is not None and now() >= order.shipped + RECEIVED_AFTER:
            order.status, order.shipped = "received", None
        if order.status != "pending_payment" or not order.expired:
            return
        order.came_in = order.came_in or order.money == "paid"
        if not order.came_in:
            self.cancel_unpaid(order)

    def look_after(self) -> None:
        """Update everything that is open for too long, after WeChat was asked about it."""
        for order in self.orders.values():
            order.came_in = order.came_in or order.money == "paid"
            for back in order.backs.values():
                back.state = {"asked": "under_way", "ended": "arrived"}.get(back.state, back.state)

    def verdict(self, ticket_id: str, guest: int) -> None:
        """Decide a submission to the flash sale, once."""
        if ticket_id in self.decided:
            return
        self.decided.add(ticket_id)
        if self.on_sale and self.sale_open and guest not in self.bought:
            self.on_sale -= 1
            self.bought.add(guest)
            self.add(Order(f"F{ticket_id}", guest, FLASH_PRICE, lines=Counter(tea=1)))

    def close_sale(self) -> None:
        self.stock["tea"] += self.on_sale
        self.on_sale, self.sale_open = 0, False

    def add(self, order: Order) -> Order:
        self.orders[order.order_no] = order
        return order

    @property
    def points(self) -> list[int]:
        """A point for each yuan of every payment that is not refunded."""
        found = [0, 0]
        for order in self.orders.values():
            if order.came_in:
                returned = sum(back.amount for back in order.backs.values() if back.state == "arrived")
                found[order.guest] += (order.payable - returned) // 100
        return found
