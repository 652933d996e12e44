"""Goods, their stock, and the stock's ledger. Stock has its own row, so that orders do not change the article's row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from posthouse.domain.goods import MAX_STOCK, Goods, StockEntry, StockMove
from posthouse.domain.money import Money
from posthouse.domain.personal_data import BOOKKEEPING, NOTHING, kept
from posthouse.store.batch import read_rows
from posthouse.store.page import Page, Position, read_page
from posthouse.store.table import IntAttribute, TableMeta, TableName, TimeAttribute, changes_to

if TYPE_CHECKING:
    from posthouse.store.transaction import Transaction

GOODS = "goods"
"""The name of the condition on the article's row."""

PRICE = "price:"
"""How the names of conditions on prices begin; the article's id follows."""

STOCK = "stock:"
"""How the names of conditions on stocks begin; the article's id follows."""

STOCK_ENTRY = "stock_entry"
"""The name of the condition that a ledger row is new."""

_LISTING = "goods"


class _Listed(GlobalSecondaryIndex["GoodsRow"]):
    class Meta:
        index_name = "listed"
        projection = AllProjection()

    listing = UnicodeAttribute(hash_key=True)
    goods_id = UnicodeAttribute(range_key=True)


class _OnSale(GlobalSecondaryIndex["GoodsRow"]):
    class Meta:
        index_name = "on_sale"
        projection = AllProjection()

    sale_listing = UnicodeAttribute(hash_key=True)
    goods_id = UnicodeAttribute(range_key=True)


class GoodsRow(Model):
    """One article. ``sale_listing`` is there only while it is on sale."""

    class Meta(TableMeta):
        table_name = TableName("goods")
        personal = NOTHING

    goods_id = UnicodeAttribute(hash_key=True)
    listing = UnicodeAttribute(default=_LISTING)
    sale_listing = UnicodeAttribute(null=True)
    name = UnicodeAttribute()
    price = IntAttribute()
    description = UnicodeAttribute()
    images = JSONAttribute()
    on_sale = BooleanAttribute()
    version = IntAttribute()

    listed = _Listed()
    by_sale_listing = _OnSale()

    def to_domain(self) -> Goods:
        return Goods(
            goods_id=self.goods_id,
            name=self.name,
            price=Money(self.price),
            description=self.description,
            images=tuple(self.images),
            on_sale=self.on_sale,
            version=self.version,
        )


class StockRow(Model):
    """The stock of an article."""

    class Meta(TableMeta):
        table_name = TableName("stock")
        personal = NOTHING

    goods_id = UnicodeAttribute(hash_key=True)
    stock = IntAttribute()


class StockEntryRow(Model):
    """One change of a stock, written once."""

    class Meta(TableMeta):
        table_name = TableName("stock-entries")
        personal = kept(BOOKKEEPING, actor="user id")

    goods_id = UnicodeAttribute(hash_key=True)
    entry_id = UnicodeAttribute(range_key=True)
    move = UnicodeAttribute()
    change = IntAttribute()
    after = IntAttribute(null=True)
    reason = UnicodeAttribute()
    actor = UnicodeAttribute()
    order_no = UnicodeAttribute(null=True)
    at = TimeAttribute()

    def to_domain(self) -> StockEntry:
        return StockEntry(
            goods_id=self.goods_id,
            entry_id=self.entry_id,
            move=StockMove(self.move),
            change=self.change,
            after=self.after,
            reason=self.reason,
            actor=self.actor,
            order_no=self.order_no,
            at=self.at,
        )


def _facts(goods: Goods) -> dict[str, Any]:
    return {
        "sale_listing": _LISTING if goods.on_sale else None,
        "name": goods.name,
        "price": goods.price.fen,
        "description": goods.description,
        "images": list(goods.images),
        "on_sale": goods.on_sale,
        "version": goods.version,
    }


def create_goods(transaction: Transaction, goods: Goods) -> None:
    """Add an article, without stock."""
    transaction.put(GOODS, GoodsRow(goods.goods_id, **_facts(goods)), GoodsRow.goods_id.does_not_exist())


def update_goods(transaction: Transaction, goods: Goods) -> None:
    """Change an article's text. Fails as ``goods`` unless the stored version is the one before."""
    unchanged = GoodsRow.version == goods.version - 1
    transaction.update(GOODS, GoodsRow(goods.goods_id), changes_to(GoodsRow, _facts(goods)), unchanged)


def must_cost(transaction: Transaction, goods_id: str, price: Money) -> None:
    """Check that an article is on sale at that price. Fails as ``price:<goods_id>``."""
    on_sale = GoodsRow.on_sale == True  # noqa: E712 - an expression
    transaction.check(PRICE + goods_id, GoodsRow, (goods_id,), on_sale & (GoodsRow.price == price.fen))


def must_cost_at_least(transaction: Transaction, goods_id: str, price: Money) -> None:
    """Check that the shop does not sell an article for less. Fails as ``price:<goods_id>``."""
    transaction.check(PRICE + goods_id, GoodsRow, (goods_id,), GoodsRow.price >= price.fen)


def get_goods(goods_id: str) -> Goods | None:
    """Returns the article of that id."""
    try:
        return GoodsRow.get(goods_id, consistent_read=True).to_domain()
    except GoodsRow.DoesNotExist:
        return None


def list_goods(limit: int, position: Position | None, *, on_sale: bool) -> Page[Goods]:
    """Returns a page of articles, oldest first: all, or those on sale."""
    index = GoodsRow.by_sale_listing if on_sale else GoodsRow.listed
    rows = index.query(_LISTING, limit=limit + 1, last_evaluated_key=position)
    return read_page(rows, GoodsRow.to_domain, limit)


def read_stock(goods_ids: Iterable[str]) -> dict[str, int]:
    """Returns the stock of each article, strongly consistent."""
    wanted = list(goods_ids)
    rows = read_rows((StockRow, (goods_id,)) for goods_id in wanted)
    return {goods_id: 0 if (row := rows.get(StockRow, goods_id)) is None else row.stock for goods_id in wanted}


def change_stock(transaction: Transaction, entry: StockEntry) -> None:
    """Change a stock together with its ledger row.

    Fails as ``stock:<goods_id>`` if the stock is not what the entry says it was before. An order's entry does not say:
    then it fails if there is not enough. Raises ValueError if the stock would be negative or above MAX_STOCK.
    """
    if entry.after is None:
        actions: list[Action] = [StockRow.stock.add(entry.change)]
        condition: Condition = StockRow.stock >= max(0, -entry.change)
    else:
        before = entry.after - entry.change
        if entry.after < 0 or before < 0 or (entry.change > 0 and entry.after > MAX_STOCK):
            msg = f"a stock of {before} cannot be changed by {entry.change}"
            raise ValueError(msg)
        is_new = entry.move is StockMove.INITIAL
        actions = [StockRow.stock.set(entry.after)]
        condition = StockRow.goods_id.does_not_exist() if is_new else StockRow.stock == before
    transaction.update(STOCK + entry.goods_id, StockRow(entry.goods_id), actions, condition)
    row = StockEntryRow(
        entry.goods_id,
        entry.entry_id,
        move=entry.move,
        change=entry.change,
        after=entry.after,
        reason=entry.reason,
        actor=entry.actor,
        order_no=entry.order_no,
        at=entry.at,
    )
    transaction.put(STOCK_ENTRY, row, StockEntryRow.goods_id.does_not_exist())


def stock_entries(goods_id: str, limit: int, position: Position | None) -> Page[StockEntry]:
    """Returns a page of an article's stock ledger, newest first."""
    rows = StockEntryRow.query(goods_id, scan_index_forward=False, limit=limit + 1, last_evaluated_key=position)
    return read_page(rows, StockEntryRow.to_domain, limit)
