"""A stay's folio: the ledger of what is owed for it and of what was paid.

Lines of what was booked are derived from the booking. All other lines are rows that are only ever added. The booking
keeps the two sums. docs/decisions/0052-a-folio-for-every-stay.md says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from posthouse.domain.money import ZERO, Money
from posthouse.domain.refusal import Refusal
from posthouse.domain.value import Value

if TYPE_CHECKING:
    from posthouse.domain.booking import Booking, Ending


class LineKind(StrEnum):
    """What a line is for. ``payment`` and ``refund`` are money; all others are charges."""

    ROOM = "room"
    EXTRA = "extra"
    DISCOUNT = "discount"
    CHANGE = "change"
    FEE = "fee"
    ADJUSTMENT = "adjustment"
    PAYMENT = "payment"
    REFUND = "refund"


MONEY = frozenset({LineKind.PAYMENT, LineKind.REFUND})
"""Lines of money that came in or went back."""


class DeskMethod(StrEnum):
    """How money is taken at the desk, and given back there: no provider has it."""

    CASH = "cash"
    CARD = "card"
    TRANSFER = "transfer"
    OTHER = "other"


_AT_THE_DESK = frozenset(DeskMethod)

SYSTEM = "system"
"""Who adds a line that no person causes."""


class Line(Value):
    """One line. ``amount`` is positive where it raises what the guest owes, negative where it lowers it.

    ``method`` is the way of a payment or refund, ``number`` the id of the payment or of the refund, ``reference`` what
    staff noted with a payment at the desk. ``night`` is the date that a room's line is for.
    """

    line_id: str
    kind: LineKind
    description: str
    amount: Money
    at: datetime
    by: str
    method: str | None = None
    number: str | None = None
    night: date | None = None
    reference: str | None = None

    @property
    def is_desk_money(self) -> bool:
        """Whether it is money that was taken or given back at the desk."""
        return self.method in _AT_THE_DESK


class Folio(Value):
    """The lines of a stay, oldest first, and their sums: ``charges - paid = balance``."""

    lines: tuple[Line, ...]

    @property
    def charges(self) -> Money:
        """What the guest was charged."""
        return charged(self.lines)

    @property
    def paid(self) -> Money:
        """What came in less what went back."""
        return received(self.lines)

    @property
    def balance(self) -> Money:
        """What is still owed; negative if the guest has a credit."""
        return self.charges - self.paid


def charged(lines: Iterable[Line]) -> Money:
    """Returns the sum of the charges."""
    return sum((line.amount for line in lines if line.kind not in MONEY), ZERO)


def received(lines: Iterable[Line]) -> Money:
    """Returns the money that came in, less what went back."""
    return sum((ZERO - line.amount for line in lines if line.kind in MONEY), ZERO)


class Entry(Value):
    """What one step adds to a folio: lines, and what a cancel or no-show undoes.

    ``by`` is who ended the stay. ``settles`` is the payment whose money has come to the folio by this step.
    """

    lines: tuple[Line, ...] = ()
    undone: Money = ZERO
    by: str = ""
    settles: str | None = None

    @property
    def charges(self) -> Money:
        """By how much it changes what was charged."""
        return charged(self.lines) - self.undone

    @property
    def paid(self) -> Money:
        """By how much it changes what was paid."""
        return received(self.lines)

    @property
    def desk(self) -> Money:
        """By how much it changes what the desk has taken and not given back."""
        return received(line for line in self.lines if line.is_desk_money)


NOTHING = Entry()
"""A step that leaves the folio as it is."""


def folio_of(booking: Booking, added: Iterable[Line]) -> Folio:
    """Returns the folio of a booking: what was booked, then the lines that were ``added``, by their time."""
    undone = [] if booking.ending is None else [_undone(booking.ending)]
    later = sorted([*added, *undone], key=lambda line: (line.at, line.kind is not LineKind.CHANGE, line.line_id))
    return Folio((*_booked(booking), *later))


def _booked(booking: Booking) -> Iterator[Line]:
    """Returns the lines of what was booked; they sum to the booking's ``payable``."""

    by = booking.made_by or booking.user_id

    def line(name: str, kind: LineKind, description: str, amount: Money, night: date | None = None) -> Line:
        return Line(name, kind, description, amount, booking.created_at, by, night=night)

    for night in booking.nights:
        yield line(f"room-{night.night}", LineKind.ROOM, booking.room_name, night.amount, night.night)
    if booking.price.guests > ZERO:
        yield line("guests", LineKind.ROOM, "extra guests", booking.price.guests)
    for extra in booking.extras:
        yield line(f"extra-{extra.extra_id}", LineKind.EXTRA, extra.name, extra.amount)
    for name, amount in (("coupon", booking.price.discount), ("points", booking.price.points_discount)):
        if amount > ZERO:
            yield line(f"discount-{name}", LineKind.DISCOUNT, name, ZERO - amount)


def _undone(ending: Ending) -> Line:
    return Line("ending", LineKind.CHANGE, str(ending.status), ZERO - ending.undone, ending.at, ending.by)


class FolioClosed(Refusal):
    """No line can be added: the stay is not paid yet, or was cancelled."""

    status: str

    @property
    def explanation(self) -> str:
        return f"The booking is {self.status}; its folio takes no lines."
