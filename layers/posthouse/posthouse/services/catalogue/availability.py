"""Availability of rooms for a stay, and its price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.catalogue import Availability, RoomOffer, availability
from posthouse.domain.offer import NO_OFFERS, Offers, Sought, offers_of
from posthouse.domain.value import Value
from posthouse.store import nights

if TYPE_CHECKING:
    from datetime import date

    from posthouse.domain.catalogue import Night


class OnOffer(Value):
    """What is left of a room type for a stay, and for what it can be booked."""

    found: Availability
    offers: Offers


NOTHING = OnOffer(Availability(0, None), NO_OFFERS)


def on_offer(rooms: Sequence[RoomOffer], sought: Sought) -> dict[str, OnOffer]:
    """Returns what each room type has for a stay. AWS calls: one for a hundred nights; the check-out date is one.

    No standard total is known where the calendar restricts the stay: then it cannot be booked at all.
    """
    stay = sought.stay
    dates = [*dict.fromkeys((*stay.nights, stay.check_out))]
    read = nights.read_many((room.room_id for room in rooms), dates, consistent=True)
    return {room.room_id: _on_offer(room, sought, read[room.room_id]) for room in rooms}


def _on_offer(room: RoomOffer, sought: Sought, read: Mapping[date, Night]) -> OnOffer:
    found, offers = availability(room, sought.stay, sought.party, read), offers_of(room, sought, read)
    restricted = any(barred.plan is None for barred in offers.barred)
    return OnOffer(replace(found, total=None) if restricted else found, offers)
