"""The query for a stay: of a search, and of a hotel's room types."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta

from posthouse.domain.price import Party
from posthouse.domain.refusal import InvalidRequest, Refusal
from posthouse.domain.stay import MAX_UNITS, Stay, plan_stay
from posthouse.entry.fields import Adults, Children
from posthouse.entry.listing import ListQuery


class StayQuery(ListQuery):
    """What is asked for a stay: its dates, how many units of one room type, and the guests of all units together."""

    check_in: date | None = None
    check_out: date | None = None
    units: Annotated[int, Meta(ge=1, le=MAX_UNITS)] = 1
    adults: Adults = 1
    children: Children = 0

    @property
    def party(self) -> Party:
        return Party(self.adults, self.children, self.units)

    def stay(self, today: date, latest: date | None = None) -> Stay | Refusal | None:
        """Returns the stay, None without dates. A query has both dates or none; the rest is ``plan_stay``'s."""
        if self.check_in is None and self.check_out is None:
            return None
        if self.check_in is None or self.check_out is None:
            return InvalidRequest("check_out" if self.check_out is None else "check_in", "comes with the other date")
        return plan_stay(self.check_in, self.check_out, today, latest, units=self.units)
