"""Room types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, UnicodeAttribute
from pynamodb.models import Model

from posthouse.domain.catalogue import InventoryMode, Room
from posthouse.domain.money import Money
from posthouse.domain.personal_data import NOTHING
from posthouse.store.batch import read_rows
from posthouse.store.occupancy import day_use_facts, day_use_of, occupancy_facts, occupancy_of
from posthouse.store.table import IntAttribute, TableMeta, TableName, changes_to

if TYPE_CHECKING:
    from pynamodb.expressions.condition import Condition
    from pynamodb.expressions.update import Action

    from posthouse.store.transaction import Transaction

ROOM = "room"
"""The name of the condition on the room type's row."""


class RoomRow(Model):
    """One room type."""

    class Meta(TableMeta):
        table_name = TableName("rooms")
        personal = NOTHING

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
    on_sale = BooleanAttribute()
    version = IntAttribute()
    calendar = IntAttribute(default=0)
    undone_to = IntAttribute(null=True)
    max_adults = IntAttribute(null=True)
    max_children = IntAttribute(null=True)
    included_adults = IntAttribute(null=True)
    extra_adult_price = IntAttribute(null=True)
    extra_child_price = IntAttribute(null=True)
    numbers = JSONAttribute(null=True)
    day_use = JSONAttribute(null=True)
    switches = JSONAttribute(null=True)

    def to_domain(self) -> Room:
        return room_of(self.attribute_values)


def room_of(facts: Mapping[str, Any]) -> Room:
    """Returns a room type from the facts of its row or of its view."""
    list_price = facts.get("list_price")
    return Room(
        room_id=facts["room_id"],
        hotel_id=facts["hotel_id"],
        name=facts["name"],
        price=Money(facts["price"]),
        list_price=None if list_price is None else Money(list_price),
        units=facts["units"],
        area=facts["area"],
        bed=facts["bed"],
        breakfasts=facts["breakfasts"],
        description=facts["description"],
        images=tuple(facts["images"]),
        inventory_mode=InventoryMode(facts["inventory_mode"]),
        free_cancel_hours=facts["free_cancel_hours"],
        cancel_fee_bp=facts["cancel_fee_bp"],
        version=facts["version"],
        on_sale=facts["on_sale"],
        calendar=facts.get("calendar", 0),
        undone_to=facts.get("undone_to"),
        occupancy=occupancy_of(facts),
        numbers=tuple(facts.get("numbers") or ()),
        day_use=day_use_of(facts.get("day_use")),
        switches=tuple(map(date.fromisoformat, facts.get("switches") or ())),
    )


def room_facts(room: Room) -> dict[str, Any]:
    """Returns the attributes of a room type that staff set. Its numbers and the counter of calendar changes are not."""
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
        "on_sale": room.on_sale,
        **occupancy_facts(room.occupancy),
        "day_use": day_use_facts(room.day_use),
        "switches": [day.isoformat() for day in room.switches] or None,
        "version": room.version,
    }


def get_room(room_id: str) -> Room | None:
    """Returns the room type with this id, or None."""
    try:
        return RoomRow.get(room_id, consistent_read=True).to_domain()
    except RoomRow.DoesNotExist:
        return None


def get_rooms(room_ids: Iterable[str]) -> list[Room]:
    """Returns the existing room types of these ids, in the order of the ids."""
    wanted = list(room_ids)
    rows = read_rows((RoomRow, (room_id,)) for room_id in wanted)
    return [row.to_domain() for room_id in wanted if (row := rows.get(RoomRow, room_id)) is not None]


def create_room(transaction: Transaction, room: Room) -> None:
    """Create a room type."""
    transaction.put(ROOM, RoomRow(room.room_id, **room_facts(room)), RoomRow.room_id.does_not_exist())


def update_room(transaction: Transaction, room: Room, *, switched: bool = False) -> None:
    """Change a room type; fails as ``room`` unless the stored version is the preceding one.

    ``switched``: its dates are sold in another way from now on, which its calendar counts.
    """
    unchanged = RoomRow.version == room.version - 1
    changes = changes_to(RoomRow, room_facts(room))
    if switched:
        changes.append(RoomRow.calendar.set(room.calendar + 1))
        unchanged &= _calendar_as_read(room)
    transaction.update(ROOM, RoomRow(room.room_id), changes, unchanged)


def must_be_unchanged(transaction: Transaction, room: Room) -> None:
    """Check that a room type is as it was read; its calendar may change. Fails as ``room``."""
    transaction.check(ROOM, RoomRow, (room.room_id,), RoomRow.version == room.version)


def delete_room(transaction: Transaction, room: Room) -> None:
    """Delete a room type; fails as ``room`` if it or its calendar has changed since it was read."""
    unchanged = (RoomRow.version == room.version) & (RoomRow.calendar == room.calendar)
    transaction.delete(ROOM, RoomRow(room.room_id), unchanged)


def note_calendar_change(
    transaction: Transaction, room: Room, numbers: Sequence[str] | None = None, *, undone_to: int | None = None
) -> None:
    """Count a change of a room type's nights or numbers; fails as ``room`` if it was deleted or they have changed.

    An undo says to which change's nights it has gone back.
    """
    again = RoomRow.undone_to.remove() if undone_to is None else RoomRow.undone_to.set(undone_to)
    changed: list[Action] = [RoomRow.calendar.set(room.calendar + 1), again]
    if numbers is not None:
        changed.append(RoomRow.numbers.set(list(numbers)) if numbers else RoomRow.numbers.remove())
    transaction.update(ROOM, RoomRow(room.room_id), changed, RoomRow.room_id.exists() & _calendar_as_read(room))


def _calendar_as_read(room: Room) -> Condition:
    as_read: Condition = RoomRow.calendar == room.calendar
    return as_read if room.calendar else as_read | RoomRow.calendar.does_not_exist()
