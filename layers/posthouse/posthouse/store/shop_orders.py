"""Shop orders and flash orders: one row has the goods, the price, the delivery and the timeline."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import JSONAttribute, ListAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

from posthouse.domain.ids import IdKind, has_kind
from posthouse.domain.money import Money
from posthouse.domain.personal_data import BOOKKEEPING, forgotten, kept
from posthouse.domain.shop_order import (
    Delivery,
    OrderLine,
    SaleUnit,
    Shipment,
    ShopMoment,
    ShopOrder,
    ShopPrice,
    ShopState,
    sources,
    waits_until,
)
from posthouse.domain.value import Value
from posthouse.store import due, orders
from posthouse.store.orders import ORDER, MomentMap
from posthouse.store.page import Page, Position
from posthouse.store.pointers import read_pointed_page, rows_of
from posthouse.store.table import (
    IntAttribute,
    TableMeta,
    TableName,
    TimeAttribute,
    changes_to,
    due_shard,
    epoch,
)

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

GRACE = timedelta(seconds=60)
"""How long after its time an unpaid order is left to its timer, before the sweeper sends the message again.

Other waits have no timer.
"""


class _ByGuest(GlobalSecondaryIndex["ShopOrderRow"]):
    class Meta:
        index_name = "by_guest"
        projection = KeysOnlyProjection()

    guest = UnicodeAttribute(hash_key=True)
    order_no = UnicodeAttribute(range_key=True)


class _ByStatus(GlobalSecondaryIndex["ShopOrderRow"]):
    class Meta:
        index_name = "by_status"
        projection = KeysOnlyProjection()

    listing = UnicodeAttribute(hash_key=True)
    order_no = UnicodeAttribute(range_key=True)


class _ByKind(GlobalSecondaryIndex["ShopOrderRow"]):
    class Meta:
        index_name = "by_kind"
        projection = KeysOnlyProjection()

    kind = UnicodeAttribute(hash_key=True)
    order_no = UnicodeAttribute(range_key=True)


class _BySale(GlobalSecondaryIndex["ShopOrderRow"]):
    class Meta:
        index_name = "by_sale"
        projection = KeysOnlyProjection()

    sale_part = UnicodeAttribute(hash_key=True)
    order_no = UnicodeAttribute(range_key=True)


NOT_PAID_YET = frozenset({ShopState.PENDING_PAYMENT, ShopState.CANCELLED})
"""States in which flash orders are not in the lists of all orders: a sale makes and ends thousands in a moment."""


class ShopOrderRow(Model):
    """One order. ``guest`` is set when it is confirmed: guests do not see checkouts that failed.

    ``listing`` is its kind and state, ``kind`` its kind alone. Flash orders have both from their payment on: until then
    they are listed by their sale's shards, which take more writes.
    ``due_shard`` and ``due_at`` are there while it waits for a time.
    """

    class Meta(TableMeta):
        table_name = TableName("shop-orders")
        personal = (
            *forgotten(address="address", consignee="name", phone_number="phone number", tracking_no="tracking number"),
            *kept(BOOKKEEPING, user_id="user id", guest="user id", caller_key="user id"),
        )
        exported_as = "order"

    order_no = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute()
    guest = UnicodeAttribute(null=True)
    listing = UnicodeAttribute(null=True)
    kind = UnicodeAttribute(null=True)
    lines = JSONAttribute()
    goods_total = IntAttribute()
    shipping_fee = IntAttribute()
    discount = IntAttribute()
    balance_paid = IntAttribute()
    balance_refunded = IntAttribute()
    payable = IntAttribute()
    status = UnicodeAttribute()
    address = UnicodeAttribute(null=True)
    consignee = UnicodeAttribute(null=True)
    phone_number = UnicodeAttribute(null=True)
    coupon_id = UnicodeAttribute(null=True)
    caller_key = UnicodeAttribute(null=True)
    payment_id = UnicodeAttribute(null=True)
    carrier = UnicodeAttribute(null=True)
    tracking_no = UnicodeAttribute(null=True)
    created_at = TimeAttribute()
    expires_at = TimeAttribute()
    waits_until = TimeAttribute(null=True)
    timeline = ListAttribute(of=MomentMap)
    version = IntAttribute()
    sale_id = UnicodeAttribute(null=True)
    sale_shard = IntAttribute(null=True)
    sale_part = UnicodeAttribute(null=True)
    due_shard = UnicodeAttribute(null=True)
    due_at = IntAttribute(null=True)

    by_guest = _ByGuest()
    by_status = _ByStatus()
    by_kind = _ByKind()
    by_sale = _BySale()
    by_due = due.DueIndex()

    def to_domain(self) -> ShopOrder:
        return ShopOrder(
            order_no=self.order_no,
            user_id=self.user_id,
            lines=tuple(OrderLine(n["goods_id"], n["name"], Money(n["price"]), n["quantity"]) for n in self.lines),
            price=ShopPrice(
                Money(self.goods_total),
                Money(self.shipping_fee),
                Money(self.discount),
                Money(self.balance_paid),
                Money(self.payable),
            ),
            status=ShopState(self.status),
            delivery=Delivery(self.address, self.consignee, self.phone_number) if self.address else None,
            coupon_id=self.coupon_id,
            caller_key=self.caller_key,
            created_at=self.created_at,
            expires_at=self.expires_at,
            waits_until=self.waits_until,
            timeline=tuple(ShopMoment(ShopState(m.status), m.at) for m in self.timeline),
            version=self.version,
            payment_id=self.payment_id,
            balance_refunded=Money(self.balance_refunded),
            shipment=Shipment(self.carrier, self.tracking_no) if self.carrier else None,
            sale=SaleUnit(self.sale_id, self.sale_shard) if self.sale_id else None,
        )


def create(transaction: Transaction, order: ShopOrder) -> None:
    """Write a new order. Fails as ``order`` if it exists."""
    row = ShopOrderRow(
        order.order_no,
        user_id=order.user_id,
        guest=order.user_id if order.confirmed else None,
        **_listed(order.order_no, order.status),
        lines=[
            {"goods_id": line.goods_id, "name": line.name, "price": line.price.fen, "quantity": line.quantity}
            for line in order.lines
        ],
        goods_total=order.price.goods_total.fen,
        shipping_fee=order.price.shipping_fee.fen,
        discount=order.price.discount.fen,
        balance_paid=order.price.balance_paid.fen,
        balance_refunded=order.balance_refunded.fen,
        payable=order.price.payable.fen,
        status=order.status,
        coupon_id=order.coupon_id,
        caller_key=order.caller_key,
        created_at=order.created_at,
        expires_at=order.expires_at,
        timeline=[MomentMap(status=m.status, at=m.at) for m in order.timeline],
        version=order.version,
        **_sale(order.sale),
        **_delivery(order.delivery),
        **_waits(order.order_no, order.status, order.waits_until),
    )
    transaction.put(ORDER, row, ShopOrderRow.order_no.does_not_exist())


def get(order_no: str) -> ShopOrder | None:
    """Returns the order of that number."""
    try:
        return ShopOrderRow.get(order_no, consistent_read=True).to_domain()
    except ShopOrderRow.DoesNotExist:
        return None


def move(transaction: Transaction, order: ShopOrder, to: ShopState, now: datetime, *changes: Action) -> int:
    """Move an order that was just read into another state. Returns the sequence number for the event.

    Fails as ``order`` if it changed since, or if the table of transitions forbids the step.
    """
    facts = {
        "status": to,
        **_listed(order.order_no, to),
        "version": order.version + 1,
        **_waits(order.order_no, to, waits_until(to, order.expires_at, now)),
    }
    if to in {ShopState.PENDING_PAYMENT, ShopState.PAID}:
        facts["guest"] = order.user_id
    if not order.confirmed and to is ShopState.CANCELLED:
        facts |= _NO_DELIVERY
    actions = [
        *changes_to(ShopOrderRow, facts),
        orders.append_moment(ShopOrderRow, to, order.no_earlier(now)),
        *changes,
    ]
    allowed = ShopOrderRow.status.is_in(*sources(to))
    unchanged = orders.is_unchanged(ShopOrderRow, order)
    transaction.update(ORDER, ShopOrderRow(order.order_no), actions, allowed & unchanged)
    return order.version + 1


def must_be(transaction: Transaction, order: ShopOrder, state: ShopState) -> None:
    """Check that an order is in a state. Fails as ``order``."""
    transaction.check(ORDER, ShopOrderRow, (order.order_no,), ShopOrderRow.status == state)


def must_be_unchanged(transaction: Transaction, order: ShopOrder) -> None:
    """Check that an order has not changed since it was read. Fails as ``order``."""
    transaction.check(ORDER, ShopOrderRow, (order.order_no,), orders.is_unchanged(ShopOrderRow, order))


def note_balance_refund(transaction: Transaction, order: ShopOrder, amount: Money) -> None:
    """Note a refund to the balance. Fails as ``order`` if the order changed since it was read."""
    actions = [refunded_balance(order, amount), ShopOrderRow.version.set(order.version + 1)]
    transaction.update(ORDER, ShopOrderRow(order.order_no), actions, orders.is_unchanged(ShopOrderRow, order))


def refunded_balance(order: ShopOrder, amount: Money) -> Action:
    """Returns the change that comes with a refund to the balance."""
    refunded = order.balance_refunded + amount
    return ShopOrderRow.balance_refunded.set(refunded.fen)


def paid_with(payment_id: str) -> Action:
    """Returns the change that comes with a payment: its id."""
    return ShopOrderRow.payment_id.set(payment_id)


def shipped_with(shipment: Shipment) -> tuple[Action, ...]:
    """Returns the changes that come with a shipment."""
    return ShopOrderRow.carrier.set(shipment.carrier), ShopOrderRow.tracking_no.set(shipment.tracking_no)


def deliver_to(transaction: Transaction, order: ShopOrder, delivery: Delivery) -> None:
    """Set where an order goes. Fails as ``order`` if it changed since it was read."""
    actions = [*changes_to(ShopOrderRow, _delivery(delivery)), ShopOrderRow.version.set(order.version + 1)]
    transaction.update(ORDER, ShopOrderRow(order.order_no), actions, orders.is_unchanged(ShopOrderRow, order))


def open_payment(transaction: Transaction, order: ShopOrder, payment_id: str, now: datetime) -> None:
    """Make a payment the order's open one. Fails as ``order`` if it has another now, or cannot be paid any more."""
    orders.open_payment(transaction, ShopOrderRow, order, payment_id, now)


def overdue(now: datetime, at_most: int) -> Iterator[str]:
    """Returns the numbers of orders for which something should have happened by now; ``at_most`` a shard."""
    return (row.order_no for row in due.overdue(ShopOrderRow, now, at_most))


def wake_again_at(order_no: str, at: datetime) -> None:
    """Let the sweeper wake an order again at that time, if it still waits."""
    due.postpone(ShopOrderRow(order_no), at)


def list_of_guest(user_id: str, status: ShopState | None, limit: int, position: Position | None) -> Page[ShopOrder]:
    """Returns a page of a guest's shop and flash orders, newest first. One query a kind, ``limit + 1`` rows each.

    The index sorts by number, which begins with the kind: within it, the first letter alone would decide.
    """
    before = None if position is None else _time_of(position["order_no"])
    found = (
        ShopOrderRow.by_guest.query(user_id, _of_kind(kind, before), scan_index_forward=False, page_size=limit + 1)
        for kind in (IdKind.SHOP_ORDER, IdKind.FLASH_ORDER)
    )
    merged = heapq.merge(*found, key=lambda row: _time_of(row.order_no), reverse=True)
    later = (row for row in merged if before is None or _time_of(row.order_no) < before)
    return _page(later, limit, lambda row: status in {None, row.status})


def _of_kind(kind: IdKind, until: str | None) -> Condition:
    number = ShopOrderRow.order_no
    return number.startswith(kind) if until is None else number.between(kind, f"{kind}{until}")


def _time_of(order_no: str) -> str:
    """The number without its kind: a ULID, which sorts by time."""
    return order_no[1:]


class ListedOrders(Value):
    """Which orders staff list: of these kinds, in a state, None for all; the newest first, or the oldest."""

    kinds: tuple[IdKind, ...]
    status: ShopState | None = None
    oldest_first: bool = False


def list_for_staff(wanted: ListedOrders, limit: int, position: Position | None) -> Page[ShopOrder]:
    """Returns a page of shop orders, and of flash orders that were paid. One query a kind, ``limit + 1`` rows each.

    Numbers begin with the kind, so the kinds are merged by the time in them.
    """
    begin = None if position is None else str(position["time"])
    found = [_of_kind_for_staff(kind, wanted, limit, begin) for kind in wanted.kinds]
    merged = heapq.merge(*found, key=lambda row: _time_of(row.order_no), reverse=not wanted.oldest_first)
    page = read_pointed_page(merged, ShopOrderRow.to_domain, limit, lambda row: wanted.status in {None, row.status})
    return Page(page.items, {"time": _time_of(page.items[-1].order_no)} if page.position else None)


def _of_kind_for_staff(kind: IdKind, wanted: ListedOrders, limit: int, begin: str | None) -> Any:
    number = ShopOrderRow.order_no
    key = f"{kind}{begin}"
    beyond = None if begin is None else (number > key if wanted.oldest_first else number < key)
    forward: dict[str, Any] = {"scan_index_forward": wanted.oldest_first, "page_size": limit + 1}
    if wanted.status is None:
        return ShopOrderRow.by_kind.query(kind.value, beyond, **forward)
    return ShopOrderRow.by_status.query(f"{kind}#{wanted.status}", beyond, **forward)


def list_of_sale(sale_id: str, shards: int, limit: int, position: Position | None) -> Page[ShopOrder]:
    """Returns a page of a flash sale's orders, newest first. One query a shard, ``limit + 1`` rows each."""
    before = None if position is None else ShopOrderRow.order_no < position["order_no"]
    found = (
        ShopOrderRow.by_sale.query(f"{sale_id}#{shard}", before, scan_index_forward=False, page_size=limit + 1)
        for shard in range(shards)
    )
    return _merged(found, limit, lambda _: True)


def flash_orders_of(user_id: str, at_most: int = 100) -> list[ShopOrder]:
    """Returns a guest's flash orders, newest first."""
    flash = ShopOrderRow.order_no.startswith(IdKind.FLASH_ORDER)
    found = ShopOrderRow.by_guest.query(user_id, flash, scan_index_forward=False, limit=at_most)
    return [row.to_domain() for _, row in rows_of(found, at_most)]


def _merged(
    found: Iterable[Iterable[ShopOrderRow]], limit: int, fits: Callable[[ShopOrderRow], bool]
) -> Page[ShopOrder]:
    merged = heapq.merge(*found, key=lambda row: str(row.order_no), reverse=True)
    return _page(merged, limit, fits)


def _page(pointers: Iterable[ShopOrderRow], limit: int, fits: Callable[[ShopOrderRow], bool]) -> Page[ShopOrder]:
    page = read_pointed_page(pointers, ShopOrderRow.to_domain, limit, fits)
    return Page(page.items, {"order_no": page.items[-1].order_no} if page.position else None)


def _listed(order_no: str, status: ShopState) -> dict[str, Any]:
    if has_kind(order_no, IdKind.FLASH_ORDER) and status in NOT_PAID_YET:
        return {"listing": None, "kind": None}
    kind = order_no[:1]
    return {"listing": f"{kind}#{status}", "kind": kind}


def _delivery(delivery: Delivery | None) -> dict[str, Any]:
    if delivery is None:
        return {}
    return {"address": delivery.address, "consignee": delivery.consignee, "phone_number": delivery.phone_number}


_NO_DELIVERY = {"address": None, "consignee": None, "phone_number": None}
"""Set when a checkout fails: its delivery address is not needed any more, and is forgotten."""


def _sale(unit: SaleUnit | None) -> dict[str, Any]:
    if unit is None:
        return {}
    return {"sale_id": unit.sale_id, "sale_shard": unit.shard, "sale_part": f"{unit.sale_id}#{unit.shard}"}


def _waits(order_no: str, status: ShopState, until: datetime | None) -> dict[str, Any]:
    if until is None:
        return {"waits_until": None, "due_shard": None, "due_at": None}
    swept_at = until + GRACE if status is ShopState.PENDING_PAYMENT else until
    return {"waits_until": until, "due_shard": due_shard(order_no), "due_at": epoch(swept_at)}
