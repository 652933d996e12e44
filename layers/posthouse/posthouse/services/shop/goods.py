"""Changes of goods and their stock by staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict, replace

from posthouse.domain.goods import MAX_STOCK, Goods, InsufficientStock, StockEntry, StockMove
from posthouse.domain.refusal import NotFound, VersionConflict
from posthouse.domain.value import Value
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import goods as store
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal


class Stocked(Value):
    """An article with its stock."""

    goods: Goods
    stock: int


def stocked(goods_id: str) -> Stocked | None:
    """Returns an article with its stock."""
    goods = store.get_goods(goods_id)
    return None if goods is None else Stocked(goods, store.read_stock([goods_id])[goods_id])


class _StockReason(Value):
    reason: str
    actor: str
    step: Step


def create_goods(goods: Goods, stock: int, caller: Principal, step: Step) -> Stocked:
    """Add an article with its initial stock."""
    transaction = Transaction()
    store.create_goods(transaction, goods)
    store.change_stock(
        transaction, _entry(goods.goods_id, StockMove.INITIAL, stock, 0, _StockReason("initial", caller.subject, step))
    )
    after = _facts(goods) | {"stock": stock}
    record(transaction, step.actor(caller.subject), "create_goods", goods.goods_id, after=after)
    if transaction.commit() is not None:
        raise RuntimeError("a fresh goods id was taken already")
    return Stocked(goods, stock)


def update_goods(
    wanted: Goods, given: int | None, caller: Principal, step: Step
) -> Stocked | NotFound | VersionConflict:
    """Change an article, but not its stock. ``given`` is the version that the caller read, None for any."""
    for _ in range(ATTEMPTS):
        read = store.get_goods(wanted.goods_id)
        if read is None:
            return NotFound("goods")
        if given is not None and given != read.version:
            return VersionConflict(given)
        changed = replace(wanted, version=read.version + 1)
        transaction = Transaction()
        store.update_goods(transaction, changed)
        actor = step.actor(caller.subject)
        record(transaction, actor, "update_goods", read.goods_id, before=_facts(read), after=_facts(changed))
        if transaction.commit() is None:
            return Stocked(changed, store.read_stock([read.goods_id])[read.goods_id])
    raise busy(wanted.goods_id)


def change_stock(
    goods_id: str, change: int, reason: str, caller: Principal, step: Step
) -> Stocked | NotFound | InsufficientStock:
    """Add units to an article's stock or remove them, for a reason."""
    for _ in range(ATTEMPTS):
        goods = store.get_goods(goods_id)
        if goods is None:
            return NotFound("goods")
        before = store.read_stock([goods_id])[goods_id]
        if before + change < 0 or (change > 0 and before + change > MAX_STOCK):
            return InsufficientStock(before, change)
        transaction = Transaction()
        entry = _entry(goods_id, StockMove.CHANGE, change, before, _StockReason(reason, caller.subject, step))
        store.change_stock(transaction, entry)
        facts = {"change": change, "stock": before + change, "reason": reason}
        was = {"stock": before}
        record(transaction, step.actor(caller.subject), "change_stock", goods_id, before=was, after=facts)
        if transaction.commit() is None:
            return Stocked(goods, before + change)
    raise busy(goods_id)


def _entry(goods_id: str, move: StockMove, change: int, before: int, why: _StockReason) -> StockEntry:
    step = why.step
    after = before + change
    return StockEntry(goods_id, step.new_ulid(), move, change, after, why.reason, why.actor, None, step.now)


def _facts(goods: Goods) -> dict[str, Any]:
    return {**asdict(goods), "price": goods.price.fen}
