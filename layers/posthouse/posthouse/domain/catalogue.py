"""Hotels, room types and their nights on sale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

from posthouse.domain.money import Money
from posthouse.domain.refusal import Refusal

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""


class InventoryMode(StrEnum):
    """When a room's nights are taken: with the order, with its payment, or never."""

    ON_ORDER = "on_order"
    ON_PAYMENT = "on_payment"
    UNLIMITED = "unlimited"


@dataclass(frozen=True)
class UnitsBelowSold(Refusal):
    """More units of a night are sold than the change would leave."""

    dates: tuple[date, ...]

    @property
    def explanation(self) -> str:
        return "More units are sold already on " + ", ".join(map(str, self.dates)) + "."


@dataclass(frozen=True)
class Hotel:
    """A hotel. ``version`` counts its changes."""

    hotel_id: str
    name: str
    city: str
    address: str
    phone: str
    latitude: float
    longitude: float
    description: str
    images: tuple[str, ...]
    time_zone: str
    version: int
    from_price: int | None = None
    """The lowest base price of its room types in fen; None while it has none."""


@dataclass(frozen=True)
class Room:
    """A room type of a hotel. ``price`` and ``units`` are the defaults of nights that are opened without their own."""

    room_id: str
    hotel_id: str
    name: str
    price: Money
    list_price: Money | None
    units: int
    area: int
    bed: str
    breakfasts: int
    description: str
    images: tuple[str, ...]
    inventory_mode: InventoryMode
    free_cancel_hours: int
    cancel_fee_bp: int
    version: int


@dataclass(frozen=True)
class Night:
    """One night of a room type on sale."""

    room_id: str
    night: date
    units: int
    sold: int
    price: Money
    closed: bool

    @property
    def left(self) -> int:
        """Units that can still be booked."""
        return 0 if self.closed else self.units - self.sold


def distance_km(latitude: float, longitude: float, hotel: Hotel) -> float:
    """The great-circle distance to a hotel in km (haversine formula), in degrees in."""
    phi, phi_hotel = radians(latitude), radians(hotel.latitude)
    half_chord = (
        sin((phi_hotel - phi) / 2) ** 2 + cos(phi) * cos(phi_hotel) * sin(radians(hotel.longitude - longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half_chord)))
