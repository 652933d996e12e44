"""Input of staff accounts: the hotels that a role goes with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from msgspec import Meta

from posthouse.entry.fields import Id

HotelIds = Annotated[tuple[Id, ...], Meta(max_length=50)]


def hotels_of_role(role: str, hotel_ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Returns the broken rule if the hotels do not go with the role: staff have some, an admin has none."""
    if (role == "staff") != bool(hotel_ids):
        yield "hotel_ids", "must list the hotels of a member of staff, and be empty for an admin"
