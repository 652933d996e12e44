"""Guests as staff see them in JSON, with the names of openapi.yaml."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from posthouse.domain.phone import mask_phone, show_phone
from posthouse.entry.bookings.booking_views import listed_booking_json, notes_json
from posthouse.entry.coupons.coupon_views import coupon_json
from posthouse.entry.shop.shop_views import listed_shop_order_json

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking
    from posthouse.services.front_desk.guests import FoundGuest, GuestPage


def found_guest_json(found: FoundGuest) -> dict[str, Any]:
    """Returns a guest for a list: with a masked phone number, and the stays by which they were found."""
    phone_number = found.guest.phone_number
    return {
        "user_id": found.guest.user_id,
        "nickname": found.guest.nickname,
        "phone_number": None if phone_number is None else mask_phone(phone_number),
        "level": None,
        "bookings": [_stay_json(stay) for stay in found.stays],
        "notes": notes_json(found.notes),
    }


def _stay_json(stay: Booking) -> dict[str, Any]:
    return {
        "order_no": stay.order_no,
        "status": stay.status,
        "hotel_id": stay.hotel_id,
        "hotel_name": stay.hotel_name,
        "room_name": stay.room_name,
        "check_in": stay.stay.check_in.isoformat(),
        "check_out": stay.stay.check_out.isoformat(),
        "units": stay.units,
        "guest_name": stay.guest_name,
    }


def guest_page_json(page: GuestPage, now: datetime) -> dict[str, Any]:
    """Returns a guest in full: an admin sees what the guest owns and has ordered, too."""
    guest = page.guest
    facts = {
        "user_id": guest.user_id,
        "nickname": guest.nickname,
        "phone_number": None if guest.phone_number is None else show_phone(guest.phone_number),
        "level": None,
        "bookings": [listed_booking_json(stay) for stay in page.stays],
        "notes": notes_json(page.notes),
    }
    if page.coupons is None or page.orders is None:
        return facts
    return {
        **facts,
        "balance": guest.balance,
        "points": guest.points,
        "coupons": [coupon_json(coupon, now) for coupon in page.coupons],
        "orders": [listed_shop_order_json(order) for order in page.orders],
    }
