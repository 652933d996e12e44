"""Staff look up a guest's flash orders and verdicts by the phone number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posthouse.domain.refusal import NotFound
from posthouse.store import flash_sales, guests, shop_orders

if TYPE_CHECKING:
    from posthouse.domain.flash_sale import Decided
    from posthouse.domain.shop_order import ShopOrder

TICKETS_SHOWN = 100
"""The most tickets of one guest in one sale that are shown: the latest ones."""


def orders_of_phone(phone_number: str, sale_id: str | None) -> list[ShopOrder]:
    """Returns the flash orders of the guests with this phone number, of one sale or of all."""
    found = [order for user_id in guests.with_phone(phone_number) for order in shop_orders.flash_orders_of(user_id)]
    found.sort(key=lambda order: order.order_no, reverse=True)
    return [order for order in found if sale_id is None or (order.sale is not None and order.sale.sale_id == sale_id)]


def verdicts_of_phone(sale_id: str, phone_number: str) -> list[Decided] | NotFound:
    """Returns the verdicts of the guests with this phone number, newest first."""
    if flash_sales.get(sale_id) is None:
        return NotFound("sale")
    pages = (
        flash_sales.verdicts_of(sale_id, user_id, TICKETS_SHOWN, None) for user_id in guests.with_phone(phone_number)
    )
    return [decided for page in pages for decided in page.items]
