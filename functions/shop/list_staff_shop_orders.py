"""GET /api/staff/shop-orders: orders of the shop and paid ones of flash sales, newest first; or one in full.

The audit notes who has read one in full.
"""

from typing import Any, Literal

from posthouse.domain.ids import IdKind
from posthouse.domain.refusal import Refusal
from posthouse.entry.bookings.booking_views import notes_json
from posthouse.entry.fields import Id
from posthouse.entry.http import ADMIN, Answer, Request, endpoint
from posthouse.entry.listing import list_answer, page_answer, position_of
from posthouse.entry.shop.shop_order_input import ShopOrdersQuery
from posthouse.entry.shop.shop_views import listed_shop_order_json, shop_order_json
from posthouse.services.shop.shop_orders import read_in_full
from posthouse.store import notes, shop_orders
from posthouse.store.shop_orders import ListedOrders

_KINDS = {"shop": IdKind.SHOP_ORDER, "flash": IdKind.FLASH_ORDER}


class StaffShopOrdersQuery(ShopOrdersQuery):
    order_no: Id | None = None
    kind: Literal["shop", "flash"] | None = None
    oldest_first: Literal["true"] | None = None


@endpoint(ADMIN, query=StaffShopOrdersQuery)
def handler(request: Request[Any, StaffShopOrdersQuery]) -> Answer | Refusal:
    if request.query.order_no is not None:
        order = read_in_full(request.query.order_no, request.caller, request.step)
        if isinstance(order, Refusal):
            return order
        whole = {**shop_order_json(order), "notes": notes_json(notes.list_of(order.order_no))}
        return list_answer(request, "staff_shop_orders", [whole], None)
    position = position_of(request, "staff_shop_orders")
    if isinstance(position, Refusal):
        return position
    asked = request.query
    kinds = tuple(_KINDS.values()) if asked.kind is None else (_KINDS[asked.kind],)
    wanted = ListedOrders(kinds, asked.status, asked.oldest_first is not None)
    page = shop_orders.list_for_staff(wanted, asked.limit, position)
    return page_answer(request, "staff_shop_orders", page, listed_shop_order_json)
