"""How goods, accounts and their ledgers look in JSON; the names are those of openapi.yaml."""

from __future__ import annotations

from typing import Any

from posthouse.domain.account import AccountEntry
from posthouse.domain.goods import StockEntry
from posthouse.entry.views import rfc3339
from posthouse.services.goods import Stocked


def goods_json(stocked: Stocked) -> dict[str, Any]:
    """An article with what is left of it."""
    goods = stocked.goods
    return {
        "goods_id": goods.goods_id,
        "name": goods.name,
        "price": goods.price.fen,
        "stock": stocked.stock,
        "description": goods.description,
        "images": list(goods.images),
        "on_sale": goods.on_sale,
        "version": goods.version,
    }


def stock_entry_json(entry: StockEntry) -> dict[str, Any]:
    """A change of a stock."""
    return {
        "entry_id": entry.entry_id,
        "move": entry.move,
        "change": entry.change,
        "after": entry.after,
        "reason": entry.reason,
        "actor": entry.actor,
        "order_no": entry.order_no,
        "at": rfc3339(entry.at),
    }


def my_account_entry_json(entry: AccountEntry) -> dict[str, Any]:
    """A change of an account, as its guest sees it."""
    return {
        "entry_id": entry.entry_id,
        "account": entry.account,
        "change": entry.change,
        "after": entry.after,
        "reason": entry.reason,
        "order_no": entry.order_no,
        "at": rfc3339(entry.at),
    }


def account_entry_json(entry: AccountEntry) -> dict[str, Any]:
    """A change of an account, as staff see it."""
    return {**my_account_entry_json(entry), "user_id": entry.user_id, "actor": entry.actor}
