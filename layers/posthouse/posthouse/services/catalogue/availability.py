"""Availability of rooms for a stay, and its price."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from posthouse.domain.catalogue import Availability, RoomOffer, availability
from posthouse.store import nights

if TYPE_CHECKING:
    from posthouse.domain.price import Party
    from posthouse.domain.stay import Stay


def offers_for(offers: Sequence[RoomOffer], stay: Stay, party: Party, *, consistent: bool) -> dict[str, Availability]:
    """Returns the availability of each room type for a party's stay. AWS calls: one for a hundred nights."""
    found = nights.read_many((offer.room_id for offer in offers), stay.nights, consistent=consistent)
    return {offer.room_id: availability(offer, stay, party, found[offer.room_id]) for offer in offers}
