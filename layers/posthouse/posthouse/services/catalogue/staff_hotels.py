"""The hotels that a member of staff serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posthouse.domain.identity import Principal, Role
from posthouse.store import hotels
from posthouse.store.page import Page

if TYPE_CHECKING:
    from posthouse.domain.catalogue import Hotel


def hotels_for(caller: Principal, limit: int, position: Any) -> Page[Hotel]:
    """Returns the hotels that the caller serves, in the order of their creation."""
    if caller.role is Role.ADMIN:
        return hotels.list_hotels(limit, position)
    after = position["hotel_id"] if position else ""
    waiting = sorted(hotel_id for hotel_id in caller.hotel_ids if hotel_id > after)
    found = [hotel for hotel_id in waiting[:limit] if (hotel := hotels.get_hotel(hotel_id)) is not None]
    return Page(found, {"hotel_id": waiting[limit - 1]} if len(waiting) > limit else None)
