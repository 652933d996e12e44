"""JSON forms of hotels, room types and nights, with the names of openapi.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict

from posthouse.domain.cancellation import CancelRule, cancellable_until
from posthouse.domain.phone import show_phone
from posthouse.entry.views import fen_or_none, rfc3339, rfc3339_or_none

if TYPE_CHECKING:
    from datetime import date

    from posthouse.domain.catalogue import Hotel, Night, Room
    from posthouse.domain.catalogue_view import FoundHotel, RoomView
    from posthouse.domain.day_use import DayUse
    from posthouse.domain.days import HotelClock
    from posthouse.domain.price import Extra, Occupancy, Party
    from posthouse.domain.restriction import Restricted
    from posthouse.services.catalogue.search import OpenDates


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
        **hotel.clock.facts,
        "avatar": hotel.avatar,
        "tags": list(hotel.tags),
        "opening_state": hotel.opening_state,
        "sort_order": hotel.sort_order,
        "tax_number": hotel.tax_number,
        "tax_rate_bp": hotel.tax_rate_bp,
        "auto_no_show": hotel.auto_no_show,
        "from_price": hotel.from_price,
        "version": hotel.version,
    }


def found_hotel_json(found: FoundHotel) -> dict[str, Any]:
    """Returns a hotel found by a search, with a total if it had dates, and the distance if it had a position."""
    summary = found.summary
    total = {} if found.total is None else {"from_total": found.total}
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
        "from_price": found.price,
        **total,
        **distance,
    }


def dates_json(first: date | None, opened: OpenDates | None, restricted: Restricted | None) -> dict[str, Any]:
    """Returns the first date that a guest may choose, and what helps where no hotel has a room.

    These are the open nights, and a restriction without which there would be a room.
    """
    restriction = {} if restricted is None else {"restriction": restricted_json(restricted)}
    return {
        "first_date": None if first is None else first.isoformat(),
        "open_dates": None if opened is None else {"from": opened.first.isoformat(), "to": opened.last.isoformat()},
        **restriction,
    }


def restricted_json(restricted: Restricted) -> dict[str, Any]:
    """Returns which restriction stands against a stay, with its date and its bounds."""
    return {name: _text(fact) for name, fact in restricted.facts.items()}


def _text(fact: Any) -> Any:
    return fact.isoformat() if hasattr(fact, "isoformat") else fact


def listed_room_json(room: Room, party: Party) -> dict[str, Any]:
    """Returns a room type for a list of guests, with whether it holds the party."""
    return {**room_json(room), "fits": room.occupancy.refusal(party) is None}


def room_json(room: Room) -> dict[str, Any]:
    """Returns a room type."""
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
        **occupancy_json(room.occupancy),
        "day_use": day_use_json(room.day_use),
        "version": room.version,
    }


def staff_room_json(room: Room) -> dict[str, Any]:
    """Returns a room type as its staff see it, with the numbers on its doors."""
    return {**room_json(room), "numbers": list(room.numbers)}


def occupancy_json(occupancy: Occupancy) -> dict[str, int | None]:
    """Returns how many guests a unit holds, and what extra ones cost a night."""
    return {
        "max_adults": occupancy.max_adults,
        "max_children": occupancy.max_children,
        "included_adults": occupancy.included_adults,
        "extra_adult_price": fen_or_none(occupancy.extra_adult_price),
        "extra_child_price": fen_or_none(occupancy.extra_child_price),
    }


def day_use_json(day_use: DayUse | None) -> dict[str, Any] | None:
    """Returns for how many hours a room type is sold, and in which window; None if it is sold by the night."""
    return None if day_use is None else {"hours": day_use.hours, "from": day_use.begin, "to": day_use.end}


def extra_json(extra: Extra) -> dict[str, Any]:
    """Returns an extra."""
    return {
        "extra_id": extra.extra_id,
        "hotel_id": extra.hotel_id,
        "name": extra.name,
        "price": extra.price.fen,
        "per": extra.per,
        "enabled": extra.enabled,
        "version": extra.version,
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
        **view.clock.facts,
        "opening_state": view.opening_state,
    }
    return {**room_json(view.room), "hotel": hotel}


def night_json(night: Night) -> dict[str, Any]:
    """Returns a night as staff see it."""
    return {
        "date": night.night.isoformat(),
        "units": night.units,
        "sold": night.sold,
        "out_of_order": night.out_of_order,
        "price": night.price.fen,
        "closed": night.closed,
        **asdict(night.rules),
    }


def calendar_json(night: Night, room: Room, clock: HotelClock) -> dict[str, Any]:
    """Returns a night as guests see it in the calendar of prices, with the moments of a stay that begins on it."""
    return {
        "date": night.night.isoformat(),
        "price": night.price.fen,
        "available": night.available(room.inventory_mode),
        **asdict(night.rules),
        **moments_json(room, night.night, clock),
    }


def moments_json(room: Room, check_in: date, clock: HotelClock) -> dict[str, str | None]:
    """Returns until when a stay from that date can be cancelled for free, and until when at all.

    What is free of a day use depends on its hours; these are of one that begins as early as possible.
    """
    clock = clock if room.day_use is None else room.day_use.clock(clock)
    rule = CancelRule(room.free_cancel_hours, room.cancel_fee_bp)
    return {
        "free_cancel_until": rfc3339_or_none(rule.free_until(check_in, clock)),
        "cancellable_until": rfc3339(cancellable_until(check_in, clock)),
    }
