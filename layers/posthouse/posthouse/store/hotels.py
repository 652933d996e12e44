"""Hotels and room types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pynamodb.attributes import JSONAttribute, MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from posthouse.domain.catalogue import Hotel, InventoryMode, Room
from posthouse.domain.money import Money
from posthouse.store.page import Page, Position, read_page
from posthouse.store.table import IntAttribute, TableMeta, TableName
from posthouse.store.transaction import Transaction

_LISTING = "hotels"


class _Listed(GlobalSecondaryIndex["HotelRow"]):
    class Meta:
        index_name = "listed"
        projection = AllProjection()

    listing = UnicodeAttribute(hash_key=True)
    hotel_id = UnicodeAttribute(range_key=True)


class HotelRow(Model):
    """One hotel. ``room_prices`` holds the base price of each of its room types, for ``from_price``."""

    class Meta(TableMeta):
        table_name = TableName("hotels")

    hotel_id = UnicodeAttribute(hash_key=True)
    listing = UnicodeAttribute(default=_LISTING)
    name = UnicodeAttribute()
    city = UnicodeAttribute()
    address = UnicodeAttribute()
    phone = UnicodeAttribute()
    latitude = NumberAttribute()
    longitude = NumberAttribute()
    description = UnicodeAttribute()
    images = JSONAttribute()
    time_zone = UnicodeAttribute()
    version = IntAttribute()
    room_prices: MapAttribute[str, int] = MapAttribute()

    listed = _Listed()

    def to_domain(self) -> Hotel:
        return Hotel(
            hotel_id=self.hotel_id,
            name=self.name,
            city=self.city,
            address=self.address,
            phone=self.phone,
            latitude=self.latitude,
            longitude=self.longitude,
            description=self.description,
            images=tuple(self.images),
            time_zone=self.time_zone,
            version=self.version,
            from_price=min(map(int, self.room_prices.as_dict().values()), default=None),
        )


def _hotel_facts(hotel: Hotel) -> dict[str, Any]:
    return {
        "name": hotel.name,
        "city": hotel.city,
        "address": hotel.address,
        "phone": hotel.phone,
        "latitude": hotel.latitude,
        "longitude": hotel.longitude,
        "description": hotel.description,
        "images": list(hotel.images),
        "time_zone": hotel.time_zone,
        "version": hotel.version,
    }


class _ByHotel(GlobalSecondaryIndex["RoomRow"]):
    class Meta:
        index_name = "by_hotel"
        projection = AllProjection()

    hotel_id = UnicodeAttribute(hash_key=True)
    room_id = UnicodeAttribute(range_key=True)


class RoomRow(Model):
    """One room type."""

    class Meta(TableMeta):
        table_name = TableName("rooms")

    room_id = UnicodeAttribute(hash_key=True)
    hotel_id = UnicodeAttribute()
    name = UnicodeAttribute()
    price = IntAttribute()
    list_price = IntAttribute(null=True)
    units = IntAttribute()
    area = IntAttribute()
    bed = UnicodeAttribute()
    breakfasts = IntAttribute()
    description = UnicodeAttribute()
    images = JSONAttribute()
    inventory_mode = UnicodeAttribute()
    free_cancel_hours = IntAttribute()
    cancel_fee_bp = IntAttribute()
    version = IntAttribute()

    by_hotel = _ByHotel()

    def to_domain(self) -> Room:
        return Room(
            room_id=self.room_id,
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
            version=self.version,
        )


def _room_facts(room: Room) -> dict[str, Any]:
    return {
        "hotel_id": room.hotel_id,
        "name": room.name,
        "price": room.price.fen,
        "list_price": None if room.list_price is None else room.list_price.fen,
        "units": room.units,
        "area": room.area,
        "bed": room.bed,
        "breakfasts": room.breakfasts,
        "description": room.description,
        "images": list(room.images),
        "inventory_mode": room.inventory_mode,
        "free_cancel_hours": room.free_cancel_hours,
        "cancel_fee_bp": room.cancel_fee_bp,
        "version": room.version,
    }


def get_hotel(hotel_id: str) -> Hotel | None:
    """The hotel of that id."""
    try:
        return HotelRow.get(hotel_id, consistent_read=True).to_domain()
    except HotelRow.DoesNotExist:
        return None


def create_hotel(transaction: Transaction, hotel: Hotel) -> None:
    """Add a hotel."""
    row = HotelRow(hotel.hotel_id, room_prices={}, **_hotel_facts(hotel))
    transaction.put("hotel", row, HotelRow.hotel_id.does_not_exist())


def update_hotel(transaction: Transaction, hotel: Hotel) -> None:
    """Change a hotel; fails as ``hotel`` unless the stored version is the one before."""
    actions = [getattr(HotelRow, name).set(value) for name, value in _hotel_facts(hotel).items()]
    transaction.update("hotel", HotelRow(hotel.hotel_id), actions, HotelRow.version == hotel.version - 1)


def list_hotels(limit: int, position: Position | None) -> Page[Hotel]:
    """Hotels in the order in which they were added."""
    rows = HotelRow.listed.query(_LISTING, limit=limit + 1, last_evaluated_key=position)
    return read_page(rows, HotelRow.to_domain, limit)


def get_room(room_id: str) -> Room | None:
    """The room type of that id."""
    try:
        return RoomRow.get(room_id, consistent_read=True).to_domain()
    except RoomRow.DoesNotExist:
        return None


def create_room(transaction: Transaction, room: Room) -> None:
    """Add a room type to a hotel; fails as ``hotel`` if there is no such hotel."""
    _note_price(transaction, room)
    transaction.put("room", RoomRow(room.room_id, **_room_facts(room)), RoomRow.room_id.does_not_exist())


def replace_room(transaction: Transaction, room: Room) -> None:
    """Write a changed room type; fails as ``room`` unless the stored version is the one before."""
    _note_price(transaction, room)
    transaction.put("room", RoomRow(room.room_id, **_room_facts(room)), RoomRow.version == room.version - 1)


def _note_price(transaction: Transaction, room: Room) -> None:
    price = HotelRow.room_prices[room.room_id].set(room.price.fen)  # type: ignore[attr-defined]
    transaction.update("hotel", HotelRow(room.hotel_id), [price], HotelRow.hotel_id.exists())


def rooms_of(hotel_id: str, limit: int, position: Position | None) -> Page[Room]:
    """A hotel's room types in the order in which they were added."""
    rows = RoomRow.by_hotel.query(hotel_id, limit=limit + 1, last_evaluated_key=position)
    return read_page(rows, RoomRow.to_domain, limit)


def ids_from(hotel_id: str) -> Iterator[str]:
    """Ids of all hotels from this one on."""
    at_or_after = HotelRow.hotel_id >= hotel_id if hotel_id else None
    for row in HotelRow.listed.query(_LISTING, at_or_after, attributes_to_get=["hotel_id"], page_size=100):
        yield row.hotel_id
