"""Staff create, pause and end flash sales. Units come from the goods' stock, and the rest returns there at the end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import asdict, replace

from posthouse.domain.flash_sale import (
    LATE_SUBMISSIONS,
    FlashSale,
    SaleState,
    Shard,
    next_states,
    spread,
)
from posthouse.domain.goods import InsufficientStock, StockEntry, StockMove
from posthouse.domain.ids import IdKind
from posthouse.domain.refusal import InvalidRequest, InvalidTransition, NotFound, Refusal
from posthouse.domain.value import Value
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import flash_sales, goods
from posthouse.store.audit import record
from posthouse.store.transaction import Failed, Transaction, passes

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal
    from posthouse.domain.money import Money

CLOSING_TRIES = 50
"""How often closing a shard is tried while buyers still take units; a try fails because a unit was sold."""


class SaleWish(Value):
    """A new sale as staff want it."""

    goods_id: str
    price: Money
    stock: int
    starts_at: datetime
    ends_at: datetime
    per_user_limit: int
    shards: int
    challenge: bool


def create_sale(wish: SaleWish, caller: Principal, step: Step) -> FlashSale | Refusal:
    """Create a sale, and take its units from the goods' stock in the same transaction."""
    for _ in range(ATTEMPTS):
        article = goods.get_goods(wish.goods_id)
        if article is None:
            return NotFound("goods")
        if wish.price > article.price:
            return InvalidRequest("price", f"must not be above the shop's price of {article.price.fen}")
        sale = FlashSale(
            **asdict(wish),
            sale_id=step.new_id(IdKind.FLASH_SALE),
            goods_name=article.name,
            state=SaleState.ACTIVE,
            sold_out=False,
            returns=0,
            moved_back=0,
            version=1,
        )
        failed = _create(sale, caller, step)
        # If the new id exists, it is this sale: the first try succeeded and its response was lost.
        if failed is None or flash_sales.SALE in failed:
            return sale
        if not failed.starting(goods.PRICE):
            return InsufficientStock(goods.read_stock([sale.goods_id])[sale.goods_id], -sale.stock)
    raise busy(wish.goods_id)


def _create(sale: FlashSale, caller: Principal, step: Step) -> Failed | None:
    transaction = Transaction()
    goods.must_cost_at_least(transaction, sale.goods_id, sale.price)
    goods.change_stock(transaction, _entry(sale, -sale.stock, f"flash sale {sale.sale_id}", caller.subject, step))
    flash_sales.create(transaction, sale, spread(sale.stock, sale.shards), sale.ends_at + LATE_SUBMISSIONS)
    after = {"goods_id": sale.goods_id, "price": sale.price.fen, "stock": sale.stock, "shards": sale.shards}
    record(transaction, step.actor(caller.subject), "create_flash_sale", sale.sale_id, after=after)
    return transaction.commit()


def change_sale(
    sale_id: str, to: SaleState | None, challenge: bool | None, caller: Principal, step: Step
) -> FlashSale | Refusal:
    """Pause, resume or end a sale, or switch its challenge. A sale that ends is closed at once."""
    for _ in range(ATTEMPTS):
        sale = flash_sales.get(sale_id)
        if sale is None:
            return NotFound("sale")
        state = to or sale.state
        wanted = replace(sale, state=state, challenge=sale.challenge if challenge is None else challenge)
        if wanted == sale:
            return sale
        if state is not sale.state and state not in next_states(sale.state):
            return InvalidTransition(sale.state, state)
        transaction = Transaction()
        flash_sales.move(transaction, sale, state, challenge=wanted.challenge)
        before = {"state": sale.state, "challenge": sale.challenge}
        after = {"state": state, "challenge": wanted.challenge}
        record(transaction, step.actor(caller.subject), "change_flash_sale", sale_id, before=before, after=after)
        if transaction.commit() is None:
            if state is SaleState.ENDED:
                close(sale_id, step)
            return replace(wanted, version=sale.version + 1)
    raise busy(sale_id)


def close_overdue(sale_ids: Iterable[str], step: Step) -> int:
    """Close sales whose time is over, or that staff ended and that are not closed. Returns how many.

    A temporary fault with one sale does not stop the others. The first such fault is raised at the end.
    """
    closed = 0
    busy_ones: list[Exception] = []
    for sale_id in sale_ids:
        try:
            closed += _end_by_time(sale_id, step) and close(sale_id, step)
        except Exception as fault:
            if not passes(fault):
                raise
            busy_ones.append(fault)
    if busy_ones:
        raise busy_ones[0]
    return closed


def _end_by_time(sale_id: str, step: Step) -> bool:
    """Whether a sale has ended. Ends it first if its time is over."""
    for _ in range(ATTEMPTS):
        sale = flash_sales.get(sale_id)
        if sale is None or sale.state is SaleState.ENDED:
            return sale is not None
        if step.now < sale.ends_at + LATE_SUBMISSIONS:
            return False
        transaction = Transaction()
        flash_sales.move(transaction, sale, SaleState.ENDED, challenge=sale.challenge)
        if transaction.commit() is None:
            return True
    raise busy(sale_id)


def close(sale_id: str, step: Step) -> bool:
    """Close every shard of an ended sale. The units left in each return to the goods' stock, once."""
    sale = flash_sales.get(sale_id)
    if sale is None or sale.state is not SaleState.ENDED:
        return False
    for shard in flash_sales.shards_of(sale):
        _close_shard(sale, shard, step)
    transaction = Transaction()
    flash_sales.remove_due(transaction, sale_id)
    transaction.commit()
    return True


def _close_shard(sale: FlashSale, shard: Shard, step: Step) -> None:
    for _ in range(CLOSING_TRIES):
        if shard.closed:
            return
        transaction = Transaction()
        flash_sales.close_shard(transaction, sale.sale_id, shard)
        if shard.left:
            flash_sales.note_moved_back(transaction, sale.sale_id, shard.left)
            reason = f"flash sale {sale.sale_id} is over"
            goods.change_stock(transaction, _entry(sale, shard.left, reason, "flash sale", step))
        if transaction.commit() is None:
            return
        shard = flash_sales.shard(sale.sale_id, shard.number)
    raise busy(sale.sale_id)


def _entry(sale: FlashSale, change: int, reason: str, actor: str, step: Step) -> StockEntry:
    return StockEntry(
        goods_id=sale.goods_id,
        entry_id=step.new_ulid(),
        move=StockMove.CHANGE,
        change=change,
        after=None,
        reason=reason,
        actor=actor,
        order_no=None,
        at=step.now,
    )
