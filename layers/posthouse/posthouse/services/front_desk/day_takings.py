"""What a hotel's desk took on a business date, for staff."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from posthouse.domain.refusal import NotFound
from posthouse.domain.takings import DayTakings
from posthouse.store import hotels, takings

if TYPE_CHECKING:
    from posthouse.domain.identity import Principal


def takings_of(hotel_id: str, day: date | None, caller: Principal, now: datetime) -> DayTakings | NotFound:
    """Returns the takings of a business date on the hotel's clock; without a date, of the one that is now.

    AWS calls: two reads.
    """
    hotel = hotels.get_hotel(hotel_id) if caller.serves(hotel_id) else None
    if hotel is None:
        return NotFound("hotel")
    today = hotel.clock.business_date(now)
    wanted = day or today
    return DayTakings(hotel_id, wanted, takings.list_of_day(hotel_id, wanted), closed=wanted < today)
