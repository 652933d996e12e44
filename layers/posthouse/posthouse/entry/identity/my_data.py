"""The export of a guest's personal data: part by part; each page holds one part only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from posthouse.domain.account import Account
from posthouse.domain.value import Value
from posthouse.entry.bookings.booking_views import booking_json, my_changes_json, my_notes_json
from posthouse.entry.bookings.folio_views import my_lines_json
from posthouse.entry.coupons.coupon_views import coupon_json
from posthouse.entry.identity.identity_views import guest_json
from posthouse.entry.invoices.invoice_views import my_invoice_json
from posthouse.entry.notifications.notice_views import notice_json
from posthouse.entry.payments.payment_views import staff_payment_json
from posthouse.entry.shop.shop_views import my_account_entry_json, shop_order_json
from posthouse.entry.views import rfc3339
from posthouse.services.front_desk.note_lists import notes_of_booking
from posthouse.store import (
    accounts,
    booking_lists,
    coupons,
    folio_lines,
    guests,
    invoices,
    notes,
    notices,
    payments,
    refunds,
    shop_orders,
)
from posthouse.store.page import Page, Position

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking
    from posthouse.domain.identity import Guest
    from posthouse.domain.shop_order import ShopOrder
    from posthouse.services.step import Step


class Asked(Value):
    """Which page of a part is wanted."""

    user_id: str
    limit: int
    position: Position | None
    step: Step


def _json(page: Page[Any], to_json: Callable[[Any], dict[str, Any]]) -> Page[dict[str, Any]]:
    return Page([to_json(item) for item in page.items], page.position)


def _account(asked: Asked) -> Page[dict[str, Any]]:
    guest = guests.get(asked.user_id)
    return Page([] if guest is None else [_guest_json(guest)], None)


def _guest_json(guest: Guest) -> dict[str, Any]:
    ids = {"wechat_openid": guest.openid, "wechat_unionid": guest.unionid}
    return {**guest_json(guest), **ids, "created_at": rfc3339(guest.created_at)}


def _payments(order_no: str) -> list[dict[str, Any]]:
    back = refunds.list_of_order(order_no)
    return [
        staff_payment_json(payment, [refund for refund in back if refund.payment_id == payment.payment_id])
        for payment in payments.list_of_order(order_no)
    ]


def _invoice(order_no: str) -> dict[str, Any] | None:
    invoice = invoices.of_order(order_no)
    return None if invoice is None else my_invoice_json(invoice)


def _bookings(asked: Asked) -> Page[dict[str, Any]]:
    page = booking_lists.list_of_guest(asked.user_id, None, asked.limit, asked.position)
    return _json(page, _booking)


def _booking(booking: Booking) -> dict[str, Any]:
    lines = my_lines_json(folio_lines.list_of_order(booking.order_no), booking.user_id)
    written = my_notes_json(notes_of_booking(booking), booking.user_id)
    facts: dict[str, Any] = {"payments": _payments(booking.order_no), "folio_lines": lines, "notes": written}
    facts |= {"changes": my_changes_json(booking), "invoice": _invoice(booking.order_no)}
    return {**booking_json(booking), **facts}


def _orders(asked: Asked) -> Page[dict[str, Any]]:
    page = shop_orders.list_of_guest(asked.user_id, None, asked.limit, asked.position)
    return _json(page, _order)


def _order(order: ShopOrder) -> dict[str, Any]:
    written = my_notes_json(notes.list_of(order.order_no), order.user_id)
    facts = {"payments": _payments(order.order_no), "notes": written, "invoice": _invoice(order.order_no)}
    return {**shop_order_json(order), **facts}


def _coupons(asked: Asked) -> Page[dict[str, Any]]:
    now = asked.step.now
    page = coupons.list_of(asked.user_id, None, now, asked.limit, asked.position)
    return _json(page, lambda coupon: coupon_json(coupon, now))


def _entries(account: Account) -> Callable[[Asked], Page[dict[str, Any]]]:
    return lambda asked: _json(
        accounts.entries(asked.user_id, account, asked.limit, asked.position), my_account_entry_json
    )


def _notifications(asked: Asked) -> Page[dict[str, Any]]:
    return _json(notices.list_of_guest(asked.user_id, asked.limit, asked.position), notice_json)


def _notes(asked: Asked) -> Page[dict[str, Any]]:
    """Returns what the hotels noted of the guest: who is noted of has a right to read it."""
    page = notes.page_of(asked.user_id, asked.limit, asked.position)
    return Page(my_notes_json(page.items, asked.user_id), page.position)


_PARTS: dict[str, Callable[[Asked], Page[dict[str, Any]]]] = {
    "account": _account,
    "booking": _bookings,
    "order": _orders,
    "coupon": _coupons,
    "balance_entry": _entries(Account.BALANCE),
    "points_entry": _entries(Account.POINTS),
    "notification": _notifications,
    "note": _notes,
}


def read_data(user_id: str, limit: int, at: Any, step: Step) -> Page[dict[str, Any]]:
    """Returns one page of the export and the position of the next one. A page ends at the end of its part."""
    kinds = list(_PARTS)
    kind = at["kind"] if at else kinds[0]
    page = _PARTS[kind](Asked(user_id, limit, at["position"] if at else None, step))
    items = [{"kind": kind, "data": item} for item in page.items]
    return Page(items, _next(kinds, kind, page.position))


def _next(kinds: list[str], kind: str, position: Position | None) -> Position | None:
    if position is not None:
        return {"kind": kind, "position": position}
    later: Iterable[str] = kinds[kinds.index(kind) + 1 :]
    following = next(iter(later), None)
    return None if following is None else {"kind": following, "position": None}
