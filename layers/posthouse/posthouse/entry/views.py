"""How domain values look in JSON; the names are those of openapi.yaml."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from posthouse.domain.identity import Guest, StaffAccount, mask_phone
from posthouse.domain.ids import IdKind, has_kind

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking
    from posthouse.domain.catalogue import Availability, Hotel, InventoryMode, Night, Room
    from posthouse.domain.catalogue_view import FoundHotel, RoomView
    from posthouse.domain.coupon import Coupon, CouponTemplate
    from posthouse.domain.money import Money
    from posthouse.store.audit import AuditEntry
    from posthouse.store.notifications import Notification


def rfc3339(moment: datetime) -> str:
    """A timestamp in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _fen(money: Money | None) -> int | None:
    return None if money is None else money.fen


def guest_json(guest: Guest) -> dict[str, Any]:
    """A guest as they see themselves."""
    return {
        "user_id": guest.user_id,
        "phone_number": guest.phone_number,
        "nickname": guest.nickname,
        "balance": guest.balance,
        "points": guest.points,
    }


def staff_json(account: StaffAccount) -> dict[str, Any]:
    """A staff account without its password."""
    return {"username": account.username, "role": account.role, "hotel_ids": sorted(account.hotel_ids)}


def hotel_json(hotel: Hotel) -> dict[str, Any]:
    """A hotel."""
    return {
        "hotel_id": hotel.hotel_id,
        "name": hotel.name,
        "city": hotel.city,
        "address": hotel.address,
        "phone": hotel.phone,
        "latitude": hotel.latitude,
        "longitude": hotel.longitude,
        "description": hotel.description,
        "images": list(hotel.images),
        "time_zone": hotel.time_zone,
        "avatar": hotel.avatar,
        "tags": list(hotel.tags),
        "opening_state": hotel.opening_state,
        "sort_order": hotel.sort_order,
        "from_price": hotel.from_price,
        "version": hotel.version,
    }


def found_hotel_json(found: FoundHotel) -> dict[str, Any]:
    """A hotel in a search; the distance only where a place was given."""
    summary = found.summary
    distance = {} if found.distance is None else {"distance_km": round(found.distance, 3)}
    return {
        "hotel_id": summary.hotel_id,
        "name": summary.name,
        "city": summary.city,
        "address": summary.address,
        "phone": summary.phone,
        "latitude": summary.latitude,
        "longitude": summary.longitude,
        "images": list(summary.images),
        "avatar": summary.avatar,
        "tags": list(summary.tags),
        "opening_state": summary.opening_state,
        "from_price": summary.from_price,
        **distance,
    }


def room_json(room: Room, found: Availability | None = None) -> dict[str, Any]:
    """A room type, with what a stay would find where dates were given."""
    stay = {} if found is None else {"available": found.available, "total": _fen(found.total)}
    return {
        "room_id": room.room_id,
        "hotel_id": room.hotel_id,
        "name": room.name,
        "price": room.price.fen,
        "list_price": _fen(room.list_price),
        "units": room.units,
        "area": room.area,
        "bed": room.bed,
        "breakfasts": room.breakfasts,
        "description": room.description,
        "images": list(room.images),
        "inventory_mode": room.inventory_mode,
        "free_cancel_hours": room.free_cancel_hours,
        "cancel_fee_bp": room.cancel_fee_bp,
        "on_sale": room.on_sale,
        "version": room.version,
        **stay,
    }


def room_view_json(view: RoomView) -> dict[str, Any]:
    """A room type with what a guest needs to know of its hotel."""
    hotel = {
        "hotel_id": view.room.hotel_id,
        "name": view.hotel_name,
        "city": view.city,
        "address": view.address,
        "phone": view.phone,
        "latitude": view.latitude,
        "longitude": view.longitude,
        "time_zone": view.time_zone,
        "opening_state": view.opening_state,
    }
    return {**room_json(view.room), "hotel": hotel}


def night_json(night: Night) -> dict[str, Any]:
    """A night on sale."""
    return {
        "date": night.night.isoformat(),
        "units": night.units,
        "sold": night.sold,
        "price": night.price.fen,
        "closed": night.closed,
    }


def calendar_json(night: Night, mode: InventoryMode) -> dict[str, Any]:
    """A night as guests see it in the calendar of prices."""
    return {"date": night.night.isoformat(), "price": night.price.fen, "available": night.available(mode)}


def booking_json(booking: Booking) -> dict[str, Any]:
    """A booking in full, as its guest and the hotel see it."""
    return {
        "order_no": booking.order_no,
        "status": booking.status,
        "hotel_id": booking.hotel_id,
        "hotel_name": booking.hotel_name,
        "room_id": booking.room_id,
        "room_name": booking.room_name,
        "check_in": booking.stay.check_in.isoformat(),
        "check_out": booking.stay.check_out.isoformat(),
        "units": booking.units,
        "guest_name": booking.guest_name,
        "phone_number": booking.phone_number,
        "arrival_time": booking.arrival_time,
        "coupon_id": booking.coupon_id,
        "total": booking.price.total.fen,
        "discount": booking.price.discount.fen,
        "payable": booking.price.payable.fen,
        "items": [
            {"date": n.night.isoformat(), "units": n.units, "price": n.price.fen, "amount": n.amount.fen}
            for n in booking.nights
        ],
        "created_at": rfc3339(booking.created_at),
        "expires_at": rfc3339(booking.expires_at),
        "free_cancel_until": rfc3339(booking.cancel_rule.free_until(booking.stay, booking.time_zone)),
        "cancel_fee_bp": booking.cancel_rule.fee_bp,
        "timeline": [{"status": m.status, "at": rfc3339(m.at)} for m in booking.timeline],
    }


def listed_booking_json(booking: Booking) -> dict[str, Any]:
    """A booking in a list, where phone numbers are masked."""
    return {**booking_json(booking), "phone_number": mask_phone(booking.phone_number)}


def coupon_json(coupon: Coupon, now: datetime) -> dict[str, Any]:
    """A guest's coupon as it stands now."""
    return {
        "coupon_id": coupon.coupon_id,
        "name": coupon.name,
        "amount": coupon.amount.fen,
        "minimum_spend": coupon.minimum_spend.fen,
        "scope": coupon.scope,
        "status": coupon.status(now),
        "valid_until": rfc3339(coupon.valid_until),
        "source": coupon.source,
        "order_no": coupon.order_no,
    }


def coupon_template_json(template: CouponTemplate) -> dict[str, Any]:
    """A coupon template."""
    return {
        "template_id": template.template_id,
        "name": template.name,
        "kind": template.kind,
        "amount": template.amount.fen,
        "minimum_spend": template.minimum_spend.fen,
        "scope": template.scope,
        "valid_days": template.valid_days,
        "quantity": template.quantity,
        "issued": template.issued,
        "enabled": template.enabled,
        "description": template.description,
        "sort": template.sort,
        "version": template.version,
    }


def audit_json(entry: AuditEntry) -> dict[str, Any]:
    """A change by staff."""
    return {
        "entry_id": entry.entry_id,
        "at": rfc3339(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "target": entry.target,
        "before": entry.before,
        "after": entry.after,
    }


def attempt_json(notification: Notification) -> dict[str, Any]:
    """An attempt to notify, as staff see it: why it did not succeed too."""
    return {**notification_json(notification), "detail": notification.detail}


def notification_json(notification: Notification) -> dict[str, Any]:
    """An attempt to notify; one that has begun and not ended is unknown until it has. A login's is of no order."""
    status = "unknown" if notification.status == "sending" else notification.status
    of_a_guest = has_kind(notification.order_no, IdKind.USER)
    return {
        "kind": notification.kind,
        "order_no": None if of_a_guest else notification.order_no,
        "status": status,
        "sent_at": rfc3339(notification.at),
    }
