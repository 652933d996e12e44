"""A consistent snapshot of a hotel and its room types, read in one transaction."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pynamodb.exceptions import TransactGetError
from pynamodb.transactions import TransactGet

from posthouse.domain.value import Value
from posthouse.store.faults import is_busy
from posthouse.store.hotels import HotelRow
from posthouse.store.rooms import RoomRow, get_room
from posthouse.store.transaction import TRIES, StoreBusy, jitter, store_connection

if TYPE_CHECKING:
    from posthouse.domain.catalogue import Hotel, Room


class Snapshot(Value):
    """A hotel and the existing ones of the wanted room types. The hotel's revision covers all of them."""

    hotel: Hotel
    rooms: tuple[Room, ...]


def snapshot(hotel_id: str, room_ids: Sequence[str]) -> Snapshot | None:
    """Returns the hotel with those room types; None without such a hotel. Raises StoreBusy while others change them."""
    for attempt in range(TRIES):
        try:
            with TransactGet(connection=store_connection()) as read:
                hotel = read.get(HotelRow, hotel_id)
                rooms = [read.get(RoomRow, room_id) for room_id in room_ids]
        except TransactGetError as error:
            # A read is cancelled only because of a concurrent write of the same rows.
            if not is_busy(error) and error.cause_response_code != "TransactionCanceledException":
                raise
            time.sleep(jitter(attempt))
            continue
        try:
            found = hotel.get().to_domain()
        except HotelRow.DoesNotExist:
            return None
        return Snapshot(found, tuple(room for future in rooms if (room := _room(future)) is not None))
    raise StoreBusy("the catalogue is being changed; try again in a moment")


def _room(future: object) -> Room | None:
    try:
        return future.get().to_domain()  # type: ignore[attr-defined,no-any-return]
    except RoomRow.DoesNotExist:
        return None


def snapshot_of_room(room_id: str) -> tuple[Hotel, Room] | None:
    """Returns a room type with its hotel; None if it does not exist."""
    room = get_room(room_id)
    found = None if room is None else snapshot(room.hotel_id, [room_id])
    return (found.hotel, found.rooms[0]) if found is not None and found.rooms else None
