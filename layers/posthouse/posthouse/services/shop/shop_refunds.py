"""Refunds and returns of shop orders: money goes back the way it came, through WeChat first, then to the balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.identity import Principal, Role
from posthouse.domain.money import ZERO, Money
from posthouse.domain.refund import Refund, RefundExceedsPayment, RefundState, refund_no_of
from posthouse.domain.refusal import NotFound, Refusal
from posthouse.domain.shop_order import CHECKOUT, ShopOrder, ShopState, move_refusal
from posthouse.domain.value import Value
from posthouse.services.payments import refunds
from posthouse.services.shop import order_holds
from posthouse.services.shop.shop_orders import moved, payment_of
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import idempotency, inbox, payments, shop_orders
from posthouse.store import refunds as refund_store
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.event import Event
    from posthouse.domain.payment import Payment
    from posthouse.services.bookings.booking_refunds import RefundWish

_NOTHING_TO_REFUND = CHECKOUT | {ShopState.PENDING_PAYMENT}


class _Back(Value):
    """How much goes back, and whence."""

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
        """Whether WeChat has still to bring something back."""
        return self.wechat > ZERO or (self.payment is not None and self.payment.returned < self.payment.promised)


def _split(order: ShopOrder, asked: Money | None) -> _Back | RefundExceedsPayment:
    """What of an amount goes back through WeChat and what to the balance; without an amount, all that is left."""
    payment = payment_of(order)
    wechat, balance = (ZERO if payment is None else payment.refundable), order.balance_left
    if order.status in _NOTHING_TO_REFUND or not order.confirmed:
        wechat, balance = ZERO, ZERO
    refundable = wechat + balance
    amount = refundable if asked is None else asked
    if amount > refundable or amount < ZERO:
        return RefundExceedsPayment(amount.fen, refundable.fen)
    first = min(amount, wechat)
    return _Back(order, payment, first, amount - first, amount == refundable)


def refund(wish: RefundWish, caller: Principal, step: Step) -> Refund | Refusal:
    """Give an order's money back, in part or whole; whole, one that has not been sent ends with it."""
    for _ in range(ATTEMPTS):
        used = idempotency.find(wish.caller_key)
        if used is not None:
            number = idempotency.result_of(used, wish.body_hash)
            return number if isinstance(number, Refusal) else refund_store.get(number) or NotFound("refund")
        order = shop_orders.get(wish.order_no)
        if order is None or caller.role is not Role.ADMIN:
            return NotFound("order")
        back = _split(order, wish.amount)
        if isinstance(back, Refusal):
            return back
        if back.amount == ZERO and not (back.whole and order.status is ShopState.PAID):
            return RefundExceedsPayment(0, 0)
        transaction = Transaction()
        asked = _give_money_back(transaction, back, wish.reason, wish.caller_key, step)
        idempotency.claim(transaction, wish.caller_key, wish.body_hash, asked.out_refund_no, step.now)
        if back.whole and order.status is ShopState.PAID:
            _give_up(transaction, back, step)
        else:
            _note(transaction, back)
        after = {"amount": back.amount.fen, "reason": wish.reason, "out_refund_no": asked.out_refund_no}
        before = {"status": order.status, "balance_refunded": order.balance_refunded.fen}
        record(transaction, step.actor(caller.subject), "refund", wish.order_no, before=before, after=after)
        if transaction.commit() is None:
            return asked
    raise busy(wish.order_no)


def _give_money_back(transaction: Transaction, back: _Back, reason: str, key: str, step: Step) -> Refund:
    order_holds.return_balance(transaction, back.order, back.balance, reason, step)
    if back.payment is not None and back.wechat > ZERO:
        why = refunds.Why(reason, key, back.balance)
        return refunds.request(transaction, back.payment, back.wechat, why, step)
    done = Refund(
        out_refund_no=refund_no_of(back.order.order_no, key),
        payment_id="",
        order_no=back.order.order_no,
        user_id=back.order.user_id,
        amount=ZERO,
        total=ZERO,
        reason=reason,
        status=RefundState.SUCCEEDED,
        requested_at=step.now,
        openid="",
        ended_at=step.now,
        from_balance=back.balance,
    )
    refund_store.create(transaction, done)
    return done


def _give_up(transaction: Transaction, back: _Back, step: Step) -> None:
    """End an order that will not be sent: its goods are in stock again, and its coupon is the guest's."""
    order_holds.give_goods_back(transaction, back.order, "refund", step)
    order_holds.give_coupon_back(transaction, back.order)
    if back.outstanding and back.wechat == ZERO and back.payment is not None:
        payments.must_wait_for_refunds(transaction, back.payment)
    to = ShopState.REFUNDING if back.outstanding else ShopState.REFUNDED
    moved(transaction, back.order, to, step, shop_orders.refunded_balance(back.order, back.balance))


def _note(transaction: Transaction, back: _Back) -> None:
    """Note what goes back of an order that stays as it is; the coupon of one that came back comes with the last fen."""
    if back.balance > ZERO:
        shop_orders.note_balance_refund(transaction, back.order, back.balance)
    if back.whole and back.order.status is ShopState.RETURNED:
        order_holds.give_coupon_back(transaction, back.order)


class ReturnWish(Value):
    """Goods that staff take back; without an amount, all the money that is left goes back too."""

    order_no: str
    amount: Money | None
    reason: str


def take_back(wish: ReturnWish, caller: Principal, step: Step) -> ShopOrder | Refusal:
    """The goods of a sent order are here again: they are in stock, and the money goes back, in part or whole.

    The coupon comes back with the whole of the money. An order that was returned before stays as it is.
    """
    for _ in range(ATTEMPTS):
        order = shop_orders.get(wish.order_no)
        if order is None:
            return NotFound("order")
        if order.status is ShopState.RETURNED:
            return order
        back = move_refusal(order, ShopState.RETURNED) or _split(order, wish.amount)
        if isinstance(back, Refusal):
            return back
        transaction = Transaction()
        if back.amount > ZERO:
            _give_money_back(transaction, back, wish.reason, "return", step)
        order_holds.restock(transaction, order, "return", step)
        if back.whole:
            order_holds.give_coupon_back(transaction, order)
        note = shop_orders.refunded_balance(order, back.balance)
        returned = moved(transaction, order, ShopState.RETURNED, step, note)
        after = {"status": ShopState.RETURNED, "amount": back.amount.fen, "reason": wish.reason}
        before = {"status": order.status}
        record(transaction, step.actor(caller.subject), "return", wish.order_no, before=before, after=after)
        if transaction.commit() is None:
            return returned
    raise busy(wish.order_no)


def mark_refunded(event: Event, consumer: str, step: Step) -> ShopOrder | None:
    """A refund has arrived: an order that waits for its money is refunded when all of it is there.

    Answers the order if this ended it.
    """
    for _ in range(ATTEMPTS):
        order = shop_orders.get(event.payload["order_no"])
        transaction = Transaction()
        inbox.done(transaction, event, consumer, step.now)
        ends = order is not None and order.status is ShopState.REFUNDING
        payment = payments.get(event.payload["payment_id"]) if ends else None
        if order is None or payment is None or order.payment_id != payment.payment_id or _waits(payment):
            ended = None
        else:
            payments.must_be_returned(transaction, payment.payment_id)
            ended = moved(transaction, order, ShopState.REFUNDED, step)
        failed = transaction.commit()
        if failed is None:
            return ended
        if inbox.DONE in failed:
            return None
    raise busy(event.payload["order_no"])


def _waits(payment: Payment) -> bool:
    """Whether more of it is on its way back, and its own event will come."""
    return payment.returned < payment.promised
