"""Hotels, room types and their nights: what staff change and what guests see of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta

from posthouse.domain.catalogue import Hotel, Night, Room, UnitsBelowSold
from posthouse.domain.identity import Principal
from posthouse.domain.money import ZERO, Money
from posthouse.domain.refusal import NotFound, Refusal, VersionConflict
from posthouse.domain.stay import Stay
from posthouse.services.step import Step
from posthouse.store import hotels, nights
from posthouse.store.audit import record
from posthouse.store.nights import NightChange
from posthouse.store.transaction import Transaction


def create_hotel(hotel: Hotel, caller: Principal, step: Step) -> Hotel:
    """Add a hotel."""
    transaction = Transaction()
    hotels.create_hotel(transaction, hotel)
    record(transaction, step.actor(caller.subject), "create_hotel", hotel.hotel_id, after=asdict(hotel))
    if transaction.commit() is not None:
        raise RuntimeError("a fresh hotel id was taken already")
    return hotel


def update_hotel(wanted: Hotel, caller: Principal, step: Step) -> Hotel | NotFound | VersionConflict:
    """Change a hotel from the version that the caller read, which ``wanted`` carries."""
    read = hotels.get_hotel(wanted.hotel_id)
    if read is None:
        return NotFound("hotel")
    if read.version != wanted.version:
        return VersionConflict(wanted.version)
    changed = replace(wanted, version=read.version + 1, from_price=read.from_price)
    transaction = Transaction()
    hotels.update_hotel(transaction, changed)
    actor = step.actor(caller.subject)
    record(transaction, actor, "update_hotel", read.hotel_id, before=asdict(read), after=asdict(changed))
    return VersionConflict(wanted.version) if transaction.commit() else changed


def create_room(room: Room, caller: Principal, step: Step) -> Room | NotFound:
    """Add a room type to a hotel that the caller serves."""
    if not caller.serves(room.hotel_id):
        return NotFound("hotel")
    transaction = Transaction()
    hotels.create_room(transaction, room)
    record(transaction, step.actor(caller.subject), "create_room", room.room_id, after=_room_facts(room))
    return NotFound("hotel") if transaction.commit() else room


def update_room(wanted: Room, caller: Principal, step: Step) -> Room | NotFound | VersionConflict:
    """Change a room type from the version that the caller read; it cannot move to another hotel."""
    read = hotels.get_room(wanted.room_id)
    if read is None or not caller.serves(read.hotel_id) or wanted.hotel_id != read.hotel_id:
        return NotFound("room")
    if read.version != wanted.version:
        return VersionConflict(wanted.version)
    changed = replace(wanted, version=read.version + 1)
    transaction = Transaction()
    hotels.replace_room(transaction, changed)
    actor = step.actor(caller.subject)
    before, after = _room_facts(read), _room_facts(changed)
    record(transaction, actor, "update_room", read.room_id, before=before, after=after)
    return VersionConflict(wanted.version) if transaction.commit() else changed


def _room_facts(room: Room) -> dict[str, object]:
    facts = {name: value for name, value in vars(room).items() if name not in {"price", "list_price"}}
    return {**facts, "price": room.price.fen, "list_price": room.list_price.fen if room.list_price else None}


@dataclass(frozen=True)
class NightRange:
    """Nights of a room from ``begin`` up to, and without, ``end``."""

    room_id: str
    begin: date
    end: date

    @property
    def dates(self) -> list[date]:
        return [self.begin + timedelta(days=n) for n in range((self.end - self.begin).days)]


def room_for_staff(room_id: str, caller: Principal) -> Room | NotFound:
    """A room type of a hotel that the caller serves."""
    room = hotels.get_room(room_id)
    return room if room is not None and caller.serves(room.hotel_id) else NotFound("room")


def open_nights(wanted: NightRange, change: NightChange, caller: Principal, step: Step) -> list[Night] | Refusal:
    """Open or change a range of nights, all of them or none."""
    room = room_for_staff(wanted.room_id, caller)
    if isinstance(room, NotFound):
        return room
    defaults = NightChange(room.units, room.price, closed=False)
    transaction = Transaction()
    for night in wanted.dates:
        nights.change(transaction, room.room_id, night, change, defaults)
    after = {
        "from": wanted.begin.isoformat(),
        "to": wanted.end.isoformat(),
        "units": change.units,
        "price": change.price.fen if change.price else None,
        "closed": change.closed,
    }
    record(transaction, step.actor(caller.subject), "open_nights", room.room_id, after=after)
    failed = transaction.commit()
    if failed is not None:
        return UnitsBelowSold(tuple(map(date.fromisoformat, failed.starting(nights.NIGHT))))
    return nights.read_range(room.room_id, wanted.begin, wanted.end)


@dataclass(frozen=True)
class Availability:
    """What a stay would find: the fewest units left on any night, and the sum of the nights for one unit."""

    available: int
    total: Money | None


def availability(room: Room, stay: Stay) -> Availability:
    """One room type for one stay; a night that was never opened leaves nothing and has no price."""
    on_sale = {night.night: night for night in nights.read_range(room.room_id, stay.check_in, stay.check_out)}
    if any(night not in on_sale for night in stay.nights):
        return Availability(0, None)
    left = min(max(on_sale[night].left, 0) for night in stay.nights)
    return Availability(left, sum((on_sale[night].price for night in stay.nights), ZERO))
