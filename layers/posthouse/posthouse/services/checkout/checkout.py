"""Checking out: an order is priced and checked, then a workflow runs its steps.

The checks here refuse early. The conditions in the workflow's steps decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from posthouse.clients.workflows import NoAnswer
from posthouse.domain.account import Account, InsufficientBalance
from posthouse.domain.catalogue import NotOnSale
from posthouse.domain.coupon import CouponScope, CouponUnusable, discount_of
from posthouse.domain.ids import IdKind
from posthouse.domain.money import ZERO, Money
from posthouse.domain.refusal import IdempotencyKeyReused, InProgress, NotFound, PriceChanged, Refusal
from posthouse.domain.shop_order import (
    CONFIRMED_WITHIN,
    Delivery,
    OrderLine,
    OutOfStock,
    ShippingRule,
    ShopMoment,
    ShopOrder,
    ShopPrice,
    ShopState,
    goods_total,
)
from posthouse.domain.value import Value
from posthouse.services.step import ATTEMPTS, Step
from posthouse.store import idempotency, shop_orders
from posthouse.store.batch import Rows, read_rows
from posthouse.store.coupons import CouponRow
from posthouse.store.goods import GoodsRow, StockRow
from posthouse.store.guests import GuestRow
from posthouse.store.idempotency import IdempotencyRow
from posthouse.store.transaction import StoreBusy

if TYPE_CHECKING:
    from posthouse.domain.goods import Goods


class CheckoutRequest(Value):
    """Goods that a guest orders. ``quantities`` by goods; ``balance`` (fen) is the most that their balance may pay.

    ``expected_total`` is the sum of the goods that the guest saw. ``caller_key`` is the Idempotency-Key, ``body_hash``
    the hash of the body.
    """

    user_id: str
    quantities: Mapping[str, int]
    delivery: Delivery
    coupon_id: str | None
    balance: int
    expected_total: int | None
    caller_key: str
    body_hash: str


class ShopRules(Value):
    """The settings of the shop."""

    shipping: ShippingRule
    payment_timeout: timedelta


class Outcome(Value):
    """The workflow's result: a refusal, or that the key had led to another order. Else read the order itself."""

    refusal: Refusal | None = None
    repeat: bool = False


RunWorkflow = Callable[[ShopOrder, str], Outcome]
"""Runs the workflow for a planned order and the hash of the request. Raises NoAnswer."""


def check_out(request: CheckoutRequest, rules: ShopRules, run: RunWorkflow, step: Step) -> ShopOrder | Refusal:
    """Order goods: the order holds everything and is confirmed, or it holds nothing and is refused.

    Raises StoreBusy where a fault prevents the confirmation: what the order took is released, now or by the sweeper.
    """
    for _ in range(ATTEMPTS):
        planned = plan(request, rules, step)
        if not isinstance(planned, ShopOrder) or planned.confirmed:
            return planned
        try:
            outcome = run(planned, request.body_hash)
        except NoAnswer:
            outcome = Outcome()
        if outcome.refusal is not None:
            return outcome.refusal
        if outcome.repeat:
            continue
        order = shop_orders.get(planned.order_no)
        if order is not None and order.confirmed:
            return order
        raise StoreBusy("the order could not be confirmed; order again in a moment")
    return InProgress()


def plan(request: CheckoutRequest, rules: ShopRules, step: Step) -> ShopOrder | Refusal:
    """Returns the new order, unconfirmed; or the one that this request led to before; or a refusal.

    AWS calls: one batch read.
    """
    rows = _read(request)
    used = rows.get(IdempotencyRow, request.caller_key)
    if used is not None:
        return _result(used, request)
    lines = _lines(request, rows)
    if isinstance(lines, Refusal):
        return lines
    price = _price(request, lines, rows, rules.shipping, step)
    if isinstance(price, Refusal):
        return price
    return ShopOrder(
        order_no=step.new_id(IdKind.SHOP_ORDER),
        user_id=request.user_id,
        lines=lines,
        price=price,
        status=ShopState.UNCONFIRMED,
        delivery=request.delivery,
        coupon_id=request.coupon_id,
        caller_key=request.caller_key,
        created_at=step.now,
        expires_at=step.now + rules.payment_timeout,
        waits_until=step.now + CONFIRMED_WITHIN,
        timeline=(ShopMoment(ShopState.UNCONFIRMED, step.now),),
        version=1,
    )


def _read(request: CheckoutRequest) -> Rows:
    keys: list[tuple[Any, tuple[Any, ...]]] = [
        (IdempotencyRow, (request.caller_key,)),
        (GuestRow, (request.user_id,)),
        *((GoodsRow, (goods_id,)) for goods_id in request.quantities),
        *((StockRow, (goods_id,)) for goods_id in request.quantities),
    ]
    if request.coupon_id is not None:
        keys.append((CouponRow, (request.user_id, request.coupon_id)))
    return read_rows(keys)


def _result(used: IdempotencyRow, request: CheckoutRequest) -> ShopOrder | Refusal:
    order_no = idempotency.result_of(used, request.body_hash)
    if isinstance(order_no, IdempotencyKeyReused):
        return order_no
    order = shop_orders.get(order_no)
    # A checkout that was undone releases its key in the same transaction.
    return order if order is not None and order.confirmed else InProgress()


def _lines(request: CheckoutRequest, rows: Rows) -> tuple[OrderLine, ...] | Refusal:
    found: dict[str, Goods] = {}
    for goods_id in request.quantities:
        row = rows.get(GoodsRow, goods_id)
        if row is None:
            return NotFound("goods")
        found[goods_id] = row.to_domain()
        if not found[goods_id].on_sale:
            return NotOnSale("goods")
    short = [
        goods_id
        for goods_id, quantity in request.quantities.items()
        if (row := rows.get(StockRow, goods_id)) is None or row.stock < quantity
    ]
    if short:
        return OutOfStock(tuple(short), tuple(found[goods_id].name for goods_id in short))
    return tuple(
        OrderLine(goods_id, found[goods_id].name, found[goods_id].price, quantity)
        for goods_id, quantity in request.quantities.items()
    )


def _price(
    request: CheckoutRequest, lines: tuple[OrderLine, ...], rows: Rows, shipping: ShippingRule, step: Step
) -> ShopPrice | Refusal:
    total = goods_total(lines)
    if request.expected_total is not None and request.expected_total != total.fen:
        return PriceChanged(request.expected_total, total.fen)
    discount: Money | CouponUnusable = ZERO
    if request.coupon_id is not None:
        row = rows.get(CouponRow, request.user_id, request.coupon_id)
        discount = discount_of(None if row is None else row.to_domain(), CouponScope.SHOP, total, step.now)
    if isinstance(discount, CouponUnusable):
        return discount
    price = ShopPrice.of(total, shipping.fee_for(total), discount, Money(request.balance))
    guest = rows.get(GuestRow, request.user_id)
    balance = 0 if guest is None else guest.to_domain().balance
    if price.balance_paid.fen > balance:
        return InsufficientBalance(Account.BALANCE, balance, -price.balance_paid.fen)
    return price
