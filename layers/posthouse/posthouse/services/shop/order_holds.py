"""What a shop order holds of the house and of its guest (goods, a coupon, balance), taken and given back.

Each function adds to a transaction, together with the ledger rows; the caller's condition on the order makes it once.
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
"""The reason in the ledgers for what an order took."""


def take_goods(transaction: Transaction, order: ShopOrder, step: Step) -> None:
    """Take the order's goods out of stock; fails as ``stock:<goods_id>`` where there is not enough."""
    for line in order.lines:
        goods.change_stock(transaction, _entry(order, line, StockMove.ORDER, -line.quantity, ORDERED, step))


def give_goods_back(transaction: Transaction, order: ShopOrder, reason: str, step: Step) -> None:
    """Put the order's goods back where they were taken: into stock, or on sale again while their sale goes on."""
    if order.sale is None:
        restock(transaction, order, reason, step)
        return
    sale_id, number = order.sale.sale_id, order.sale.shard
    if flash_sales.bought_by(sale_id, order.user_id) > 0:  # the row of a sale long over is gone
        flash_sales.give_claim_back(transaction, sale_id, order.user_id)
    if flash_sales.shard(sale_id, number).closed:
        flash_sales.must_be_closed(transaction, sale_id, number)
        flash_sales.note_moved_back(transaction, sale_id, 1)
        restock(transaction, order, reason, step)
    else:
        flash_sales.return_unit(transaction, sale_id, number)


def restock(transaction: Transaction, order: ShopOrder, reason: str, step: Step) -> None:
    """Put the order's goods into stock, wherever they came from."""
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


def give_coupon_back(transaction: Transaction, order: ShopOrder) -> None:
    """Let the guest use the order's coupon again, if it had one."""
    if order.coupon_id is not None:
        coupons.give_back(transaction, order.user_id, order.coupon_id, order.order_no)


def return_balance(transaction: Transaction, order: ShopOrder, amount: Money, reason: str, step: Step) -> None:
    """Put an amount back on the guest's balance; fails as ``account`` if that changed meanwhile."""
    if amount == ZERO:
        return
    guest = guests.find(order.user_id)  # a refund reaches the ledger of one who has left, too
    if guest is None:
        msg = f"the guest of {order.order_no} is gone"
        raise LookupError(msg)
    change_balance(transaction, order, guest, amount, reason, step)


def change_balance(
    transaction: Transaction, order: ShopOrder, guest: Guest, amount: Money, reason: str, step: Step
) -> None:
    """Change the guest's balance by an amount for an order; fails as ``account`` if it is not as was read."""
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
    """Give back all that an order holds which will not be sent; money at WeChat is the caller's to deal with."""
    give_goods_back(transaction, order, reason, step)
    give_coupon_back(transaction, order)
    return_balance(transaction, order, order.balance_left, reason, step)
