"""The room types of one hotel, page by page. The hotel's row lists their ids, so no index is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from posthouse.domain.catalogue import Hotel, OpeningState, Room, RoomOffer
from posthouse.domain.value import Value
from posthouse.services.catalogue.availability import NOTHING, OnOffer, on_offer
from posthouse.store.rooms import get_rooms

if TYPE_CHECKING:
    from posthouse.domain.offer import Sought


class RoomOnOffer(Value):
    """A room type, with what it has for a stay if one was given."""

    room: Room
    has: OnOffer | None


class RoomPage(Value):
    """One page; ``after`` is the id of its last room type if more follow."""

    items: list[RoomOnOffer]
    after: str | None


def rooms_on_offer(hotel: Hotel, sought: Sought | None, limit: int, after: str | None) -> RoomPage:
    """Returns the room types that guests see: with one date for both only those that are sold by the hour, with two
    dates only the others. AWS calls: one for the rooms, and one for a hundred of their nights."""
    shown = [offer for offer in hotel.offers if offer.on_sale and (sought is None or offer.takes(sought.stay))]
    offers, more = _page(shown, limit, after)
    found: dict[str, OnOffer] = {}
    if sought is not None and hotel.opening_state is OpeningState.OPEN:
        found = _with_possible(offers, on_offer(offers, sought), sought)
    rooms = get_rooms(offer.room_id for offer in offers)
    items = [RoomOnOffer(room, None if sought is None else found.get(room.room_id, NOTHING)) for room in rooms]
    return RoomPage(items, more)


def _with_possible(offers: list[RoomOffer], found: dict[str, OnOffer], sought: Sought) -> dict[str, OnOffer]:
    """Returns what was found, and where something is restricted what is possible instead: then one call more."""
    barred = {room_id: has.offers.barred for room_id, has in found.items() if has.offers.barred}
    if not barred:
        return found
    from posthouse.services.catalogue.possible_stays import with_possible

    told = with_possible(offers, barred, sought)
    return {
        room_id: replace(has, offers=replace(has.offers, barred=told.get(room_id, ())))
        for room_id, has in found.items()
    }


def rooms_of_hotel(hotel: Hotel, limit: int, after: str | None) -> RoomPage:
    """Returns all room types of a hotel, as its staff see them."""
    offers, more = _page(list(hotel.offers), limit, after)
    return RoomPage([RoomOnOffer(room, None) for room in get_rooms(offer.room_id for offer in offers)], more)


def _page(offers: list[RoomOffer], limit: int, after: str | None) -> tuple[list[RoomOffer], str | None]:
    waiting = [offer for offer in offers if after is None or offer.room_id > after]
    page = waiting[:limit]
    return page, page[-1].room_id if len(waiting) > limit else None
