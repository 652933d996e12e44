"""What staff send to change a stay, or to see what that would cost."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta

from posthouse.domain.stay import MAX_STAFF_UNITS
from posthouse.domain.stay_change import WantedStay
from posthouse.entry.fields import Adults, Children, Id
from posthouse.entry.inputs import Input

StaffUnits = Annotated[int, Meta(ge=1, le=MAX_STAFF_UNITS)]


class WantedStayInput(Input):
    """What is wanted of a stay; what is not sent stays as it is."""

    check_in: date | None = None
    check_out: date | None = None
    room_id: Id | None = None
    units: StaffUnits | None = None
    adults: Adults | None = None
    children: Children | None = None
    despite_restrictions: bool = False

    @property
    def wanted(self) -> WantedStay:
        return WantedStay(
            self.check_in,
            self.check_out,
            self.room_id,
            self.units,
            self.adults,
            self.children,
            self.despite_restrictions,
        )
