"""What a shop order holds (goods, a coupon, balance): functions that take it, and functions that release it.

Each function adds to a transaction, together with the ledger rows. The caller's condition on the order makes sure that
it happens once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.account import Account, AccountEntry
from posthouse.domain.goods import StockEntry, StockMove
from posthouse.domain.money import ZERO, Money
from posthouse.store import accounts, coupons, flash_sales, goods, guests

if TYPE_CHECKING:
    from posthouse.domain.identity import Guest
    from posthouse.domain.shop_order import OrderLine, ShopOrder
    from posthouse.services.step import Step
    from posthouse.store.transaction import Transaction

ORDERED = "order"
"""The reason in the ledgers for what an order takes."""


def take_goods(transaction: Transaction, order: ShopOrder, step: Step) -> None:
    """Take an order's goods out of stock. Fails as ``stock:<goods_id>`` where there is not enough."""
    for line in order.lines:
        goods.change_stock(transaction, _entry(order, line, StockMove.ORDER, -line.quantity, ORDERED, step))


def release_goods(transaction: Transaction, order: ShopOrder, reason: str, step: Step) -> None:
    """Return an order's goods: to their flash sale while it goes on, else to stock."""
    if order.sale is None:
        restock(transaction, order, reason, step)
        return
    sale_id, number = order.sale.sale_id, order.sale.shard
    if flash_sales.bought_by(sale_id, order.user_id) > 0:  # the row has expired when a sale is long over
        flash_sales.release_claim(transaction, sale_id, order.user_id)
    if flash_sales.shard(sale_id, number).closed:
        flash_sales.must_be_closed(transaction, sale_id, number)
        flash_sales.note_moved_back(transaction, sale_id, 1)
        restock(transaction, order, reason, step)
    else:
        flash_sales.return_unit(transaction, sale_id, number)


def restock(transaction: Transaction, order: ShopOrder, reason: str, step: Step) -> None:
    """Put an order's goods into stock, also those of a flash sale."""
    for line in order.lines:
        goods.change_stock(transaction, _entry(order, line, StockMove.RETURN, line.quantity, reason, step))


def _entry(order: ShopOrder, line: OrderLine, move: StockMove, change: int, reason: str, step: Step) -> StockEntry:
    return StockEntry(
        goods_id=line.goods_id,
        entry_id=step.new_ulid(),
        move=move,
        change=change,
        after=None,
        reason=reason,
        actor=order.user_id,
        order_no=order.order_no,
        at=step.now,
    )


def release_coupon(transaction: Transaction, order: ShopOrder) -> None:
    """Let the guest use an order's coupon again, if it has one."""
    if order.coupon_id is not None:
        coupons.release(transaction, order.user_id, order.coupon_id, order.order_no)


def release_coupon_once(transaction: Transaction, order: ShopOrder) -> None:
    """Release an order's coupon unless it was released before: for a step that may be done again.

    A coupon that was released is never used on this order again, so what was read needs no condition.
    """
    coupon = None if order.coupon_id is None else coupons.get(order.user_id, order.coupon_id)
    if coupon is not None and coupon.order_no == order.order_no:
        release_coupon(transaction, order)


def return_balance(transaction: Transaction, order: ShopOrder, amount: Money, reason: str, step: Step) -> None:
    """Put an amount back on the guest's balance. Fails as ``account`` if the balance changed since it was read."""
    if amount == ZERO:
        return
    guest = guests.find(order.user_id)  # also one who has left: the ledger takes the refund
    if guest is None:
        msg = f"the guest of {order.order_no} is gone"
        raise LookupError(msg)
    change_balance(transaction, order, guest, amount, reason, step)


def change_balance(
    transaction: Transaction, order: ShopOrder, guest: Guest, amount: Money, reason: str, step: Step
) -> None:
    """Change the guest's balance by an amount for an order. Fails as ``account`` if it changed since it was read."""
    entry = AccountEntry(
        user_id=guest.user_id,
        entry_id=step.new_ulid(),
        account=Account.BALANCE,
        change=amount.fen,
        after=guest.balance + amount.fen,
        reason=reason,
        actor=guest.user_id,
        order_no=order.order_no,
        at=step.now,
    )
    accounts.change(transaction, entry)


def release(transaction: Transaction, order: ShopOrder, reason: str, step: Step) -> None:
    """Release all that an order holds: goods, coupon, balance. The caller deals with money at WeChat."""
    release_goods(transaction, order, reason, step)
    release_coupon(transaction, order)
    return_balance(transaction, order, order.balance_left, reason, step)
