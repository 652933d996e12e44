"""Tells guests what is possible instead of a restricted stay. Loaded only where one is restricted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.alternative import MAX_DAYS_OFF, dates_of, possible_instead
from posthouse.store.batch import MAX_KEYS, read_rows
from posthouse.store.nights import NightRow, from_rows, key

if TYPE_CHECKING:
    from datetime import date

    from posthouse.domain.catalogue import RoomOffer
    from posthouse.domain.offer import Barred, Sought

MOST_NIGHTS = MAX_KEYS
"""How many nights are read: what one call takes. Where many room types are restricted, fewer days are looked at."""

Restrictions = Mapping[str, "Sequence[Barred]"]


def with_possible(rooms: Iterable[RoomOffer], barred: Restrictions, sought: Sought) -> dict[str, tuple[Barred, ...]]:
    """Returns what stands against a stay in each room type, with the nearest stay that is possible instead.

    ``barred`` is by room type. What is told may be sold out when it is booked. AWS calls: one; none where
    nothing is restricted.
    """
    restricted = [(room, barred[room.room_id]) for room in rooms if barred.get(room.room_id)]
    days_off, wanted = _span(barred, sought)
    rows = read_rows(
        ((NightRow, key(room_id, day)) for room_id, days in wanted.items() for day in days), consistent=False
    )
    told = {}
    for room, restrictions in restricted:
        known = from_rows({day: rows.get(NightRow, *key(room.room_id, day)) for day in wanted.get(room.room_id, ())})
        told[room.room_id] = tuple(
            replace(it, possible=possible_instead(room, it.plan, sought, it.restricted, known, days_off))
            for it in restrictions
        )
    return told


def _span(barred: Restrictions, sought: Sought) -> tuple[int, dict[str, set[date]]]:
    """Returns how many days off are looked at, and the dates that are read of each room type."""
    for days_off in range(MAX_DAYS_OFF, 0, -1):
        wanted = {
            room_id: {day for it in restrictions for day in dates_of(sought, it.restricted, days_off)}
            for room_id, restrictions in barred.items()
        }
        if sum(map(len, wanted.values())) <= MOST_NIGHTS:
            return days_off, wanted
    return 0, {}
