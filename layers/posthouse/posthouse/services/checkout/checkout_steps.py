"""The steps of the checkout saga. Each is done at most once, and undone at most once.

Forward: save the order, take its goods out of stock, use its coupon, take its balance, confirm it. Backward: abandon
the order, which must be unconfirmed; release what was taken; cancel the order. The workflow
(functions/checkout/checkout.asl.json) runs them. The sweeper runs the backward steps for orders left half-way.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from posthouse.domain.account import Account, InsufficientBalance
from posthouse.domain.catalogue import NotOnSale
from posthouse.domain.coupon import CouponUnusable
from posthouse.domain.money import ZERO, Money
from posthouse.domain.refusal import PriceChanged, Refusal
from posthouse.domain.shop_order import CHECKOUT, OrderLine, OutOfStock, Overtaken, ShopOrder, ShopState, goods_total
from posthouse.services.shop import order_holds
from posthouse.services.shop.shop_events import move_order
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import allowances, coupons, goods, guests, idempotency, order_steps, orders, shop_orders
from posthouse.store.order_steps import CheckoutStep
from posthouse.store.transaction import Failed, Transaction

GIVEN_UP = "checkout given up"
"""The reason in the ledgers for what an abandoned checkout releases."""


class Saved(StrEnum):
    """The result of saving an order."""

    SAVED = "saved"
    REPEAT = "repeat"


class Abandonment(StrEnum):
    """The result of abandoning an order: it is confirmed after all, it must be undone, or there is nothing to undo."""

    CONFIRMED = "confirmed"
    ABANDONED = "abandoned"
    NOTHING = "nothing"


def save(order: ShopOrder, body_hash: str, orders_an_hour: int, step: Step) -> Saved | Refusal:
    """Write the unconfirmed order. The transaction checks that its goods still have its prices."""
    if order.caller_key is None:
        raise ValueError(f"{order.order_no} was ordered without an Idempotency-Key")
    transaction = Transaction()
    idempotency.claim(transaction, order.caller_key, body_hash, order.order_no, step.now)
    allowances.take(transaction, order.user_id, orders_an_hour, step.now)
    shop_orders.create(transaction, order)
    for line in order.lines:
        goods.must_cost(transaction, line.goods_id, line.price)
    failed = transaction.commit()
    if failed is None or orders.ORDER in failed:
        return Saved.SAVED
    if idempotency.CONDITION in failed:
        used = idempotency.find(order.caller_key)
        # If the key led to this order, this step was done before, and later prices do not matter.
        return Saved.SAVED if used is not None and used.result_id == order.order_no else Saved.REPEAT
    if allowances.ALLOWANCE in failed:
        return allowances.refusal(failed, step.now)
    return _goods_changed(order)


def _goods_changed(order: ShopOrder) -> Refusal:
    now = [goods.get_goods(line.goods_id) for line in order.lines]
    if any(found is None or not found.on_sale for found in now):
        return NotOnSale("goods")
    lines = tuple(
        OrderLine(line.goods_id, line.name, found.price, line.quantity)
        for line, found in zip(order.lines, now, strict=True)
        if found is not None
    )
    return PriceChanged(goods_total(order.lines).fen, goods_total(lines).fen)


def reserve_stock(order_no: str, step: Step) -> Refusal | None:
    """Take all lines out of stock, or none. The refusal names the goods that are short."""

    def take(transaction: Transaction, order: ShopOrder) -> None:
        order_holds.take_goods(transaction, order, step)

    def refuse(order: ShopOrder, failed: Failed) -> Refusal | None:
        short = set(failed.starting(goods.STOCK))
        lines = [line for line in order.lines if line.goods_id in short]
        return OutOfStock(tuple(it.goods_id for it in lines), tuple(it.name for it in lines)) if lines else None

    return _forward(order_no, CheckoutStep.STOCK, take, refuse, step)


def use_coupon(order_no: str, step: Step) -> Refusal | None:
    """Use the order's coupon."""

    def take(transaction: Transaction, order: ShopOrder) -> Refusal | None:
        coupon = coupons.get(order.user_id, order.coupon_id or "")
        if coupon is None:
            return CouponUnusable("it is not yours")
        coupons.use(transaction, coupon, order.order_no, step.now)
        return None

    def refuse(_order: ShopOrder, failed: Failed) -> Refusal | None:
        return CouponUnusable("it has been used or has expired") if coupons.COUPON in failed else None

    return _forward(order_no, CheckoutStep.COUPON, take, refuse, step)


def deduct_balance(order_no: str, step: Step) -> Refusal | None:
    """Take the part of the price that the guest's balance pays."""

    def take(transaction: Transaction, order: ShopOrder) -> Refusal | None:
        amount = order.price.balance_paid
        guest = guests.get(order.user_id)
        balance = 0 if guest is None else guest.balance
        if guest is None or balance < amount.fen:
            return InsufficientBalance(Account.BALANCE, balance, -amount.fen)
        order_holds.change_balance(transaction, order, guest, Money(-amount.fen), order_holds.ORDERED, step)
        return None

    return _forward(order_no, CheckoutStep.BALANCE, take, lambda _order, _failed: None, step)


Take = Callable[[Transaction, ShopOrder], Refusal | None]
Refuse = Callable[[ShopOrder, Failed], Refusal | None]


def _forward(order_no: str, which: CheckoutStep, take: Take, refuse: Refuse, step: Step) -> Refusal | None:
    """Do a step once. It returns None too if it was done before, and Overtaken if it was undone."""
    for _ in range(ATTEMPTS):
        state = order_steps.state_of(order_no, which)
        if state is not None:
            return None if state == order_steps.TAKEN else Overtaken()
        order = _must_exist(order_no)
        transaction = Transaction()
        order_steps.take(transaction, order_no, which, step.now)
        refusal = take(transaction, order)
        if refusal is not None:
            # A second run of this step may just have done it, and taken what is missing now.
            again = order_steps.state_of(order_no, which)
            return refusal if again != order_steps.TAKEN else None
        failed = transaction.commit()
        if failed is None:
            return None
        refusal = None if order_steps.STEP + which in failed else refuse(order, failed)
        if refusal is not None:
            return refusal
    raise busy(order_no)


def confirm(order_no: str, step: Step) -> ShopOrder | Overtaken:
    """Confirm an order whose steps are all done. It is ``paid`` at once if nothing is left to pay."""
    for _ in range(ATTEMPTS):
        order = _must_exist(order_no)
        if order.confirmed:
            return order
        if order.status is not ShopState.UNCONFIRMED:
            return Overtaken()
        transaction = Transaction()
        for which in steps_of(order):
            order_steps.must_be(transaction, order_no, which, order_steps.TAKEN)
        to = ShopState.PENDING_PAYMENT if order.price.payable > ZERO else ShopState.PAID
        move_order(transaction, order, to, step)
        failed = transaction.commit()
        if failed is None:
            return _must_exist(order_no)
        if failed.starting(order_steps.STEP):
            msg = f"{order_no} cannot be confirmed: a step is not done"
            raise RuntimeError(msg)
    raise busy(order_no)


def steps_of(order: ShopOrder) -> list[CheckoutStep]:
    """Returns the steps that take something for this order."""
    used = [CheckoutStep.STOCK]
    if order.coupon_id is not None:
        used.append(CheckoutStep.COUPON)
    if order.price.balance_paid > ZERO:
        used.append(CheckoutStep.BALANCE)
    return used


def abandon(order_no: str, step: Step) -> Abandonment:
    """Abandon an unconfirmed order: it can never be confirmed afterwards."""
    for _ in range(ATTEMPTS):
        order = shop_orders.get(order_no)
        if order is None:
            return Abandonment.NOTHING
        if order.confirmed:
            return Abandonment.CONFIRMED
        if order.status is not ShopState.UNCONFIRMED:
            return Abandonment.ABANDONED if order.status is ShopState.CANCELLING else Abandonment.NOTHING
        transaction = Transaction()
        shop_orders.move(transaction, order, ShopState.CANCELLING, step.now)
        if transaction.commit() is None:
            return Abandonment.ABANDONED
    raise busy(order_no)


def restore_stock(order_no: str, step: Step) -> bool:
    """Put the order's goods back into stock. Returns whether this call did it."""

    def release(transaction: Transaction, order: ShopOrder) -> None:
        order_holds.release_goods(transaction, order, GIVEN_UP, step)

    return _backward(order_no, CheckoutStep.STOCK, release, step)


def return_coupon(order_no: str, step: Step) -> bool:
    """Release the order's coupon. Returns whether this call did it."""

    def release(transaction: Transaction, order: ShopOrder) -> None:
        coupons.release(transaction, order.user_id, order.coupon_id or "", order.order_no)

    return _backward(order_no, CheckoutStep.COUPON, release, step)


def refund_balance(order_no: str, step: Step) -> bool:
    """Put back what the balance paid. Returns whether this call did it."""

    def release(transaction: Transaction, order: ShopOrder) -> None:
        order_holds.return_balance(transaction, order, order.price.balance_paid, GIVEN_UP, step)

    return _backward(order_no, CheckoutStep.BALANCE, release, step)


def _backward(
    order_no: str, which: CheckoutStep, release: Callable[[Transaction, ShopOrder], None], step: Step
) -> bool:
    """Undo a step once, or prevent it from ever being done. Only for an abandoned order."""
    for _ in range(ATTEMPTS):
        state = order_steps.state_of(order_no, which)
        if state == order_steps.VOID:
            return False
        order = _must_exist(order_no)
        transaction = Transaction()
        shop_orders.must_be(transaction, order, ShopState.CANCELLING)
        order_steps.void(transaction, order_no, which, step.now, taken=state is not None)
        if state is not None:
            release(transaction, order)
        failed = transaction.commit()
        if failed is None:
            return state is not None
        # A second run may have undone the step and ended the order: then the step's condition fails too.
        if orders.ORDER in failed and order_steps.STEP + which not in failed:
            msg = f"{order_no} is {order.status}: its steps must not be undone"
            raise RuntimeError(msg)
    raise busy(order_no)


def end(order_no: str, step: Step) -> bool:
    """Cancel an order whose steps are all undone, and release its Idempotency-Key. Returns whether this call did it."""
    for _ in range(ATTEMPTS):
        order = _must_exist(order_no)
        if order.status is not ShopState.CANCELLING:
            return False
        transaction = Transaction()
        for which in steps_of(order):
            order_steps.must_be(transaction, order_no, which, order_steps.VOID)
        shop_orders.move(transaction, order, ShopState.CANCELLED, step.now)
        if order.caller_key is not None:
            idempotency.release(transaction, order.caller_key, order_no)
        failed = transaction.commit()
        if failed is None:
            return True
        if failed.starting(order_steps.STEP):
            msg = f"{order_no} cannot be cancelled: a step is not undone"
            raise RuntimeError(msg)
    raise busy(order_no)


_UNDO = {
    CheckoutStep.STOCK: restore_stock,
    CheckoutStep.COUPON: return_coupon,
    CheckoutStep.BALANCE: refund_balance,
}


def undo_checkout(order: ShopOrder, step: Step) -> bool:
    """Undo a checkout that was left half-way, as its workflow would. Returns whether this call cancelled the order."""
    if order.status not in CHECKOUT or abandon(order.order_no, step) is not Abandonment.ABANDONED:
        return False
    for which in steps_of(order):
        _UNDO[which](order.order_no, step)
    return end(order.order_no, step)


def _must_exist(order_no: str) -> ShopOrder:
    order = shop_orders.get(order_no)
    if order is None:
        msg = f"there is no order {order_no}"
        raise LookupError(msg)
    return order
