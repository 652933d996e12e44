"""Goods, shop orders, accounts and ledgers in JSON, with the names of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posthouse.domain.phone import mask_phone, show_phone
from posthouse.entry.views import rfc3339

if TYPE_CHECKING:
    from posthouse.domain.account import AccountEntry
    from posthouse.domain.goods import StockEntry
    from posthouse.domain.shop_order import ShopOrder
    from posthouse.services.shop.goods import Stocked


def goods_json(stocked: Stocked) -> dict[str, Any]:
    """Returns an article with its stock."""
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
    """Returns a change of a stock."""
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


def shop_order_json(order: ShopOrder) -> dict[str, Any]:
    """Returns a shop order in full, for its guest and for the admin who reads it with a row in the audit."""
    delivery, shipment = order.delivery, order.shipment
    return {
        "order_no": order.order_no,
        "kind": "shop" if order.sale is None else "flash",
        "user_id": order.user_id,
        "status": order.status,
        "items": [
            {
                "goods_id": line.goods_id,
                "name": line.name,
                "price": line.price.fen,
                "quantity": line.quantity,
                "amount": line.amount.fen,
            }
            for line in order.lines
        ],
        "goods_total": order.price.goods_total.fen,
        "shipping_fee": order.price.shipping_fee.fen,
        "discount": order.price.discount.fen,
        "balance_paid": order.price.balance_paid.fen,
        "payable": order.price.payable.fen,
        "coupon_id": order.coupon_id,
        "address": None if delivery is None else delivery.address,
        "consignee": None if delivery is None else delivery.consignee,
        "phone_number": None if delivery is None else show_phone(delivery.phone_number),
        "sale_id": None if order.sale is None else order.sale.sale_id,
        "carrier": None if shipment is None else shipment.carrier,
        "tracking_no": None if shipment is None else shipment.tracking_no,
        "created_at": rfc3339(order.created_at),
        "expires_at": rfc3339(order.expires_at),
        "timeline": [{"status": moment.status, "at": rfc3339(moment.at)} for moment in order.timeline],
    }


def listed_shop_order_json(order: ShopOrder) -> dict[str, Any]:
    """Returns a shop order for a list, or as staff have changed it: with a masked phone number."""
    phone = None if order.delivery is None else mask_phone(order.delivery.phone_number)
    return {**shop_order_json(order), "phone_number": phone}


def my_account_entry_json(entry: AccountEntry) -> dict[str, Any]:
    """Returns a change of an account, for its guest."""
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
    """Returns a change of an account, for staff."""
    return {**my_account_entry_json(entry), "user_id": entry.user_id, "actor": entry.actor}
