"""The night audit: what a hotel's business date leaves open when it is over."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from posthouse.domain.booking import BookingState
from posthouse.domain.value import Value

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking


class QuestionKind(StrEnum):
    """What is left open: an arrival that did not come, a departure that is still in, the folio of a guest who left
    that is not even, a number that is dirty."""

    ARRIVAL = "arrival"
    DEPARTURE = "departure"
    FOLIO = "folio"
    NUMBER = "number"


class Question(Value):
    """One thing that a business date left open. ``subject`` is the number of a booking, or of a room."""

    kind: QuestionKind
    subject: str


class AuditState(StrEnum):
    """How far the audit of a business date is."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"


STAGES = (QuestionKind.ARRIVAL, QuestionKind.DEPARTURE, QuestionKind.NUMBER)
"""What the audit looks for, in this order. Folios are noted when a guest leaves."""


class Audit(Value):
    """The audit of a hotel's business date.

    ``stage`` is what it looks for next, from ``position`` on in that list; None when it is done. ``version`` counts its
    steps.
    """

    hotel_id: str
    business_date: date
    stage: QuestionKind | None
    position: Any
    begun_at: datetime
    version: int
    ended_at: datetime | None = None

    @property
    def state(self) -> AuditState:
        return AuditState.DONE if self.stage is None else AuditState.RUNNING

    @property
    def following(self) -> QuestionKind | None:
        """What is looked for after this stage."""
        if self.stage is None:
            return None
        ahead = STAGES[STAGES.index(self.stage) + 1 :]
        return ahead[0] if ahead else None


EXPECTED = frozenset({BookingState.RESERVED, BookingState.PAID})
"""States of a guest who may still arrive."""


def has_not_come(booking: Booking, business_date: date) -> bool:
    """Whether the guest was to arrive on a business date that is over, and did not."""
    return booking.status in EXPECTED and booking.stay.check_in == business_date


def has_not_left(booking: Booking, business_date: date) -> bool:
    """Whether the guest was to leave by a business date that is over, and is still in the house."""
    return booking.status is BookingState.CHECKED_IN and booking.stay.check_out <= business_date


def is_still_open(kind: QuestionKind, booking: Booking) -> bool:
    """Whether a question about a booking still waits, by what the booking is now."""
    match kind:
        case QuestionKind.ARRIVAL:
            return booking.status in EXPECTED
        case QuestionKind.DEPARTURE:
            return booking.status is BookingState.CHECKED_IN
        case _:
            return not booking.is_even
