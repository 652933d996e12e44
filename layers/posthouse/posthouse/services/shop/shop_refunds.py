"""Refunds and returns of shop orders: money goes back through WeChat first, then to the guest's balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.identity import Principal, Role
from posthouse.domain.money import ZERO, Money
from posthouse.domain.refund import Refund, RefundExceedsPayment
from posthouse.domain.refusal import InvalidRequest, NotFound, Refusal
from posthouse.domain.shop_order import CHECKOUT, ShopOrder, ShopState, move_refusal
from posthouse.domain.value import Value
from posthouse.services.payments import refunds
from posthouse.services.payments.order_payments import payment_of
from posthouse.services.payments.order_refunds import OrderRefundRequest, RefundPlan, end_refunding, refund_order
from posthouse.services.shop import order_holds
from posthouse.services.shop.shop_events import move_order
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import payments, shop_orders
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.event import Event
    from posthouse.domain.payment import Payment

_NOTHING_TO_REFUND = CHECKOUT | {ShopState.PENDING_PAYMENT}


class _Parts(Value):
    """The parts of a refund: ``wechat`` goes back through WeChat, ``balance`` to the guest's balance."""

    order: ShopOrder
    payment: Payment | None
    wechat: Money
    balance: Money
    whole: bool

    @property
    def amount(self) -> Money:
        return self.wechat + self.balance

    @property
    def outstanding(self) -> bool:
        """Whether money through WeChat is still on its way, or will be."""
        return self.wechat > ZERO or (self.payment is not None and self.payment.returned < self.payment.promised)


def _split(order: ShopOrder, asked: Money | None) -> _Parts | RefundExceedsPayment:
    """Split an amount into what goes back through WeChat and what to the balance; without one, all that is left."""
    payment = payment_of(order)
    wechat, balance = (ZERO if payment is None else payment.refundable), order.balance_left
    if order.status in _NOTHING_TO_REFUND or not order.confirmed:
        wechat, balance = ZERO, ZERO
    refundable = wechat + balance
    amount = refundable if asked is None else asked
    if amount > refundable or amount < ZERO:
        return RefundExceedsPayment(amount.fen, refundable.fen)
    first = min(amount, wechat)
    return _Parts(order, payment, first, amount - first, amount == refundable)


def refund(request: OrderRefundRequest, caller: Principal, step: Step) -> list[Refund] | Refusal:
    """Refund an order for an admin, in part or whole. A whole refund ends an order that has not been shipped."""
    if caller.role is not Role.ADMIN:
        return NotFound("order")
    if request.from_credit:
        return InvalidRequest("from_credit", "belongs to bookings only: an order of goods has no folio")
    return refund_order(request, lambda: _plan(request, step), caller, step)


def _plan(request: OrderRefundRequest, step: Step) -> RefundPlan | Refusal:
    order = shop_orders.get(request.order_no)
    if order is None:
        return NotFound("order")
    parts = _split(order, request.amount)
    if isinstance(parts, Refusal):
        return parts
    ends_order = parts.whole and order.status is ShopState.PAID
    if parts.amount == ZERO and not ends_order:
        return RefundExceedsPayment(0, 0)

    def add(transaction: Transaction) -> list[Refund]:
        if ends_order:
            _end_order(transaction, parts, step)
        else:
            _note_refund(transaction, parts)
        return [_refund_parts(transaction, parts, request.reason, request.caller_key, step)]

    before = {"status": order.status, "balance_refunded": order.balance_refunded.fen}
    return RefundPlan(parts.amount, before, add, 0 if parts.payment is None else len(parts.payment.owed_by))


def _refund_parts(transaction: Transaction, parts: _Parts, reason: str, key: str, step: Step) -> Refund:
    order_holds.return_balance(transaction, parts.order, parts.balance, reason, step)
    why = refunds.RefundDetails(reason, key, parts.balance)
    if parts.payment is not None and parts.wechat > ZERO:
        return refunds.request(transaction, parts.payment, parts.wechat, why, step)
    _check_payment(transaction, parts)
    return refunds.note_done(transaction, parts.order, why, step)


def _check_payment(transaction: Transaction, parts: _Parts) -> None:
    """Check that the payment is as it was read, where nothing goes back through WeChat."""
    if parts.payment is not None:
        payments.must_be_unchanged(transaction, parts.payment)


def _end_order(transaction: Transaction, parts: _Parts, step: Step) -> None:
    """End an order that was not shipped: release its goods and its coupon."""
    order_holds.release_goods(transaction, parts.order, "refund", step)
    order_holds.release_coupon(transaction, parts.order)
    to = ShopState.REFUNDING if parts.outstanding else ShopState.REFUNDED
    move_order(transaction, parts.order, to, step, shop_orders.refunded_balance(parts.order, parts.balance))


def _note_refund(transaction: Transaction, parts: _Parts) -> None:
    """Note a refund that leaves the order's state. The last part for returned goods releases the coupon too.

    There may be several last parts: WeChat may close one, and then it is requested again.
    """
    if parts.balance > ZERO:
        shop_orders.note_balance_refund(transaction, parts.order, parts.balance)
    else:
        shop_orders.must_be_unchanged(transaction, parts.order)
    if parts.whole and parts.order.status is ShopState.RETURNED:
        order_holds.release_coupon_once(transaction, parts.order)


class ReturnRequest(Value):
    """Goods that staff take back; without an amount, all that can still be refunded is."""

    order_no: str
    amount: Money | None
    reason: str


def take_back(request: ReturnRequest, caller: Principal, step: Step) -> ShopOrder | Refusal:
    """Take the goods of a shipped order back into stock and refund it, in part or whole.

    A whole refund releases the coupon too. An order that was returned before stays as it is.
    """
    for _ in range(ATTEMPTS):
        order = shop_orders.get(request.order_no)
        if order is None:
            return NotFound("order")
        if order.status is ShopState.RETURNED:
            return order
        parts = move_refusal(order, ShopState.RETURNED) or _split(order, request.amount)
        if isinstance(parts, Refusal):
            return parts
        transaction = Transaction()
        if parts.amount > ZERO:
            _refund_parts(transaction, parts, request.reason, "return", step)
        else:
            _check_payment(transaction, parts)
        order_holds.restock(transaction, order, "return", step)
        if parts.whole:
            order_holds.release_coupon(transaction, order)
        note = shop_orders.refunded_balance(order, parts.balance)
        returned = move_order(transaction, order, ShopState.RETURNED, step, note)
        after = {"status": ShopState.RETURNED, "amount": parts.amount.fen, "reason": request.reason}
        before = {"status": order.status}
        record(transaction, step.actor(caller.subject), "return", request.order_no, before=before, after=after)
        if transaction.commit() is None:
            return returned
    raise busy(request.order_no)


def mark_refunded(event: Event, consumer: str, step: Step) -> ShopOrder | None:
    """Note that a refund has arrived. Returns the order if this call moved it to ``refunded``."""

    def end(transaction: Transaction, order: ShopOrder) -> ShopOrder:
        return move_order(transaction, order, ShopState.REFUNDED, step)

    return end_refunding(event, consumer, shop_orders.get, end, step)
