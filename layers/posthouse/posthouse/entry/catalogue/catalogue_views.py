"""JSON forms of hotels, room types and nights, with the names of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posthouse.domain.phone import show_phone
from posthouse.entry.views import fen_or_none

if TYPE_CHECKING:
    from posthouse.domain.catalogue import Availability, Hotel, InventoryMode, Night, Room
    from posthouse.domain.catalogue_view import FoundHotel, RoomView


def hotel_json(hotel: Hotel) -> dict[str, Any]:
    """Returns a hotel."""
    return {
        "hotel_id": hotel.hotel_id,
        "name": hotel.name,
        "city": hotel.city,
        "address": hotel.address,
        "phone": show_phone(hotel.phone),
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
    """Returns a hotel found by a search, with the distance if the search had a position."""
    summary = found.summary
    distance = {} if found.distance is None else {"distance_km": round(found.distance, 3)}
    return {
        "hotel_id": summary.hotel_id,
        "name": summary.name,
        "city": summary.city,
        "address": summary.address,
        "phone": show_phone(summary.phone),
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
    """Returns a room type, with its availability for a stay if one is given."""
    stay = {} if found is None else {"available": found.available, "total": fen_or_none(found.total)}
    return {
        "room_id": room.room_id,
        "hotel_id": room.hotel_id,
        "name": room.name,
        "price": room.price.fen,
        "list_price": fen_or_none(room.list_price),
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
    """Returns a room type with the main facts of its hotel."""
    hotel = {
        "hotel_id": view.room.hotel_id,
        "name": view.hotel_name,
        "city": view.city,
        "address": view.address,
        "phone": show_phone(view.phone),
        "latitude": view.latitude,
        "longitude": view.longitude,
        "time_zone": view.time_zone,
        "opening_state": view.opening_state,
    }
    return {**room_json(view.room), "hotel": hotel}


def night_json(night: Night) -> dict[str, Any]:
    """Returns a night as staff see it."""
    return {
        "date": night.night.isoformat(),
        "units": night.units,
        "sold": night.sold,
        "price": night.price.fen,
        "closed": night.closed,
    }


def calendar_json(night: Night, mode: InventoryMode) -> dict[str, Any]:
    """Returns a night as guests see it in the calendar of prices."""
    return {"date": night.night.isoformat(), "price": night.price.fen, "available": night.available(mode)}
