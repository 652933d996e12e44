"""Hotels and room types as staff send them, the same for creating and changing one; and the dates of a stay."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from posthouse.domain.catalogue import Hotel, InventoryMode, Room
from posthouse.domain.money import Money
from posthouse.domain.refusal import InvalidRequest, Refusal
from posthouse.domain.stay import Stay, plan_stay
from posthouse.entry.fields import Id, Images, Latitude, Longitude, Name, Phone, Price, Text, Units
from posthouse.entry.http import Input


def _time_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is not an IANA time zone, like Asia/Shanghai")
    return name


class HotelInput(Input):
    """A hotel's own fields."""

    name: Name
    city: Name
    address: Annotated[str, Field(min_length=1, max_length=300)]
    phone: Phone
    latitude: Latitude
    longitude: Longitude
    description: Text = ""
    images: Images = Field(default_factory=list)
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "Asia/Shanghai"

    def to_hotel(self, hotel_id: str, version: int) -> Hotel:
        """The hotel in the given version."""
        fields = self.model_dump(include=set(HotelInput.model_fields) - {"images"})
        return Hotel(hotel_id=hotel_id, version=version, images=tuple(self.images), **fields)


class RoomInput(Input):
    """A room type's own fields."""

    hotel_id: Id
    name: Name
    price: Price
    units: Units
    area: Annotated[int, Field(ge=1, le=10_000)]
    bed: Name
    breakfasts: Annotated[int, Field(ge=0, le=20)] = 0
    description: Text = ""
    images: Images = Field(default_factory=list)
    list_price: Price | None = None
    inventory_mode: Literal["on_order", "on_payment", "unlimited"] = "on_order"
    free_cancel_hours: Annotated[int, Field(ge=0, le=8760)] = 24
    cancel_fee_bp: Annotated[int, Field(ge=0, le=10_000)] = 0

    def to_room(self, room_id: str, version: int) -> Room:
        """The room type in the given version."""
        return Room(
            room_id=room_id,
            hotel_id=self.hotel_id,
            name=self.name,
            price=Money(self.price),
            list_price=None if self.list_price is None else Money(self.list_price),
            units=self.units,
            area=self.area,
            bed=self.bed,
            breakfasts=self.breakfasts,
            description=self.description,
            images=tuple(self.images),
            inventory_mode=InventoryMode(self.inventory_mode),
            free_cancel_hours=self.free_cancel_hours,
            cancel_fee_bp=self.cancel_fee_bp,
            version=version,
        )


def stay_asked(check_in: date | None, check_out: date | None, today: date) -> Stay | Refusal | None:
    """The stay of a query with optional dates: both or none."""
    if check_in is None and check_out is None:
        return None
    if check_in is None or check_out is None:
        return InvalidRequest("check_out" if check_out is None else "check_in", "comes with the other date")
    return plan_stay(check_in, check_out, today)
