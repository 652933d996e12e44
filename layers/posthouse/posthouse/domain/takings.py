"""Money at the desk: what may be taken for a stay, what can be given back, and what a day has brought."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from posthouse.domain.booking import TAKES_LINES
from posthouse.domain.folio import DeskMethod
from posthouse.domain.money import ZERO, Money
from posthouse.domain.payment import NotPayable
from posthouse.domain.refusal import Refusal
from posthouse.domain.value import Value

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking


class Overpaid(Refusal):
    """The guest would pay more than is owed (both in fen)."""

    asked: int
    balance: int

    @property
    def explanation(self) -> str:
        return f"{max(self.balance, 0)} fen are owed, not {self.asked}."


class AlreadyReversed(Refusal):
    """The payment at the desk was taken back before."""

    desk_payment_id: str

    @property
    def explanation(self) -> str:
        return f"The payment {self.desk_payment_id} was reversed before."


def desk_payment_refusal(booking: Booking, amount: Money) -> Refusal | None:
    """Returns why the desk cannot take that much for a stay, or None. Whatever takes charges takes their money too."""
    if booking.status not in TAKES_LINES:
        return NotPayable(booking.status)
    return Overpaid(amount.fen, booking.balance.fen) if amount > booking.owed else None


class Takings(Value):
    """What one member of staff took and gave back in one way on a business date. ``count`` is how many times."""

    method: DeskMethod
    username: str
    taken: Money
    given_back: Money
    count: int


class DayTakings(Value):
    """What a hotel's desk took on a business date. It is ``closed`` once the next one has begun: it stays as it is."""

    hotel_id: str
    business_date: date
    items: tuple[Takings, ...]
    closed: bool

    @property
    def total(self) -> Money:
        """What came in less what went back."""
        return sum((it.taken - it.given_back for it in self.items), ZERO)
