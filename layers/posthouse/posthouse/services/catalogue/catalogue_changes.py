"""Staff create and change hotels and room types.

Every change is broadcast to the caches (see services.catalogue.room_cache).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from posthouse.domain.catalogue import MAX_ROOMS, Hotel, Room, TooManyRooms
from posthouse.domain.event import EventType
from posthouse.domain.phone import show_phone
from posthouse.domain.refusal import InvalidRequest, NotFound, VersionConflict
from posthouse.services.catalogue.night_changes import tell_nights_ahead
from posthouse.services.step import ATTEMPTS, Step, busy
from posthouse.store import hotels, night_audits, outbox, rooms
from posthouse.store.audit import record
from posthouse.store.transaction import Transaction

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal


def create_hotel(hotel: Hotel, caller: Principal, step: Step) -> Hotel:
    """Create a hotel."""
    transaction = Transaction()
    hotels.create_hotel(transaction, hotel)
    night_audits.begin_days(transaction, hotel, step.now)
    tell(transaction, hotel, None, step)
    actor = step.actor(caller.subject)
    record(transaction, actor, "create_hotel", hotel.hotel_id, after=hotel_audit(hotel))
    if transaction.commit() is not None:
        raise RuntimeError("a new hotel id exists already")
    return hotel


def create_room(room: Room, caller: Principal, step: Step) -> Room | NotFound | TooManyRooms | InvalidRequest:
    """Create a room type in a hotel that the caller serves."""
    for _ in range(ATTEMPTS):
        hotel = hotels.get_hotel(room.hotel_id) if caller.serves(room.hotel_id) else None
        if hotel is None:
            return NotFound("hotel")
        if len(hotel.offers) >= MAX_ROOMS:
            return TooManyRooms()
        unfit = _unfit(room, hotel)
        if unfit is not None:
            return unfit
        transaction = Transaction()
        rooms.create_room(transaction, room)
        changed = hotel.with_offer(room.offer)
        hotels.update_hotel(transaction, changed)
        tell(transaction, changed, room.room_id, step)
        record(transaction, step.actor(caller.subject), "create_room", room.room_id, after=rooms.room_facts(room))
        if transaction.commit() is None:
            return room
    raise busy(room.hotel_id)


def update_room(
    wanted: Room, kept: Collection[str], caller: Principal, step: Step
) -> Room | NotFound | VersionConflict | InvalidRequest:
    """Change a room type. ``wanted`` carries the version that the caller has read; the hotel cannot change.

    ``kept`` names the fields that stay as they are: its hours, and those of its occupancy.
    """
    for _ in range(ATTEMPTS):
        read = room_for_staff(wanted.room_id, caller)
        hotel = hotels.get_hotel(wanted.hotel_id)
        if isinstance(read, NotFound) or hotel is None or wanted.hotel_id != read.hotel_id:
            return NotFound("room")
        if read.version != wanted.version:
            return VersionConflict(wanted.version)
        changed = _changed(wanted, read, kept, hotel.clock.business_date(step.now))
        unfit = _unfit(changed, hotel)
        if unfit is not None:
            return unfit
        transaction = Transaction()
        switched = (changed.day_use is None) != (read.day_use is None)
        rooms.update_room(transaction, changed, switched=switched)
        if switched:  # the reports count its nights, or do no more
            tell_nights_ahead(transaction, read, hotel.clock.business_date(step.now), step)
        hotel = hotel.with_offer(changed.offer)
        hotels.update_hotel(transaction, hotel)
        tell(transaction, hotel, changed.room_id, step)
        actor, before = step.actor(caller.subject), rooms.room_facts(read)
        record(transaction, actor, "update_room", read.room_id, before=before, after=rooms.room_facts(changed))
        if transaction.commit() is None:
            return changed
    raise busy(wanted.room_id)


def _changed(wanted: Room, read: Room, kept: Collection[str], today: date) -> Room:
    day_use = read.day_use if "day_use" in kept else wanted.day_use
    bounds = {name: getattr(read.occupancy, name) for name in kept if name != "day_use"}
    return replace(
        wanted,
        occupancy=replace(wanted.occupancy, **bounds),
        day_use=day_use,
        switches=read.switches if (day_use is None) == (read.day_use is None) else read.switched(today),
        calendar=read.calendar,
        version=read.version + 1,
        numbers=read.numbers,
    )


def _unfit(room: Room, hotel: Hotel) -> InvalidRequest | None:
    hours = None if room.day_use is None else room.day_use.unfit(hotel.clock)
    return room.occupancy.broken_rule or hours


def room_for_staff(room_id: str, caller: Principal) -> Room | NotFound:
    """Returns a room type, if the caller serves its hotel."""
    room = rooms.get_room(room_id)
    return room if room is not None and caller.serves(room.hotel_id) else NotFound("room")


def tell(transaction: Transaction, hotel: Hotel, room_id: str | None, step: Step) -> None:
    """Add an event to the transaction that tells the caches of a change of a hotel or of one of its room types."""
    event_type = EventType.HOTEL_CHANGED if room_id is None else EventType.ROOM_CHANGED
    payload = {"hotel_id": hotel.hotel_id, "room_id": room_id}
    outbox.send(transaction, step.event(event_type, hotel.hotel_id, hotel.revision, payload))


def hotel_audit(hotel: Hotel) -> dict[str, Any]:
    """Returns what the audit log keeps of a hotel."""
    # The number as it is shown: the audit would mask the other form, but a hotel's number is public.
    facts = {**hotels.hotel_facts(hotel), "phone": show_phone(hotel.phone)}
    return {name: facts[name] for name in facts if name not in {"offers", "revision"}}
